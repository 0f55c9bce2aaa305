"""`python -m tests.benchmarks [name…] [--rounds N]`: ours in turn with each yardstick.

Prints a table as it goes, and keeps the figures in `results.json` and `RESULTS.md`. A bench that is
run again takes the place of its own rows only. Status 1 where one could not be run.
"""

import argparse
import importlib
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

from tests.benchmarks import machine, results
from tests.benchmarks.frame import Bench, Figure

NAMES = [
    "requests",
    "lists",
    "flows",
    "hashing",
    "fanout",
    "stalled",
    "held",
    "steady",
    "growth",
    "enrolment",
]
# In a file lines may be long.
out = Console(width=None if sys.stdout.isatty() else 160)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"no bench is called {', '.join(sorted(unknown))}")
    names = given.names or NAMES
    if len(names) == 1:
        _run(names[0], given.rounds)
        return 0
    return 0 if all([_run_apart(name, given.rounds) for name in names]) else 1


def _run_apart(name: str, rounds: int) -> bool:
    # What one leaves behind in its process is not the next one's, and where one fails others go on.
    command = [sys.executable, "-m", str(__package__), name, "--rounds", str(rounds)]
    return subprocess.run(command, check=False).returncode == 0


def _run(name: str, rounds: int) -> None:
    run = {"date": machine.today(), "rounds": rounds, "commit": machine.commit()}
    run["machine"] = machine.described()
    began = time.monotonic()
    figures = _bench(name)(rounds)
    results.keep(name, figures, run)
    results.write(NAMES)
    out.print(_table(f"{name}, {time.monotonic() - began:.0f} s", figures))


def _bench(name: str) -> Bench:
    run: Bench = importlib.import_module(f"{__package__}.{name}").run
    return run


def _table(title: str, figures: list[Figure]) -> Table:
    table = Table(*results.COLUMNS, title=title, title_justify="left")
    for one in figures:
        table.add_row(*results.cells(results.row(one)))
    return table


if __name__ == "__main__":
    sys.exit(main())
