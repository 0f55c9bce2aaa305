"""Failures are counted exactly, in windows that slide, whoever counts them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from tortoise.context import TortoiseContext

from models.errors import Throttled
from models.signing_in import throttle
from models.signing_in.throttle import CODES, PASSWORDS, Charge, Limit, Throttle

NOON = datetime(2027, 1, 8, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
A_MILLISECOND = timedelta(milliseconds=1)

pytestmark = pytest.mark.usefixtures("connected")


async def charge(at: datetime, times: int = 1, key: str = "ada") -> list[Charge]:
    """Fail so many times at one instant."""
    with time_machine.travel(at, tick=False):
        return [await throttle.charge(key, CODES) for _ in range(times)]


async def refused(at: datetime, key: str = "ada") -> datetime:
    """Try once too often; returns when the next try is looked at."""
    with time_machine.travel(at, tick=False), pytest.raises(Throttled) as refusal:
        await throttle.charge(key, CODES)
    return refusal.value.retry_at


class TestWindow:
    async def test_the_sixth_within_five_minutes_is_refused(self) -> None:
        await charge(NOON, 5)
        assert await refused(NOON) == NOON + 5 * MINUTE

    async def test_it_ends_to_the_millisecond(self) -> None:
        await charge(NOON, 5)
        await refused(NOON + 5 * MINUTE - A_MILLISECOND)
        await charge(NOON + 5 * MINUTE)

    async def test_it_slides(self) -> None:
        for minute in range(5):
            await charge(NOON + minute * MINUTE)
        assert await refused(NOON + 4 * MINUTE) == NOON + 5 * MINUTE
        await charge(NOON + 5 * MINUTE)
        assert await refused(NOON + 5 * MINUTE) == NOON + 6 * MINUTE

    async def test_a_refused_try_does_not_make_it_longer(self) -> None:
        await charge(NOON, 5)
        for minute in range(5):
            assert await refused(NOON + minute * MINUTE) == NOON + 5 * MINUTE

    async def test_twenty_in_an_hour(self) -> None:
        for begin in range(0, 60, 15):
            await charge(NOON + begin * MINUTE, 5)
        assert await refused(NOON + 55 * MINUTE) == NOON + HOUR
        await charge(NOON + HOUR, 5)
        assert await refused(NOON + 70 * MINUTE) == NOON + 75 * MINUTE

    async def test_fifty_in_a_day(self) -> None:
        for hour in range(0, 20, 2):
            await charge(NOON + hour * HOUR, 5)
        assert await refused(NOON + 22 * HOUR) == NOON + 24 * HOUR
        await charge(NOON + 24 * HOUR, 5)
        assert await refused(NOON + 25 * HOUR) == NOON + 26 * HOUR

    async def test_what_is_told_holds_for_every_window(self) -> None:
        for begin in (0, 20, 40, 59):
            await charge(NOON + begin * MINUTE, 5)
        retry_at = await refused(NOON + 59 * MINUTE)
        assert retry_at == NOON + 64 * MINUTE
        await charge(retry_at)

    async def test_each_key_has_its_own(self) -> None:
        await charge(NOON, 5)
        assert len(await charge(NOON, 5, key="kim")) == 5


class TestCharge:
    async def test_it_tells_how_many_are_left(self) -> None:
        assert [one.left for one in await charge(NOON, 5)] == [4, 3, 2, 1, 0]
        assert [one.left for one in await charge(NOON + 5 * MINUTE, 2)] == [4, 3]

    async def test_the_tightest_window_tells(self) -> None:
        for ten in range(4):
            await charge(NOON + 10 * ten * MINUTE, 4)
        assert [one.left for one in await charge(NOON + 45 * MINUTE, 2)] == [3, 2]
        assert [one.left for one in await charge(NOON + 50 * MINUTE, 2)] == [1, 0]

    async def test_given_back_it_counts_no_more(self) -> None:
        for _ in range(30):
            (one,) = await charge(NOON)
            await one.give_back()
        await charge(NOON, 5)
        await refused(NOON)

    async def test_only_itself_is_given_back(self) -> None:
        paid = await charge(NOON, 5)
        await paid[2].give_back()
        await paid[2].give_back()
        await charge(NOON)
        assert await refused(NOON) == NOON + 5 * MINUTE

    async def test_another_keys_is_left_alone(self) -> None:
        (of_ada,) = await charge(NOON)
        await charge(NOON, 5, key="kim")
        await of_ada.give_back()
        await refused(NOON, key="kim")


class TestAtOnce:
    async def test_exactly_five_of_forty_are_looked_at(self) -> None:
        tries = (throttle.charge("ada", CODES) for _ in range(40))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, Charge) for one in outcomes) == 5
        assert sum(isinstance(one, Throttled) for one in outcomes) == 35

    async def test_none_is_lost_while_others_are_given_back(self) -> None:
        wide = (Limit(1000, HOUR),)

        async def right() -> None:
            await (await throttle.charge("ada", wide)).give_back()

        wrong = (throttle.charge("ada", wide) for _ in range(12))
        await asyncio.gather(*wrong, *(right() for _ in range(12)))
        assert (await Throttle.get(key="ada")).failures.count(";") == 12


class TestPurge:
    async def test_drops_what_no_limit_looks_at(self, connected: TortoiseContext) -> None:
        await charge(NOON)
        await charge(NOON + HOUR, key="kim")
        with time_machine.travel(NOON + 24 * HOUR + A_MILLISECOND, tick=False):
            await throttle.purge()
        assert [row.key for row in await Throttle.all()] == ["kim"]

    async def test_a_row_does_not_grow_with_history(self) -> None:
        for day in range(4):
            await charge(NOON + timedelta(days=day), 5)
        assert (await Throttle.get(key="ada")).failures.count(";") == 5


def test_the_limits_are_those_that_are_promised() -> None:
    assert CODES == (Limit(5, 5 * MINUTE), Limit(20, HOUR), Limit(50, 24 * HOUR))
    assert PASSWORDS == (Limit(10, 10 * MINUTE),)
