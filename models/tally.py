"""What is counted in memory as it happens, for whoever watches: plain numbers, cheap to add to."""

from bisect import bisect_left
from collections.abc import Sequence

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""In seconds; each is the longest that still counts as this long."""


class Durations:
    """How long something took, how often: in classes, the last of them for all that is longer."""

    __slots__ = ("_bounds", "classes", "seconds")

    def __init__(self, bounds: Sequence[float] = BOUNDS) -> None:
        self._bounds = bounds
        self.classes = [0] * (len(bounds) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """It happened once more."""
        self.seconds += seconds
        self.classes[bisect_left(self._bounds, seconds)] += 1

    def upto(self) -> list[tuple[float, int]]:
        """How many took so long at most, for each bound; the last, without end, is all."""
        count, found = 0, []
        for bound, more in zip((*self._bounds, float("inf")), self.classes, strict=True):
            count += more
            found.append((bound, count))
        return found


class Tally(Durations):
    """The same of one operation, with the problems that were told."""

    __slots__ = ("name", "problems")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.problems: dict[str, int] = {}

    def problem(self, name: str) -> None:
        """One was told: a member of a result's union by its type, an error by its code."""
        self.problems[name] = self.problems.get(name, 0) + 1


UNCOUNTED = Tally("")
"""For what nobody watches."""
