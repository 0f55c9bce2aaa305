"""Hashing stays out of the way: beside the event loop, and never more of it than is allowed."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from models import clock
from models.errors import Throttled
from models.passwords import Passwords

SLOW_MEMORY_KIB = 65_536


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
        await slow.verify("x", None)  # the first look makes the hash to compare with
        there, nobody = [], []
        for _ in range(3):
            there.append(await self.seconds(slow, hashed))
            nobody.append(await self.seconds(slow, None))
        assert min(nobody) > min(there) / 2

    async def seconds(self, slow: Passwords, hashed: str | None) -> float:
        begun = time.perf_counter()
        assert not (await slow.verify("a wrong password", hashed)).right
        return time.perf_counter() - begun
