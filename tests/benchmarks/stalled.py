"""One subscriber who does not read, among 1,000: what the others, and the memory, notice of it."""

from tests.benchmarks import followed
from tests.benchmarks.followed import Followed
from tests.benchmarks.frame import Figure
from tests.benchmarks.load.subscribers import Subscribers

SUBSCRIBERS = 1_000
RATE = 10.0
SECONDS = 5.0
# Few others, so that thousands of events pass before the stalled one is let go after 30 seconds.
OTHERS = 20
FULL_SECONDS = 10.0
# Of 538 bytes: 47 kB are in the kernel for a narrow socket, 64 kB in the server when it pauses.
FILLING = 300
_WITHOUT = "the same without it"


def run(rounds: int) -> list[Figure]:
    """The others' time to delivery, and memory."""
    with followed.ours(SUBSCRIBERS + 1) as server:
        alone, beside = [], []
        for _ in range(rounds):
            alone.append(_p99(server, 0))
            beside.append(_p99(server, 1))
    what = f"one stalled among {SUBSCRIBERS:,}: the others' 99th percentile, event to delivery"
    return [
        Figure(what, _WITHOUT, beside, alone, "ms", 1.5, at_most=True),
        _memory(rounds),
    ]


def _p99(server: Followed, stalled: int) -> float:
    with server.by(SUBSCRIBERS + stalled, stalled) as subscribers:
        _fill(subscribers)
        return subscribers.paced(RATE, SECONDS).whole().p99


def _memory(rounds: int) -> Figure:
    before, after, events = [], [], 0
    for _ in range(rounds):
        with followed.ours(OTHERS + 1) as server, server.by(OTHERS + 1, 1) as subscribers:
            _fill(subscribers)
            before.append(server.place.rss_kb() / 1024)
            events += subscribers.full(FULL_SECONDS).whole().events
            after.append(server.place.rss_kb() / 1024)
    note = f"{events // rounds:,} events went by"
    what = "memory of the server, with one stalled"
    return Figure(what, "before these events", after, before, "MB", 1.05, at_most=True, note=note)


def _fill(subscribers: Subscribers) -> None:
    """More than what kernels and buffers keep for somebody who does not read."""
    events = 0
    while events < FILLING:
        events += subscribers.full(1).whole().events
