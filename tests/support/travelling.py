"""`python -m tests.support.travelling FILE …`: `sparekey …` under the clock that FILE tells.

FILE holds the seconds that the clock is ahead of the machine's; SIGUSR1 has it read again. What
was read is written beside it, so that the writer can wait for that.
"""

import os
import runpy
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

SIGNAL = signal.SIGUSR1


def write(file: Path, ahead: timedelta) -> None:
    """Say how far ahead the clock is to be."""
    aside = file.with_suffix(".new")
    aside.write_text(str(ahead.total_seconds()))
    os.replace(aside, file)


def was_read(file: Path) -> bool:
    """Whether the clock has been set to what was written last."""
    seen = _seen(file)
    return seen.exists() and seen.read_text() == file.read_text()


@contextmanager
def started() -> Iterator[time_machine.Traveller]:
    """This process's clock can be moved; for now it shows the machine's time, and ticks."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        datetime.now(UTC)  # it ticks from when it is first looked at
        yield traveller


def _travel(file: Path) -> None:
    with started() as traveller:
        ahead = 0.0

        def follow(*_: object) -> None:
            nonlocal ahead
            wanted = file.read_text()
            traveller.shift(float(wanted) - ahead)
            ahead = float(wanted)
            _seen(file).write_text(wanted)

        signal.signal(SIGNAL, follow)
        follow()
        runpy.run_module("server", run_name="__main__", alter_sys=True)


def _seen(file: Path) -> Path:
    return file.with_suffix(".seen")


if __name__ == "__main__":
    _travel(Path(sys.argv.pop(1)))
