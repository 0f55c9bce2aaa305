"""What is overdue is kept and counted on from there; it is what a count would find."""

import asyncio
from datetime import timedelta

import pytest

from models import clock as clocks
from models.dashboard import figures, queue
from models.dashboard.queue import Filter
from models.policy import Policy
from models.reset.ticket import OPEN, RecoveryTicket, TicketState
from models.storage import database
from models.stream import feed
from models.stream.feed import EventKind, QueueCounter
from tests.models.test_queue_counters import Desk
from tests.support import rows
from tests.support.clock import Clock
from tests.support.databases import on_postgres

pytestmark = pytest.mark.usefixtures("connected")
SOON = timedelta(minutes=11)
CLOSED = (TicketState.WAITING, TicketState.REJECTED)


async def counted() -> int:
    """By looking at every ticket."""
    return sum(ticket.overdue for ticket in await RecoveryTicket.all())


async def shown() -> int:
    """As the dashboard says it."""
    return (await figures.status()).overdue


async def kept() -> int:
    found: int = (await QueueCounter.get()).overdue
    return found


async def close(ticket: RecoveryTicket) -> None:
    """As a decision does."""
    async with database.transaction():
        await RecoveryTicket.filter(id=ticket.id).update(state=TicketState.REJECTED)
        await feed.append(ticket.id, EventKind.REJECTED, moved=CLOSED)


class TestOverdue:
    @pytest.mark.parametrize("seed", [11, 12])
    async def test_one_thing_after_the_other(self, policy: Policy, seed: int, clock: Clock) -> None:
        place, seen = Desk(policy, seed), set()
        await place.open()
        await place._submit()
        for step in range(40):
            await place.something()
            if step % 4 == 3:
                await clock.travel(timedelta(hours=place.chance.choice([1, 20, 30])))
                await figures.keep_overdue()
            assert await shown() == await counted()
            seen.add((await kept(), await counted()))
        assert len(seen) > 4 and max(seen)[0] > 0

    async def test_is_kept_a_day_later_and_for_ten_minutes(self, clock: Clock) -> None:
        await rows.tickets(await rows.accounts(3), timedelta(hours=1))
        await clock.travel(timedelta(days=1, hours=1, minutes=1))
        assert await figures.keep_overdue()
        assert (await kept(), await shown()) == (0, 2)
        await clock.travel(timedelta(days=1) - timedelta(hours=1))
        assert await figures.keep_overdue()
        assert (await kept(), await shown()) == (1, 3)
        assert not await figures.keep_overdue()
        await clock.travel(SOON)
        assert await figures.keep_overdue()
        assert (await kept(), await shown()) == (1, 3)

    async def test_what_is_closed_is_taken_out_once(self, clock: Clock) -> None:
        first, second, third = await rows.tickets(await rows.accounts(3), timedelta(hours=12))
        await clock.travel(timedelta(days=2, hours=13))
        await figures.keep_overdue()
        assert (await kept(), await shown()) == (2, 3)
        await close(first)
        assert (await kept(), await shown()) == (1, 2)
        await close(third)
        assert (await kept(), await shown()) == (1, 1)
        await close(second)
        assert (await kept(), await shown()) == (0, 0)

    async def test_a_claim_takes_nothing_out(self, policy: Policy, clock: Clock) -> None:
        place = Desk(policy, seed=1)
        await place.open()
        await place._submit()
        await clock.travel(timedelta(days=9))
        await figures.keep_overdue()
        await place._claim()
        assert (await kept(), await shown()) == (1, 1)

    async def test_a_stream_that_begins_anew_knows_nothing(self, clock: Clock) -> None:
        (ticket,) = await rows.tickets(await rows.accounts(1))
        await clock.travel(timedelta(days=3))
        await figures.keep_overdue()
        await RecoveryTicket.filter(id=ticket.id).update(state=TicketState.REJECTED)
        await feed.open_stream()
        assert (await kept(), await shown()) == (0, 0)

    async def test_a_clock_that_went_back_is_no_matter(self, clock: Clock) -> None:
        await rows.tickets(await rows.accounts(1))
        await QueueCounter.all().update(overdue=1, overdue_before=clocks.now() + timedelta(days=3))
        assert await shown() == 0

    async def test_the_doctor_counts_it(self, clock: Clock) -> None:
        await rows.tickets(await rows.accounts(2))
        await clock.travel(timedelta(days=3))
        await figures.keep_overdue()
        said, there = await feed.counted()
        assert said == there == {"waiting": 2, "claimed": 0, "overdue for a day": 2}
        await QueueCounter.all().update(overdue=7)
        said, there = await feed.counted()
        assert (said["overdue for a day"], there["overdue for a day"]) == (7, 2)


class TestAtOnce:
    async def test_closing_beside_counting(self, clock: Clock) -> None:
        tickets = await rows.tickets(await rows.accounts(30), timedelta(seconds=1))
        await clock.travel(timedelta(days=3))

        await asyncio.gather(figures.keep_overdue(), *(close(one) for one in tickets[:20]))
        assert await shown() == await counted() == 10
        await asyncio.gather(*(close(one) for one in tickets[20:]), figures.keep_overdue())
        assert await shown() == await kept() == 0

    @on_postgres
    async def test_counted_beside_a_ticket_that_is_being_closed(self, clock: Clock) -> None:
        """It is counted as open while its transaction waits for the counter, then taken out."""
        first, _ = await rows.tickets(await rows.accounts(2))
        await clock.travel(timedelta(days=3))
        closed, counting = asyncio.Event(), asyncio.Event()

        async def closing() -> None:
            async with database.transaction():
                await RecoveryTicket.filter(id=first.id).update(state=TicketState.REJECTED)
                closed.set()
                await counting.wait()
                await feed.append(first.id, EventKind.REJECTED, moved=CLOSED)

        task = asyncio.create_task(closing())
        await closed.wait()
        await figures.keep_overdue()
        assert await kept() == 2
        counting.set()
        await task
        assert await kept() == await shown() == await counted() == 1

    async def test_one_process_counts(self, clock: Clock) -> None:
        await rows.tickets(await rows.accounts(1))
        await clock.travel(timedelta(days=3))
        looks = await asyncio.gather(*(figures.keep_overdue() for _ in range(5)))
        assert sum(looks) == 1 and await kept() == 1


async def test_the_filter_finds_as_many(policy: Policy, clock: Clock) -> None:
    agent, _ = await rows.staff(policy)
    await rows.tickets(await rows.accounts(4), timedelta(hours=6))
    await clock.travel(timedelta(days=2, hours=7))
    await figures.keep_overdue()
    page = await queue.page(agent, Filter(overdue=True), False, 10)
    assert len(page.tickets) == await page.count() == await shown() == 4
    assert await RecoveryTicket.filter(state__in=OPEN).count() == 4
