"""The event stream: numbers without gaps in the order of the commits, and positions in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tortoise.exceptions import DoesNotExist

from models.errors import CursorExpired, TicketConflict
from models.policy import Policy
from models.record.audit import AuditEntry
from models.reset import desk
from models.reset.notes import TicketNote
from models.reset.ticket import RecoveryTicket, TicketState
from models.storage import database
from models.stream import feed
from models.stream.feed import Cursor, EventKind, QueueCounter, QueueEvent
from tests.support import rows
from tests.support.databases import on_postgres

pytestmark = pytest.mark.usefixtures("connected")


class Broken(Exception):
    """What goes wrong after a change, before its commit."""


class TestNumbers:
    async def test_many_at_once_leave_no_gap(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        tickets = await rows.tickets(await rows.accounts(6), told=False)
        async with _reader() as seen:
            await asyncio.gather(
                *(desk.note(policy, sam, tickets[n % 6].id, f"note {n}") for n in range(60))
            )
            await _until(seen, 60)
        assert seen == list(range(1, 61))
        assert (await feed.head()).number == 60

    async def test_changes_that_fail_leave_no_gap(self, policy: Policy) -> None:
        (ticket,) = await rows.tickets(await rows.accounts(1), told=False)

        async def change(number: int) -> None:
            async with database.transaction():
                await feed.append(ticket.id, EventKind.NOTED)
                await asyncio.sleep(0)
                if number % 3 == 0:
                    raise Broken

        async with _reader() as seen:
            results = await asyncio.gather(*map(change, range(45)), return_exceptions=True)
            await _until(seen, 30)
        assert sum(isinstance(result, Broken) for result in results) == 15
        assert seen == list(range(1, 31))

    @on_postgres
    async def test_a_later_change_waits_for_the_earlier_commit(self, policy: Policy) -> None:
        one, other = await rows.tickets(await rows.accounts(2), told=False)
        appended, commit = asyncio.Event(), asyncio.Event()

        async def slowly() -> None:
            async with database.transaction():
                await feed.append(one.id, EventKind.CLAIMED)
                appended.set()
                await commit.wait()

        async def quickly() -> None:
            async with database.transaction():
                await feed.append(other.id, EventKind.CLAIMED)

        slow = asyncio.create_task(slowly())
        await appended.wait()
        quick = asyncio.create_task(quickly())
        await asyncio.wait([quick], timeout=0.3)
        assert not quick.done()
        assert await feed.read_after(0, 10) == []
        commit.set()
        await asyncio.gather(slow, quick)
        assert [event.ticket_id for event in await feed.read_after(0, 10)] == [one.id, other.id]


class TestOneTransaction:
    async def test_without_its_event_nothing_changes(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        (ticket,) = await rows.tickets(await rows.accounts(1), told=False)
        await QueueCounter.all().delete()
        for verb in (
            desk.claim(policy, sam, ticket.id),
            desk.note(policy, sam, ticket.id, "Called."),
        ):
            with pytest.raises(DoesNotExist):
                await verb
        assert (await RecoveryTicket.get(id=ticket.id)).state == TicketState.WAITING
        assert not await TicketNote.exists()
        assert not await AuditEntry.exists()

    async def test_without_the_change_there_is_no_event(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        (ticket,) = await rows.tickets(await rows.accounts(1))
        before = await feed.head()
        with pytest.raises(TicketConflict):
            await desk.release(policy, sam, ticket.id)
        assert await feed.head() == before
        assert len(await feed.read_after(0, 10)) == 1

    async def test_whoever_sees_the_event_sees_its_change(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        tickets = await rows.tickets(await rows.accounts(10), told=False)
        claims = asyncio.gather(*(desk.claim(policy, sam, ticket.id) for ticket in tickets))
        number = 0
        while number < 10:
            for event in await feed.read_after(number, 100):
                assert event.ticket.claimed_by_id == event.agent_id == sam.account_id
                number = event.number
        await claims


class TestReading:
    async def test_events_of_some_tickets_oldest_first(self, policy: Policy) -> None:
        sam, _ = await rows.staff(policy)
        one, other, third = await rows.tickets(await rows.accounts(3))
        await desk.claim(policy, sam, one.id)
        await desk.note(policy, sam, other.id, "Called.")
        await desk.release(policy, sam, one.id)
        found = await feed.events_of([one.id, other.id])
        kinds = [event.kind for event in found[one.id]]
        assert kinds == [EventKind.SUBMITTED, EventKind.CLAIMED, EventKind.RELEASED]
        assert [event.number for event in found[other.id]] == [2, 5]
        assert third.id not in found

    async def test_no_more_than_asked_for(self) -> None:
        tickets = await rows.tickets(await rows.accounts(5))
        assert [event.number for event in await feed.read_after(1, 3)] == [2, 3, 4]
        assert [event.ticket.id for event in await feed.read_after(4, 3)] == [tickets[4].id]


class TestCursor:
    @pytest.mark.parametrize("number", [0, 1, 3])
    async def test_a_known_position_goes_on(self, number: int) -> None:
        await rows.tickets(await rows.accounts(3))
        head = await feed.head()
        await feed.check(Cursor.parse(str(Cursor(head.epoch, number))))
        assert (await feed.read_after(2, 1))[0].cursor == str(head)

    async def test_ahead_of_the_stream(self) -> None:
        await rows.tickets(await rows.accounts(3))
        with pytest.raises(CursorExpired):
            await feed.check(Cursor((await feed.head()).epoch, 4))

    async def test_of_another_stream(self) -> None:
        await rows.tickets(await rows.accounts(3))
        for epoch in ("", "0" * 16, (await feed.head()).epoch.upper() + " "):
            with pytest.raises(CursorExpired):
                await feed.check(Cursor(epoch, 1))

    async def test_of_before_a_backup_was_restored(self) -> None:
        await rows.tickets(await rows.accounts(3))
        before = await feed.head()
        await QueueCounter.filter(id=1).update(epoch="restored")
        with pytest.raises(CursorExpired):
            await feed.check(before)
        assert [event.epoch for event in await feed.read_after(0, 10)] == ["restored"] * 3

    async def test_purged(self) -> None:
        await rows.tickets(await rows.accounts(3))
        await QueueCounter.filter(id=1).update(purged=2)
        await QueueEvent.filter(number__lte=2).delete()
        epoch = (await feed.head()).epoch
        await feed.check(Cursor(epoch, 2))
        with pytest.raises(CursorExpired):
            await feed.check(Cursor(epoch, 1))

    async def test_opening_the_stream_again_changes_nothing(self) -> None:
        await rows.tickets(await rows.accounts(3))
        before = await feed.head()
        await feed.open_stream()
        assert await feed.head() == before


@asynccontextmanager
async def _reader() -> AsyncIterator[list[int]]:
    """Reads after the last number it has met, over and over; so it would miss what comes late."""
    seen: list[int] = []

    async def read() -> None:
        while True:
            seen.extend(e.number for e in await feed.read_after(seen[-1] if seen else 0, 7))

    task = asyncio.create_task(read())
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _until(seen: list[int], count: int) -> None:
    async with asyncio.timeout(10):
        while len(seen) < count:
            await asyncio.sleep(0.01)
