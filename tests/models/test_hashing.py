"""Hashing stays out of the way: beside the event loop, and never more of it than is allowed."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from models import clock
from models.errors import Throttled
from models.signing_in.passwords import Passwords

SLOW_MEMORY_KIB = 65_536
LOWEST = 19


@pytest.fixture
def slow() -> Iterator[Passwords]:
    """One thread with room for four, and hashes that take a while."""
    passwords = Passwords(memory_kib=SLOW_MEMORY_KIB, time_cost=3, threads=1, queue=4)
    yield passwords
    passwords.close()


class TestQueue:
    async def test_when_full_it_refuses_at_once(self, slow: Passwords) -> None:
        working = [asyncio.create_task(slow.hash("seven quiet turbines")) for _ in range(4)]
        await asyncio.sleep(0)
        for refused in (slow.hash("x"), slow.verify("x", None), slow.verify("x", "$argon2id$")):
            with pytest.raises(Throttled) as refusal:
                await refused
        assert not any(task.done() for task in working), "it waited for a hash"
        assert timedelta() < refusal.value.retry_at - clock.now() < timedelta(seconds=5)
        assert len(set(await asyncio.gather(*working))) == 4

    async def test_then_there_is_room_again(self, slow: Passwords) -> None:
        for _ in range(2):
            hashed = await asyncio.gather(*(slow.hash("seven quiet turbines") for _ in range(4)))
            assert len(set(hashed)) == 4

    async def test_who_goes_away_leaves_room(self, slow: Passwords) -> None:
        working = [asyncio.create_task(slow.hash("seven quiet turbines")) for _ in range(4)]
        await asyncio.sleep(0)
        for task in working[1:]:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        assert await slow.hash("seven quiet turbines")


class TestEventLoop:
    async def test_goes_on_while_hashes_are_made(self, slow: Passwords) -> None:
        working = asyncio.gather(*(slow.hash("seven quiet turbines") for _ in range(4)))
        looks = 0
        while not working.done():
            await asyncio.sleep(0.001)
            looks += 1
        assert looks > 10, "one look for each hash: they held the loop"
        assert len(set(await working)) == 4

    async def test_an_unknown_address_costs_a_hash(self, slow: Passwords) -> None:
        hashed = await slow.hash("seven quiet turbines")
        there, nobody = [], []
        for _ in range(3):
            there.append(await self.seconds(slow, hashed))
            nobody.append(await self.seconds(slow, None))
        assert min(nobody) > min(there) / 2

    async def test_the_first_one_waits_for_nothing_more(self, slow: Passwords) -> None:
        hashed = await slow.hash("seven quiet turbines")
        nobody, there = await self.seconds(slow, None), await self.seconds(slow, hashed)
        assert there / 2 < nobody < 2 * there

    @pytest.mark.parametrize("typed", ["a" + "\u0345\u0334" * 15_000, "x" * 60_000])
    async def test_what_is_too_long_costs_a_hash_and_no_more(
        self, slow: Passwords, typed: str
    ) -> None:
        """To bring thirty thousand accents in order would take a second and more."""
        hashed = await slow.hash("seven quiet turbines")
        usual = await self.seconds(slow, hashed)
        assert usual / 2 < await self.seconds(slow, hashed, typed) < 2 * usual

    async def seconds(
        self, slow: Passwords, hashed: str | None, typed: str = "a wrong password"
    ) -> float:
        # Of work, not of waiting: hashing waits for everything else on the machine.
        begun = time.process_time()
        assert not (await slow.verify(typed, hashed)).right
        return time.process_time() - begun


class TestPriority:
    async def test_hashing_takes_what_others_leave(self, slow: Passwords) -> None:
        await slow.hash("seven quiet turbines")
        (worker,) = (one for one in threading.enumerate() if one.name.startswith("hashing"))
        expected = LOWEST if sys.platform == "linux" else own_priority()
        assert os.getpriority(os.PRIO_PROCESS, worker.native_id or 0) == expected

    async def test_the_event_loop_keeps_its_own(self, slow: Passwords) -> None:
        before = own_priority()
        await slow.hash("seven quiet turbines")
        assert own_priority() == before < LOWEST

    async def test_it_is_not_needed(self, slow: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
        """A sandbox may forbid it."""

        def forbidden(*_: int) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "setpriority", forbidden)
        assert await slow.hash("seven quiet turbines")


def own_priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)
