"""The counters of the dashboard, and what each day brought."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models import sweep
from models.calendar import WorkingCalendar
from models.dashboard import days, figures
from models.dashboard.days import QueueDay
from models.reset import calling_off, decision, desk
from models.reset.ticket import RecoveryTicket
from models.stream import feed
from models.stream.feed import QueueCounter, QueueEvent
from tests.support.scenes import Scene

# A Monday, half past midnight in Berlin: in Greenwich it is still Sunday.
MONDAY_EARLY = datetime(2027, 2, 1, 0, 30, tzinfo=UTC) - timedelta(hours=1)
MONDAY = date(2027, 2, 1)


async def decided_after(scene: Scene, email: str, minutes: float, approve: bool = True) -> None:
    """Someone asks and is answered so many minutes later."""
    ticket = await scene.ticket(email)
    await scene.travel(minutes=minutes)
    sam = await scene.agent(f"agent-of-{email}")
    if approve:
        await scene.approve(sam, ticket)
    else:
        await desk.claim(scene.policy, sam, ticket.id)
        await decision.reject(scene.policy, sam, ticket.id, "No.")


class TestStatus:
    async def test_an_empty_queue(self, scene: Scene) -> None:
        assert await figures.status() == figures.QueueStatus(0, 0, 0, None, None)

    async def test_what_is_open(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        first = await scene.ticket("a@example.com")
        await scene.travel(minutes=10)
        second, _ = await scene.ticket("b@example.com"), await scene.ticket("c@example.com")
        await desk.claim(scene.policy, await scene.agent(), second.id)
        await decided_after(scene, "d@example.com", minutes=1)
        found = await figures.status()
        assert (found.waiting, found.claimed, found.overdue) == (2, 1, 0)
        assert found.oldest_submitted_at == first.submitted_at

    async def test_what_is_late(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        ticket, waiting = await scene.ticket("a@example.com"), await scene.ticket("b@example.com")
        await decided_after(scene, "c@example.com", minutes=1)
        await scene.clock.travel_to(ticket.due_at - timedelta(seconds=5))
        await desk.claim(scene.policy, await scene.agent(), ticket.id)
        assert (await figures.status()).overdue == 0
        await scene.travel(seconds=6)
        assert (await figures.status()).overdue == 2
        assert (await RecoveryTicket.get(id=waiting.id)).overdue

    async def test_a_lapsed_claim_waits_again_once_swept(self, scene: Scene) -> None:
        await desk.claim(scene.policy, await scene.agent(), (await scene.ticket()).id)
        await scene.travel(minutes=15)
        await sweep.lapse_claims(scene.policy)
        found = await figures.status()
        assert (found.waiting, found.claimed) == (1, 0)

    @pytest.mark.parametrize(
        ("minutes", "median"), [([7.0], 7), ([30, 10], 20), ([10, 60, 20], 20), ([5, 1, 9, 3], 4)]
    )
    async def test_the_median(self, scene: Scene, minutes: list[float], median: int) -> None:
        for number, waited in enumerate(minutes):
            await decided_after(scene, f"c{number}@example.com", waited, approve=number % 2 == 0)
        found = (await figures.status()).median_seconds_to_decision
        assert found == pytest.approx(median * 60, abs=5)

    async def test_of_the_last_thirty_days(self, scene: Scene) -> None:
        await decided_after(scene, "a@example.com", minutes=10)
        await scene.travel(days=29, hours=23)
        assert (await figures.status()).median_seconds_to_decision is not None
        await scene.travel(hours=1)
        assert (await figures.status()).median_seconds_to_decision is None

    async def test_what_was_cancelled_was_not_decided(self, scene: Scene) -> None:
        asked = await (await scene.customer()).request()
        await calling_off.cancel(scene.policy, asked.receipt)
        found = await figures.status()
        assert found == figures.QueueStatus(0, 0, 0, None, None)


class TestHistory:
    async def test_days_begin_at_local_midnight(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        await scene.ticket()
        await scene.travel(hours=24)
        sunday, monday, tuesday = await days.history(scene.policy, days=3)
        assert [one.day for one in (sunday, monday, tuesday)] == [
            MONDAY + timedelta(days=number) for number in (-1, 0, 1)
        ]
        assert [one.submitted for one in (sunday, monday, tuesday)] == [0, 1, 0]

    async def test_each_counts_on_its_own_day(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        ada = await scene.customer()
        asked = await ada.request()
        await decided_after(scene, "b@example.com", minutes=10)
        await decided_after(scene, "c@example.com", minutes=20, approve=False)
        await decided_after(scene, "d@example.com", minutes=60)
        await scene.travel(days=1)
        await calling_off.cancel(scene.policy, asked.receipt)
        monday, tuesday = await days.history(scene.policy, days=2)
        median = monday.median_seconds_to_decision
        assert median == pytest.approx(20 * 60, abs=5)
        assert monday == QueueDay(MONDAY, 4, 2, 1, 0, median)
        assert tuesday == QueueDay(MONDAY + timedelta(days=1), 0, 0, 0, 1, None)

    async def test_a_decision_counts_when_it_was_made(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        await decided_after(scene, "a@example.com", minutes=25 * 60)
        monday, tuesday = await days.history(scene.policy, days=2)
        assert (monday.submitted, monday.approved) == (1, 0)
        assert (tuesday.submitted, tuesday.approved) == (0, 1)
        assert monday.median_seconds_to_decision is None
        assert tuesday.median_seconds_to_decision == pytest.approx(25 * 3600, abs=5)

    async def test_across_a_clock_change_no_day_is_lost(self, scene: Scene) -> None:
        await scene.clock.travel_to(datetime(2027, 3, 29, 10, tzinfo=UTC))
        found = [one.day for one in await days.history(scene.policy, days=366)]
        assert found == [date(2026, 3, 29) + timedelta(days=number) for number in range(366)]


class TestSettled:
    """What is over is not counted again."""

    async def test_a_day_is_settled_a_day_after_its_end(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        await decided_after(scene, "a@example.com", minutes=10)
        (first,) = await days.history(scene.policy, days=1)
        await scene.travel(hours=47)
        await self.change(seconds=70.0)
        changed = (await days.history(scene.policy, days=2))[0]
        assert changed.median_seconds_to_decision == 70.0 != first.median_seconds_to_decision
        await scene.travel(hours=2)
        assert (await days.history(scene.policy, days=3))[0] == changed
        await self.change(seconds=90.0)
        assert (await days.history(scene.policy, days=3))[0] == changed

    async def test_other_days_are_counted_beside_those_known(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        await decided_after(scene, "a@example.com", minutes=10)
        await scene.travel(days=4)
        short = await days.history(scene.policy, days=3)
        await decided_after(scene, "b@example.com", minutes=10)
        long = await days.history(scene.policy, days=6)
        assert long[3:5] == short[:2] and long[-1].approved == 1
        assert [one.day for one in long] == [MONDAY + timedelta(days=n) for n in range(-1, 5)]
        assert [one.approved for one in long] == [0, 1, 0, 0, 0, 1]
        unknowing = replace(scene.policy, calendar=WorkingCalendar("Europe/Berlin", "DE"))
        assert await days.history(unknowing, days=6) == long

    async def test_a_stream_that_begins_anew_is_counted_anew(self, scene: Scene) -> None:
        await scene.clock.travel_to(MONDAY_EARLY)
        await decided_after(scene, "a@example.com", minutes=10)
        await scene.travel(days=4)
        assert (await days.history(scene.policy, days=5))[0].approved == 1
        await QueueEvent.all().delete()
        await QueueCounter.all().delete()
        await feed.open_stream()
        assert (await days.history(scene.policy, days=5))[0].approved == 0

    async def change(self, seconds: float) -> None:
        await RecoveryTicket.all().update(seconds_to_decision=seconds)
