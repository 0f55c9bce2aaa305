"""What a bench gives: figures, each measured in turn with its yardstick's."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One row of the table: our values beside a yardstick's, round for round.

    `theirs` is empty where nothing is compared: then `target` is for the value itself.
    """

    what: str
    """Such as `smallest query, requests per second`."""
    yardstick: str
    """Such as `plain Starlette`."""
    ours: list[float]
    """One value per round."""
    theirs: list[float]
    """One value per round, taken in turn with ours."""
    unit: str
    """Such as `1/s`, `ms`, `µs CPU`, `kB`."""
    target: float | None
    """The ratio ours/theirs that is wanted; None where the row is for information."""
    at_most: bool
    """Whether the target is an upper bound, else a lower one."""
    note: str = ""

    def ratio(self) -> float:
        """Median of ours by median of theirs; not a number where there are none."""
        return median(self.ours) / median(self.theirs) if self.theirs else math.nan

    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of one round."""
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=False)]
        return (min(ratios), max(ratios)) if ratios else (math.nan, math.nan)

    def is_met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        reached = self.ratio() if self.theirs else median(self.ours)
        return reached <= self.target if self.at_most else reached >= self.target


Bench = Callable[[int], list[Figure]]
"""Rounds to figures: `run` of each module that `python -m tests.benchmarks` knows."""
