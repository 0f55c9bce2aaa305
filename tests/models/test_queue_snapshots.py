"""A page and the events after its cursor are the queue as it stands, whatever happens meanwhile."""

import asyncio
from uuid import UUID

import pytest

from models.accounts.account import Account
from models.dashboard import queue
from models.dashboard.queue import Filter
from models.policy import Policy
from models.reset import calling_off, decision, desk
from models.reset.ticket import OPEN, RecoveryTicket, TicketState
from models.signing_in.session import Session
from models.stream import feed
from models.stream.feed import Cursor, EventKind, QueueEvent
from tests.support import rows

pytestmark = pytest.mark.usefixtures("connected")
Queue = dict[UUID, TicketState]
FOLLOWED_BY = {
    EventKind.SUBMITTED: TicketState.WAITING,
    EventKind.CLAIMED: TicketState.CLAIMED,
    EventKind.RELEASED: TicketState.WAITING,
}


class TestSnapshotAndNews:
    async def test_under_change(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        owners = await rows.accounts(12)
        working = [asyncio.create_task(_work(policy, sam, owners[n::4])) for n in range(4)]
        snapshots = await _snapshots(sam, working, most=60)
        assert len(snapshots) > 10
        await _agree(snapshots)

    async def test_of_a_queue_that_is_empty_now_and_then(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        working = [asyncio.create_task(_work(policy, sam, await rows.accounts(8)))]
        snapshots = await _snapshots(sam, working, most=300)
        assert {len(queue) for _, queue in snapshots} == {0, 1}
        await _agree(snapshots)

    async def test_of_a_queue_in_which_nothing_ever_happened(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        page = await queue.page(sam, Filter(), False, 25)
        assert (page.tickets, page.event_cursor) == ([], str(await feed.head()))


async def _work(policy: Policy, agent: Session, owners: list[Account]) -> None:
    """Tickets from their beginning to their end, one after the other."""
    for number, owner in enumerate(owners):
        submitted = await rows.submit(policy, owner)
        ticket = submitted.ticket
        await desk.claim(policy, agent, ticket.id)
        if number % 3 == 0:
            await desk.release(policy, agent, ticket.id)
            await desk.note(policy, agent, ticket.id, "Called.")
            await calling_off.cancel(policy, submitted.receipt)
        elif number % 3 == 1:
            await decision.reject(policy, agent, ticket.id, "Not them.")
        else:
            await desk.claim(policy, agent, ticket.id)
            await calling_off.cancel(policy, submitted.receipt)


async def _snapshots(
    viewer: Session, working: list[asyncio.Task[None]], most: int
) -> list[tuple[Cursor, Queue]]:
    found = []
    while not all(task.done() for task in working):
        page = await queue.page(viewer, Filter(), False, 100)
        held = {ticket.id: TicketState(ticket.state) for ticket in page.tickets}
        found.append((Cursor.parse(page.event_cursor), held))
        await asyncio.sleep(0.002)
    await asyncio.gather(*working)
    return found[:: len(found) // most + 1]


async def _agree(snapshots: list[tuple[Cursor, Queue]]) -> None:
    """From every snapshot the news lead to the same end, and no event is late or early."""
    events = await feed.read_after(0, 100_000)
    still = await RecoveryTicket.filter(state__in=OPEN)
    for cursor, held in snapshots:
        for event in events[cursor.number :]:
            _apply(event, held)
        assert held == {ticket.id: TicketState(ticket.state) for ticket in still}


def _apply(event: QueueEvent, held: Queue) -> None:
    """Fails where the event was reflected already, or one before it is missing."""
    if event.kind == EventKind.SUBMITTED:
        assert event.ticket_id not in held, "doubled"
        held[event.ticket_id] = TicketState.WAITING
    assert event.ticket_id in held, "missed"
    if event.kind in FOLLOWED_BY:
        held[event.ticket_id] = FOLLOWED_BY[event.kind]
    elif event.kind in (EventKind.REJECTED, EventKind.CANCELLED):
        del held[event.ticket_id]
