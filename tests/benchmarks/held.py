"""`python -m tests.benchmarks.held [--seconds N]`: 10,000 open subscriptions on one process.

They are held for five minutes, or as long as HELD_SECONDS says, while events come now and then;
none may be lost, come twice or in another order.
"""

import argparse
import os
import time

from rich.console import Console

from tests.benchmarks import followed
from tests.benchmarks.frame import Figure

SUBSCRIBERS = 10_000
SECONDS = 300.0
RATE = 0.5
FIRST = 50
out = Console()


def run(rounds: int) -> list[Figure]:
    """What was lost, how late the rest came, and the memory; once, however many rounds."""
    return held(float(os.environ.get("HELD_SECONDS", SECONDS)))


def held(seconds: float) -> list[Figure]:
    """The same, for so long."""
    with followed.ours(SUBSCRIBERS + FIRST) as server:
        with server.by(FIRST) as subscribers:
            subscribers.full(1).whole()
        empty = server.place.rss_kb()
        began = time.monotonic()
        with server.by(SUBSCRIBERS) as subscribers:
            opening = time.monotonic() - began
            time.sleep(2)  # until the last has been let in
            first = (server.place.rss_kb() - empty) / SUBSCRIBERS
            heard = subscribers.paced(RATE, seconds)
            last = (server.place.rss_kb() - empty) / SUBSCRIBERS
    wrong = heard.lost + heard.doubled + heard.disordered + heard.failed + heard.closed
    what = f"{SUBSCRIBERS:,} open subscriptions, {seconds:.0f} s: "
    note = f"{heard.messages:,} messages of {heard.events} events; opened in {opening:.0f} s"
    return [
        _figure(what + "lost, doubled, disordered or closed", wrong, "", 0.0, note),
        _figure(what + "memory of each at the beginning", first, "kB"),
        _figure(what + "memory of each at the end", last, "kB"),
        _figure(what + "event to delivery, median", heard.p50, "ms"),
        _figure(what + "event to delivery, 99th percentile", heard.p99, "ms"),
    ]


def _figure(
    what: str, value: float, unit: str, target: float | None = None, note: str = ""
) -> Figure:
    return Figure(what, "", [value], [], unit, target, at_most=True, note=note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    for figure in held(parser.parse_args().seconds):
        out.print(figure)
