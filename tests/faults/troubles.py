"""What can go wrong, each for a moment: a bag of all kinds, drawn from until time is over."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.faults.layout import COUNTER, DATABASE, FRONT, MAIL, SERVERS, Layout
from tests.faults.ledger import Ledger
from tests.faults.store import Mode
from tests.support.link import Link, Weather
from tests.support.process import Process

_BRIEF = 0.3
_LONGEST = 1.5
_QUARTER = timedelta(minutes=15)
_WITHIN_A_QUARTER = 1.0


class Troubles:
    """Makes them on one layout; `made` counts them by kind."""

    def __init__(self, layout: Layout, chance: random.Random, ledger: Ledger) -> None:
        self.layout = layout
        self._ledger = ledger
        self.chance = chance
        self.made: Counter[str] = Counter()
        self._longest = _LONGEST

    async def go_on(self, seconds: float) -> None:
        """One after the other: every kind once, and then as many more as there is time for.

        Each time that all kinds were there, they last longer.
        """
        until = asyncio.get_running_loop().time() + seconds
        while not self.made or asyncio.get_running_loop().time() < until:
            for name in self._drawn():
                if self.made.total() >= len(KINDS) and asyncio.get_running_loop().time() > until:
                    return
                await self.make(name)
            self._longest *= 2

    async def make(self, name: str) -> None:
        """One of them, and a moment's calm."""
        self._ledger.during = name
        await KINDS[name](self)
        self.made[name] += 1
        self._ledger.during = "calm"
        await asyncio.sleep(self.chance.uniform(0, _BRIEF))

    async def last(self) -> None:
        """For a moment."""
        await asyncio.sleep(self.chance.uniform(_BRIEF, self._longest))

    def line(self, what: str) -> Link:
        """Any of the lines that lead there."""
        return self.chance.choice(self.layout.lines[what])

    def server(self) -> tuple[Process, Link]:
        """Any of the servers, and the line that leads there."""
        layout = self.layout
        return self.chance.choice(list(zip(layout.servers, layout.lines[FRONT], strict=True)))

    def _drawn(self) -> list[str]:
        return self.chance.sample(sorted(KINDS), len(KINDS))


Trouble = Callable[[Troubles], Awaitable[None]]


def _cut(what: str) -> Trouble:
    async def make(troubles: Troubles) -> None:
        line = troubles.line(what)
        await line.cut()
        await troubles.last()
        await line.start()

    return make


def _dropped(what: str) -> Trouble:
    async def make(troubles: Troubles) -> None:
        for line in troubles.layout.lines[what]:
            await line.drop()

    return make


def _forgotten(what: str) -> Trouble:
    async def make(troubles: Troubles) -> None:
        troubles.line(what).forget()
        await troubles.last()

    return make


def _weather(what: str, weather: Callable[[random.Random], Weather]) -> Trouble:
    async def make(troubles: Troubles) -> None:
        line = troubles.line(what)
        line.set(weather(troubles.chance))
        await troubles.last()
        line.set(Weather())

    return make


def _restarted(mode: Mode) -> Trouble:
    async def make(troubles: Troubles) -> None:
        await troubles.layout.store.restart(mode)

    return make


async def _killed(troubles: Troubles) -> None:
    server, line = troubles.server()
    await server.kill()
    # A line to nobody takes no connections: a relay in its place would.
    await line.cut()
    await troubles.last()
    await server.start(troubles.layout.clock.ahead)
    await line.start()


async def _stopped(troubles: Troubles) -> None:
    server, line = troubles.server()
    line.close()
    await server.stop()
    await server.start(troubles.layout.clock.ahead)
    await line.start()


async def _alone(troubles: Troubles) -> None:
    layout, number = troubles.layout, troubles.chance.randrange(SERVERS)
    if layout.hosts:
        layout.hosts[number].unplug()
        await troubles.last()
        layout.hosts[number].plug()
        return
    lines = [lines[number] for lines in layout.lines.values()]
    for line in lines:
        line.set(Weather(stalled=True))
    await troubles.last()
    for line in lines:
        line.set(Weather())


async def _full(troubles: Troubles) -> None:
    async with troubles.layout.store.filled():
        for line in troubles.layout.lines[DATABASE]:
            await line.drop()
        await troubles.last()


async def _counter_away(troubles: Troubles) -> None:
    await asyncio.to_thread(troubles.layout.counter.kill)
    await troubles.last()
    await asyncio.to_thread(troubles.layout.counter.start)


async def _no_mail_for_an_hour(troubles: Troubles) -> None:
    layout = troubles.layout
    await layout.relay.kill()
    for _ in range(4):
        await asyncio.sleep(_WITHIN_A_QUARTER)
        await layout.clock.travel(_QUARTER)
    await layout.relay.start()


def _slow(chance: random.Random) -> Weather:
    return Weather(delay=chance.uniform(0.02, 0.2))


def _narrow(chance: random.Random) -> Weather:
    return Weather(bytes_per_second=chance.uniform(20_000, 200_000))


def _silent(_: random.Random) -> Weather:
    return Weather(stalled=True)


KINDS: dict[str, Trouble] = {
    **{f"line to the {what} cut": _cut(what) for what in (FRONT, DATABASE, COUNTER, MAIL)},
    **{f"lines to the {what} dropped": _dropped(what) for what in (FRONT, DATABASE, COUNTER, MAIL)},
    **{f"line to the {what} silent": _weather(what, _silent) for what in (FRONT, DATABASE, COUNTER,
                                                                         MAIL)},
    **{f"line to the {what} slow": _weather(what, _slow) for what in (FRONT, DATABASE, COUNTER)},
    **{f"line to the {what} narrow": _weather(what, _narrow) for what in (FRONT, DATABASE)},
    **{f"connections to the {what} forgotten": _forgotten(what) for what in (DATABASE, COUNTER)},
    "server alone": _alone,
    "server killed": _killed,
    "server stopped and started": _stopped,
    "database restarted": _restarted("fast"),
    "database crashed": _restarted("immediate"),
    "database full": _full,
    "counter killed": _counter_away,
    "an hour without the mail relay": _no_mail_for_an_hour,
}  # fmt: skip
