"""Notices that the machine's clock was set while we serve: codes, sessions and limits go by it."""

import time

import structlog

from server.of_database import MOST_OFF

log = structlog.get_logger("server.clock")


class ClockWatch:
    """Compares the clock with one that nobody sets."""

    def __init__(self) -> None:
        self._ahead = _ahead()

    async def round(self) -> None:
        """Warn where the clock went by another span than has passed since the last look."""
        before, self._ahead = self._ahead, _ahead()
        step = self._ahead - before
        if abs(step) > MOST_OFF.total_seconds():
            log.warning(
                "the clock was set",
                seconds=round(step, 1),
                remedy="Keep it in step, by NTP for instance. Look: sparekey doctor",
            )


def _ahead() -> float:
    return time.time() - time.monotonic()
