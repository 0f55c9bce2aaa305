"""The kept counters are what a count would find, whatever happened."""

import asyncio
import random
from datetime import timedelta

import pytest

from models import clock, sweep
from models.accounts.account import Account, Role
from models.dashboard import figures, queue
from models.dashboard.queue import Filter
from models.errors import Refusal
from models.policy import Policy
from models.reset import calling_off, decision, desk
from models.reset.recovery import Submitted
from models.reset.ticket import RecoveryTicket, TicketState
from models.signing_in.session import Session
from models.storage import database
from models.stream import feed
from models.stream.feed import EventKind, QueueCounter
from tests.support import rows
from tests.support.clock import Clock
from tests.support.databases import on_postgres

pytestmark = pytest.mark.usefixtures("connected")
SEEDS = (1, 2)
STEPS = 45


class Desk:
    """Agents and customers who do what comes to their minds."""

    def __init__(self, policy: Policy, seed: int) -> None:
        self.policy = policy
        self.chance = random.Random(seed)
        self.agents: list[Session] = []
        self.owners: list[Account] = []
        self.asked: list[Submitted] = []

    async def open(self) -> None:
        """Two agents, a supervisor, some customers."""
        for name, role in (("sam", Role.SUPPORT), ("kim", Role.SUPPORT), ("lea", Role.SUPERVISOR)):
            self.agents.append((await rows.staff(self.policy, name, role))[0])
        self.owners = await rows.accounts(12)

    async def something(self) -> None:
        """One of the things that can happen; some are refused."""
        verbs = [self._submit, self._claim, self._claim, self._release, self._reject, self._cancel]
        try:
            await self.chance.choice(verbs)()
        except Refusal:
            pass

    async def _submit(self) -> None:
        self.asked.append(await rows.submit(self.policy, self.chance.choice(self.owners)))

    async def _claim(self) -> None:
        await desk.claim(self.policy, self._agent(), self._ticket().id)

    async def _release(self) -> None:
        await desk.release(self.policy, self._agent(), self._ticket().id)

    async def _reject(self) -> None:
        await decision.reject(self.policy, self._agent(), self._ticket().id, "No.")

    async def _cancel(self) -> None:
        await calling_off.cancel(self.policy, self._asked().receipt)

    def _agent(self) -> Session:
        return self.chance.choice(self.agents)

    def _ticket(self) -> RecoveryTicket:
        return self._asked().ticket

    def _asked(self) -> Submitted:
        return self.chance.choice(self.asked[-6:])


async def counted() -> tuple[int, int]:
    """Waiting and claimed, by looking at every ticket."""
    states = [ticket.state for ticket in await RecoveryTicket.all()]
    return states.count(TicketState.WAITING), states.count(TicketState.CLAIMED)


async def kept() -> tuple[int, int]:
    """The same, as the dashboard shows it."""
    found = await figures.status()
    return found.waiting, found.claimed


class TestCounters:
    @pytest.mark.parametrize("seed", SEEDS)
    async def test_one_thing_after_the_other(self, policy: Policy, seed: int, clock: Clock) -> None:
        place, seen = Desk(policy, seed), set()
        await place.open()
        await place._submit()
        for step in range(STEPS):
            await place.something()
            if step % 15 == 14:
                await clock.travel(desk.CLAIM)
                await sweep.lapse_claims(policy)
            assert await kept() == await counted()
            seen.add(await kept())
        assert len(seen) > 5

    async def test_all_at_once(self, policy: Policy) -> None:
        place = Desk(policy, seed=4)
        await place.open()
        await place._submit()
        await asyncio.gather(*(_several(place) for _ in range(6)))
        assert await kept() == await counted()

    @on_postgres
    async def test_counted_anew_beside_a_change_to_come(self, policy: Policy) -> None:
        (ticket,) = await rows.tickets(await rows.accounts(1))
        claimed = asyncio.Event()
        recount = asyncio.create_task(_recount(claimed))
        async with database.transaction():
            await RecoveryTicket.all().update(state=TicketState.CLAIMED)
            moved = (TicketState.WAITING, TicketState.CLAIMED)
            await feed.append(ticket.id, EventKind.CLAIMED, moved=moved)
            claimed.set()
            await _somebody_waits()
        await recount
        assert await kept() == await counted() == (0, 1)

    async def test_a_takeover_leaves_one_claim(self, policy: Policy) -> None:
        place = Desk(policy, seed=5)
        await place.open()
        await place._submit()
        sam, _, lea = place.agents
        for agent in (sam, sam, lea):
            await desk.claim(policy, agent, place._ticket().id)
            assert await kept() == (0, 1)

    async def test_a_stream_begins_with_what_is_there(self, policy: Policy) -> None:
        place = Desk(policy, seed=6)
        await place.open()
        await place._submit()
        await rows.tickets(await rows.accounts(3, name="d"))
        await desk.claim(policy, place.agents[0], place._ticket().id)
        await QueueCounter.all().delete()
        await feed.open_stream()
        assert await kept() == await counted() == (3, 1)


