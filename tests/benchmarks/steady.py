"""`python -m tests.benchmarks.steady [--seconds N]`: a constant load, held for ten minutes.

Three servers on PostgreSQL and Valkey; 2,000 desks watch by the document of the contract; each
second 20 people ask for a reset (a login goes before) and 20 sign in, all with hashes that cost
what they should: `make native` first, as where so much is to be held. Nobody waits for those before
them. On two cores, with all that makes the load.

Measured once, however many rounds, after a quarter of a minute of the same. STEADY_SECONDS sets
the time as well.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from statistics import median

from rich.console import Console

from tests.benchmarks import enrolled, results, steady_house
from tests.benchmarks.frame import Figure
from tests.benchmarks.load.subscribers import Heard
from tests.benchmarks.steady_house import House
from tests.benchmarks.steady_people import Diary, People
from tests.benchmarks.yardsticks.argon2_loop import HASHER

DESKS = 2_000
TICKETS = 20
SIGN_INS = 20
SECONDS = 600.0
WARM_UP = 15.0
MOST_GROWTH = 1.1
_LOAD = f"{TICKETS} tickets and {SIGN_INS} sign-ins a second, {DESKS:,} desks, "
_STEPS = ("login", "verifyCode", "requestReset")
_LATE = 30.0
"""How long is waited for events after the last request; what comes later is lost."""
_MOST = 10**9
_LOOK_EVERY = 1.0
_HASHES = 50
out = Console(width=200)


def run(rounds: int) -> list[Figure]:
    """How soon everything was answered and told, what was lost, and what it took."""
    return held(float(os.environ.get("STEADY_SECONDS", SECONDS)))


def held(seconds: float) -> list[Figure]:
    """The same, for so long."""
    accounts = int((TICKETS + SIGN_INS) * (seconds + WARM_UP)) + 1
    with steady_house.running(accounts, DESKS) as house, asyncio.Runner() as runner:
        people = People([one.port for one in house.servers])
        runner.run(_load(house, people, WARM_UP))
        before, began = house.cpu(), time.monotonic()
        diary, heard, memory = runner.run(_load(house, people, seconds))
        took = time.monotonic() - began
        cores = {name: (used - before[name]) / took for name, used in house.cpu().items()}
    return [
        *_answered(diary, seconds),
        *_told(heard),
        _memory(memory),
        *_busy(cores),
        _figure("a password hashed alone", _hash_ms(), "ms"),
    ]


async def _load(
    house: House, people: People, seconds: float
) -> tuple[Diary, list[Heard], list[list[float]]]:
    """What people met, what each server's desks heard, and the memory, second for second."""
    for one in house.desks:
        one.hear(_MOST, seconds + _LATE)
    memory: list[list[float]] = []
    looking = asyncio.create_task(_look(house, memory))
    diary = await people.come(TICKETS, SIGN_INS, seconds)
    looking.cancel()
    for one in house.desks:
        one.enough(len(diary.taken["requestReset"]))
    heard = [await asyncio.to_thread(one.answer) for one in house.desks]
    return diary, heard, memory


async def _look(house: House, memory: list[list[float]]) -> None:
    while True:
        memory.append(house.rss_mb())
        await asyncio.sleep(_LOOK_EVERY)


def _answered(diary: Diary, seconds: float) -> list[Figure]:
    asked = sum(len(times) for times in diary.taken.values()) + diary.failed.total()
    wrong = "; ".join(f"{count} × {what}" for what, count in diary.failed.most_common(5))
    note = f"{asked:,} requests in {seconds:.0f} s" + (f"; {wrong}" if wrong else "")
    figures = [_figure("requests that failed", diary.failed.total(), "", 0, note)]
    for step in _STEPS:
        figures.append(_figure(f"{step}, median", diary.at(step, 0.5), "ms"))
        figures.append(_figure(f"{step}, 99th percentile", diary.at(step, 0.99), "ms"))
    return figures


def _told(heard: Sequence[Heard]) -> list[Figure]:
    lost = sum(one.lost for one in heard)
    others = sum(one.doubled + one.disordered + one.failed + one.closed for one in heard)
    size, busy = median(one.bytes for one in heard), sum(one.cpu for one in heard)
    note = (
        f"{sum(one.messages for one in heard):,} messages of {size:.0f} bytes; "
        f"those who received them took {busy:.0%} of a core"
    )
    slow = "those at the slowest server"
    late = max(one.p99 for one in heard)
    return [
        _figure("events lost", lost, "", 0, note),
        _figure("events doubled, disordered or refused, desks cut off", others, "", 0),
        _figure("event to desk, median", max(one.p50 for one in heard), "ms", note=slow),
        _figure("event to desk, 99th percentile", late, "ms", note=slow),
        _figure("event to desk, the latest", max(one.longest for one in heard), "ms"),
    ]


def _memory(looked: Sequence[Sequence[float]]) -> Figure:
    """By the middle one of many looks: a hash takes 19 MiB while it lasts."""
    few = max(1, len(looked) // 10)
    first, last = _middle(looked[:few]), _middle(looked[-few:])
    told = zip(map(results.told, first), map(results.told, last), strict=True)
    note = ", ".join(f"{before} to {after} MB" for before, after in told)
    what = f"{_LOAD}memory of all servers at the end"
    return Figure(
        what, "at the start", [sum(last)], [sum(first)], "MB", MOST_GROWTH, at_most=True, note=note
    )


def _middle(looked: Sequence[Sequence[float]]) -> list[float]:
    return [median(one) for one in zip(*looked, strict=True)]


def _busy(cores: Mapping[str, float]) -> list[Figure]:
    return [_figure(f"cores taken by {name}", used, "cores") for name, used in cores.items()]


def _hash_ms() -> float:
    began = time.thread_time()
    for _ in range(_HASHES):
        HASHER.hash(enrolled.PASSWORD)
    return (time.thread_time() - began) / _HASHES * 1000


def _figure(
    what: str, value: float, unit: str, target: float | None = None, note: str = ""
) -> Figure:
    return Figure(_LOAD + what, "", [value], [], unit, target, at_most=True, note=note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    for one in held(parser.parse_args().seconds):
        before = f"{results.told(one.theirs[0])} to " if one.theirs else ""
        out.print(f"{one.what}: {before}{results.told(one.ours[0])} {one.unit}", one.note)
