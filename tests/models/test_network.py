"""Limits by network address: counted together while what all share answers, else by each alone."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Iterator

import pytest
from limits.errors import ConfigurationError

from models.errors import Throttled
from models.signing_in import counting
from models.signing_in.network import NetworkLimits
from tests.support import valkey
from tests.support.link import Link, Weather, linked
from tests.support.valkey import Valkey

HOME = "192.0.2.0/24"
# What a customer may have to wait for it at most, on a busy machine.
HARDLY = 1.0


@pytest.fixture(scope="module")
def store() -> Iterator[Valkey]:
    with valkey.running() as one:
        yield one


@pytest.fixture
async def line(store: Valkey) -> AsyncIterator[Link]:
    async with linked("valkey", ("127.0.0.1", store.port)) as link:
        yield link


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests run side by side: a busy machine is no fault of the store.
    monkeypatch.setattr(counting, "PATIENCE_SECONDS", 0.4)
    monkeypatch.setattr(counting, "TRY_AGAIN_SECONDS", 0.2)


def limits(line: Link, registrations: str = "3/hour") -> NetworkLimits:
    """Of one process. Each test counts under networks of its own."""
    return NetworkLimits(f"async+redis://{line.address}", registrations)


async def allowed(one: NetworkLimits, network: str, tries: int) -> int:
    """How many of so many registrations were."""
    return sum([not await refused(one.registration(network)) for _ in range(tries)])


async def refused(trying: Awaitable[None]) -> bool:
    try:
        await trying
    except Throttled:
        return True
    return False


async def lost(one: NetworkLimits) -> None:
    """Ask until it is known that nobody answers."""
    for _ in range(counting.MISSES):
        assert not one.degraded
        await one.may_log_in("lost")
    assert one.degraded


async def back(one: NetworkLimits) -> None:
    async with asyncio.timeout(10):
        while one.degraded:
            await one.may_log_in("back")
            await asyncio.sleep(0.05)


class TestShared:
    async def test_processes_count_together(self, line: Link) -> None:
        here, there = limits(line), limits(line)
        assert await allowed(here, "together", 2) == 2
        assert await allowed(there, "together", 2) == 1
        assert await refused(here.registration("together"))
        assert not await refused(there.registration("another network"))
        assert not (here.degraded or there.degraded)

    async def test_failed_logins_are_those_that_failed(self, line: Link) -> None:
        here = NetworkLimits(f"async+redis://{line.address}", failed_logins="2/minute")
        there = NetworkLimits(f"async+redis://{line.address}", failed_logins="2/minute")
        for _ in range(4):
            await here.may_log_in("failing")
        for one in (here, there):
            await one.may_log_in("failing")
            await one.failed_login("failing")
        for one in (here, there):
            with pytest.raises(Throttled) as told:
                await one.may_log_in("failing")
            assert 0 < told.value.retry_at.timestamp() - time.time() <= 60


class TestAway:
    async def test_each_process_counts_by_itself_and_nobody_waits(self, line: Link) -> None:
        here, there = limits(line), limits(line)
        assert await allowed(here, "cut", 2) == 2
        await line.cut()
        begun = time.monotonic()
        assert await allowed(here, "cut", 5) == 3
        assert await allowed(there, "cut", 5) == 3
        assert here.degraded and there.degraded
        assert time.monotonic() - begun < HARDLY

    async def test_a_store_that_says_nothing_costs_a_moment_and_then_nothing(
        self, line: Link
    ) -> None:
        here = limits(line, "1000/hour")
        assert await allowed(here, "stalled", 1) == 1
        line.set(Weather(stalled=True))
        await lost(here)
        begun = time.monotonic()
        assert await allowed(here, "stalled", 500) == 500
        spent = time.monotonic() - begun
        tries = 1 + spent / counting.TRY_AGAIN_SECONDS
        assert spent < tries * counting.PATIENCE_SECONDS + HARDLY
        line.set(Weather())

    async def test_what_comes_at_once_waits_at_once(self, line: Link) -> None:
        here = limits(line, "1000/hour")
        line.set(Weather(stalled=True))
        begun = time.monotonic()
        await asyncio.gather(*(here.registration("crowd") for _ in range(200)))
        assert time.monotonic() - begun < counting.PATIENCE_SECONDS + HARDLY
        line.set(Weather())

    async def test_one_answer_too_late_is_no_alarm(
        self, line: Link, caplog: pytest.LogCaptureFixture
    ) -> None:
        here = limits(line)
        await here.registration("late")
        line.set(Weather(stalled=True))
        await here.registration("late")
        line.set(Weather())
        for _ in range(counting.MISSES):
            await here.may_log_in("late")
        assert not here.degraded and not caplog.records

    async def test_nor_are_many_at_once_that_a_busy_process_hears_late(
        self, line: Link, caplog: pytest.LogCaptureFixture
    ) -> None:
        here = limits(line, "1000/hour")
        await here.registration("busy")
        asked = [asyncio.create_task(here.registration("busy")) for _ in range(9)]
        await asyncio.sleep(0.001)
        time.sleep(counting.PATIENCE_SECONDS * 1.5)  # noqa: ASYNC251 # that is how it is busy
        await asyncio.gather(*asked)
        assert not here.degraded and not caplog.records


class TestBackAgain:
    async def test_counting_together_goes_on_where_it_was(self, line: Link) -> None:
        here, there = limits(line), limits(line)
        assert await allowed(here, "again", 2) == 2
        await line.cut()
        await lost(here)
        assert await allowed(here, "again", 5) == 3
        await line.start()
        await back(here)
        assert await allowed(there, "again", 5) == 1
        assert await refused(here.registration("again"))

    async def test_after_silence_on_connections_of_its_own(self, line: Link) -> None:
        here = limits(line, "1000/hour")
        await here.registration("silence")
        for _ in range(3):
            line.set(Weather(stalled=True))
            await lost(here)
            await line.drop()
            line.set(Weather())
            await back(here)
        answers = await asyncio.gather(*(allowed(here, "silence", 10) for _ in range(20)))
        assert sum(answers) == 200 and not here.degraded

    async def test_the_log_tells_once_of_each_change(
        self, line: Link, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "sparekey.network")
        here = limits(line, "1000/hour")
        for _ in range(2):
            await line.cut()
            await allowed(here, "told", 20)
            await line.start()
            await back(here)
        told = [(one.levelname, "by itself" in one.getMessage()) for one in caplog.records]
        assert told == [("ERROR", True), ("WARNING", False)] * 2
        assert line.address not in caplog.text

    async def test_a_restart_of_the_store(self) -> None:
        with valkey.running() as store:
            here = NetworkLimits(store.url, "1000/hour")
            assert await allowed(here, "restart", 3) == 3
            await asyncio.to_thread(store.kill)
            assert await allowed(here, "restart", 10) == 10
            assert here.degraded
            await asyncio.to_thread(store.start)
            await back(here)
            assert await allowed(here, "restart", 3) == 3


class TestAlone:
    async def test_memory_never_fails(self) -> None:
        here = NetworkLimits(registrations="2/hour")
        assert await allowed(here, HOME, 4) == 2
        assert not here.degraded

    @pytest.mark.parametrize("url", ["async+nothing://127.0.0.1", "memory://", "redis://127.0.0.1"])
    async def test_what_is_no_store_for_us_is_refused_at_once(self, url: str) -> None:
        with pytest.raises(ConfigurationError):
            NetworkLimits(url)
