"""Servers side by side under the same load, each in its turn."""

import json
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks import load, serving
from tests.benchmarks.frame import Figure
from tests.benchmarks.load import Load
from tests.benchmarks.serving import Place

CONNECTIONS = 16
SECONDS = 2.0


@dataclass
class Rival:
    """A server, and what it is asked; ours and yardsticks alike."""

    name: str
    place: Place
    payload: object
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    """What it answers, to the byte."""
    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Microseconds of the server's processor time for an answer, by round."""

    def introduce(self, data: object) -> None:
        """Ask once, and fail where it does not say this; every answer must be the same one then."""
        self.body = serving.ask(f"{self.place.url}/graphql", self.payload, self.headers)
        said = json.loads(self.body)
        assert said == {"data": data}, f"{self.name} says {self.body[:2000]!r}"

    def take_turn(self, seconds: float = SECONDS) -> None:
        """One round."""
        before = self.place.cpu_seconds()
        request = load.post("/graphql", self.payload, self.headers)
        taken = load.http(self.place.port, request, self.body, CONNECTIONS, seconds)
        used = self.place.cpu_seconds() - before
        self.loads.append(taken)
        # The answers of the warm-up are not counted, but were worked for.
        self.cpu.append(used / (taken.per_second * (seconds + load.WARM_UP)) * 1e6)

    def rates(self) -> list[float]:
        """Answers a second, by round."""
        return [one.per_second for one in self.loads]


def compete(rivals: list[Rival], data: object, rounds: int) -> None:
    """So many rounds, in each of which all have their turn; one before to warm up.

    Fails where one of them does not answer with that data.
    """
    for rival in rivals:
        rival.introduce(data)
        rival.take_turn(seconds=0.5)
        rival.loads.clear()
        rival.cpu.clear()
    for _ in range(rounds):
        for rival in rivals:
            rival.take_turn()


def compared(what: str, ours: Rival, theirs: Rival, target: float | None) -> Figure:
    """Answers a second, ours by theirs."""
    return Figure(
        f"{what}, answers per second",
        theirs.name,
        ours.rates(),
        theirs.rates(),
        "1/s",
        target,
        at_most=False,
        note=f"an answer takes the servers {median(ours.cpu):.0f} and {median(theirs.cpu):.0f} µs "
        f"of processor time (× {median(ours.cpu) / median(theirs.cpu):.2f}); the load took "
        f"{_share(ours)} and {_share(theirs)} of a core",
    )


def _share(rival: Rival) -> str:
    return f"{median(one.cpu_share for one in rival.loads):.0%}"
