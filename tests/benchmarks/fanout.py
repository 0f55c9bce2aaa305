"""Events to 1,000 subscribers: how many a second, how soon, and what an open subscription holds."""

import time
from contextlib import ExitStack
from statistics import median

from tests.benchmarks import followed, noted
from tests.benchmarks.followed import Follow, Followed
from tests.benchmarks.frame import Figure
from tests.benchmarks.load.subscribers import Heard, Subscribers

SUBSCRIBERS = 1_000
SECONDS = 4.0
RATE = 10.0
RATE_SECONDS = 5.0
# For memory: more of them, after some that make each server load what it loads once.
OPEN = 2_000
FIRST = 5
EVENTS = 30
EVENTS_SECONDS = 6.0
_OURS = "ours"
_AT_LEAST = {
    "websockets.broadcast": 0.75,
    "graphql-ws on Node": 2.5,
    "Strawberry as it comes": 14.0,
}


def run(rounds: int) -> list[Figure]:
    """Deliveries a second, time to delivery, from prepared events and from real ones; memory."""
    return [*_served(rounds), *noted.run(rounds), *_memory(rounds)]


def _served(rounds: int) -> list[Figure]:
    full: dict[str, list[Heard]] = {}
    paced: dict[str, list[Heard]] = {}
    cpu: dict[str, list[float]] = {}
    with ExitStack() as stack:
        servers = {_OURS: followed.ours, **followed.YARDSTICKS}
        opened = {name: _open(stack, server) for name, server in servers.items()}
        for _, subscribers in opened.values():
            subscribers.full(1).whole()
        for _ in range(rounds):
            for name, (server, subscribers) in opened.items():
                began = server.place.cpu_seconds()
                heard = subscribers.full(SECONDS).whole()
                used = (server.place.cpu_seconds() - began) / heard.messages
                full.setdefault(name, []).append(heard)
                cpu.setdefault(name, []).append(used * 1e6)
            for name in (_OURS, "websockets.broadcast"):
                heard = opened[name][1].paced(RATE, RATE_SECONDS).whole()
                paced.setdefault(name, []).append(heard)
    return [*_deliveries(full), *_cost(cpu), *_soon(paced)]


def _open(stack: ExitStack, server: Follow) -> tuple[Followed, Subscribers]:
    one = stack.enter_context(server(SUBSCRIBERS))
    subscribers = stack.enter_context(one.by(SUBSCRIBERS))
    return one, subscribers


def _deliveries(heard: dict[str, list[Heard]]) -> list[Figure]:
    what = f"deliveries per second to {SUBSCRIBERS:,} subscribers"
    rates = {name: [one.per_second for one in several] for name, several in heard.items()}
    busy = max(one.cpu for several in heard.values() for one in several)
    size = median(one.bytes for one in heard[_OURS])
    note = f"messages of {size:.0f} bytes; the client took {busy:.0%} of a core at most"
    return [
        Figure(what, name, rates[_OURS], rates[name], "1/s", target, at_most=False, note=note)
        for name, target in _AT_LEAST.items()
    ]


def _cost(cpu: dict[str, list[float]]) -> list[Figure]:
    what = "server CPU per delivery"
    return [
        Figure(what, name, cpu[_OURS], cpu[name], "µs CPU", None, at_most=True)
        for name in _AT_LEAST
    ]


def _soon(heard: dict[str, list[Heard]]) -> list[Figure]:
    what = f"event to delivery at {RATE:.0f} events a second, "
    ours, theirs = heard[_OURS], heard["websockets.broadcast"]
    late = [one.p99 for one in ours], [one.p99 for one in theirs]
    usual = [one.p50 for one in ours], [one.p50 for one in theirs]
    return [
        Figure(what + "99th percentile", "websockets.broadcast", *late, "ms", 2.0, at_most=True),
        Figure(what + "median", "websockets.broadcast", *usual, "ms", None, at_most=True),
    ]


def _memory(rounds: int) -> list[Figure]:
    what, name = f"memory per open subscription of {OPEN:,}, ", "graphql-ws on Node"
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_held(followed.ours))
        theirs.append(_held(followed.YARDSTICKS[name]))
    return [
        Figure(what + when, name, *held, "kB", 0.55, at_most=True)
        for when, held in (
            ("before any event", ([one[0] for one in ours], [one[0] for one in theirs])),
            (f"after {EVENTS} events", ([one[1] for one in ours], [one[1] for one in theirs])),
        )
    ]


def _held(server: Follow) -> tuple[float, float]:
    with server(OPEN + FIRST) as one:
        with one.by(FIRST) as subscribers:
            subscribers.paced(RATE, 1).whole()
        empty = one.place.rss_kb()
        with one.by(OPEN) as subscribers:
            time.sleep(2)  # until the last has been let in
            before = one.place.rss_kb()
            subscribers.paced(EVENTS / EVENTS_SECONDS, EVENTS_SECONDS).whole()
            after = one.place.rss_kb()
    return (before - empty) / OPEN, (after - empty) / OPEN
