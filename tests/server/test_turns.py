"""Expensive questions of one network, one after the other; those of others in between."""

import asyncio
import time

from server.http.turns import Turns


class Questions:
    """Questions that hold the loop for 50 ms each, and when each began."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.began: list[tuple[str, float]] = []

    async def ask(self, address: str) -> None:
        await self.turns.mine(address)
        self.began.append((address, time.perf_counter()))
        time.sleep(0.05)  # noqa: ASYNC251 # holding the loop is what it is about


async def test_one_address_rests_in_between() -> None:
    asked = Questions()
    await asyncio.gather(*(asked.ask("a") for _ in range(4)))
    instants = [at for _, at in asked.began]
    # 50 ms of work and twice as long a rest.
    assert all(
        later - sooner >= 0.14 for sooner, later in zip(instants, instants[1:], strict=False)
    )


async def test_another_address_goes_first() -> None:
    asked = Questions()
    crowd = [asyncio.create_task(asked.ask("a")) for _ in range(6)]
    await asyncio.sleep(0.01)
    await asked.ask("b")
    assert [address for address, _ in asked.began].count("a") <= 2
    for one in crowd:
        one.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_nobody_is_remembered() -> None:
    asked = Questions()
    await asked.ask("a")
    await asyncio.sleep(0.3)
    assert not len(asked.turns._turns)


async def test_cheap_questions_need_no_rest() -> None:
    turns = Turns()
    began = time.perf_counter()
    for _ in range(100):
        await turns.mine("a")
    assert time.perf_counter() - began < 5