class TestTotal:
    @pytest.mark.parametrize("seed", SEEDS)
    async def test_of_open_tickets_is_what_a_count_would_find(
        self, policy: Policy, seed: int, clock: Clock
    ) -> None:
        place = Desk(policy, seed)
        await place.open()
        await place._submit()
        waiting, claimed, closed = TicketState.WAITING, TicketState.CLAIMED, TicketState.REJECTED
        for _ in range(12):
            await place.something()
            for states in (None, [waiting], [claimed], [claimed, waiting, waiting], []):
                await self.agrees(place, Filter(states))
        for other in (Filter([closed, waiting]), Filter(overdue=False), Filter(claimed_by_me=True)):
            await self.agrees(place, other)

    async def agrees(self, place: Desk, filter: Filter) -> None:
        page = await queue.page(place.agents[0], filter, False, 50)
        assert await page.count() == len(page.tickets)


class TestMedian:
    async def test_of_few_is_not_kept(self, policy: Policy) -> None:
        await _decided(policy, [10.0, 30.0, 50.0])
        assert await figures.keep_median()
        assert (await QueueCounter.get()).median_seconds is None
        assert (await figures.status()).median_seconds_to_decision == 30

    async def test_of_many_is_kept_for_ten_minutes(
        self, policy: Policy, monkeypatch: pytest.MonkeyPatch, clock: Clock
    ) -> None:
        monkeypatch.setattr(figures, "FEW", 2)
        await _decided(policy, [10.0, 30.0, 50.0])
        assert await figures.keep_median()
        await RecoveryTicket.all().update(seconds_to_decision=70.0)
        await clock.travel(figures.LOOK_AGAIN - timedelta(minutes=1))
        assert not await figures.keep_median()
        assert (await figures.status()).median_seconds_to_decision == 30
        await clock.travel(timedelta(minutes=2))
        assert await figures.keep_median()
        assert (await figures.status()).median_seconds_to_decision == 70
        await clock.travel(figures.MEDIAN_OF)
        assert await figures.keep_median()
        assert (await figures.status()).median_seconds_to_decision is None

    async def test_one_process_looks(self, policy: Policy) -> None:
        looks = await asyncio.gather(*(figures.keep_median() for _ in range(5)))
        assert sum(looks) == 1


async def _recount(told: asyncio.Event) -> None:
    await told.wait()
    await feed.open_stream()


async def _somebody_waits() -> None:
    """For the transaction that this is called in."""
    waiting = "NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    async with asyncio.timeout(10):
        while not await database.connection().execute_query_dict(
            f"SELECT pid FROM pg_locks WHERE {waiting}"
        ):
            await asyncio.sleep(0.01)


async def _several(place: Desk) -> None:
    for _ in range(10):
        await place.something()


async def _decided(policy: Policy, seconds: list[float]) -> None:
    tickets = await rows.tickets(await rows.accounts(len(seconds)))
    for ticket, taken in zip(tickets, seconds, strict=True):
        await RecoveryTicket.filter(id=ticket.id).update(
            state=TicketState.REJECTED, decided_at=clock.now(), seconds_to_decision=taken
        )
