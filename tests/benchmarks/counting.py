"""What counting costs: an operation over HTTP, an event handed out, a look at `/metrics`.

`python -m tests.benchmarks.counting` prints the least of many rounds, which others on the machine
disturb least, less the loop itself.
"""

import time
from collections import Counter
from collections.abc import Callable

import schema
from models.tally import Durations
from server.metrics.operations import Operations
from server.settings import Settings

ROUNDS = 40
TIMES = 20_000


def main() -> None:
    """Print the figures."""
    built = schema.build()
    documents = schema.learn(built, Settings().documents_file, only=False)
    operations = Operations(documents)
    text = next(text for text in documents.texts.values() if "mutation Login" in text)
    lag, statuses = Durations(), Counter[int | None]()
    empty = _least(lambda: None)
    figures: dict[str, Callable[[], object]] = {
        "an operation asked by its id": lambda: _operation(operations, text, None),
        "an operation asked by its text": lambda: _operation(operations, f"{text} ", "Login"),
        "an event handed out": lambda: lag.add(0.004),
        "a request's status": lambda: _status(statuses),
    }
    for what, work in figures.items():
        print(f"{what}: {(_least(work) - empty) * 1e9:.0f} ns")  # noqa: T201 # it is what it is for


def _operation(operations: Operations, text: str, name: str | None) -> None:
    """As `server.view` does it."""
    started = time.perf_counter()
    tally = operations.of(text, name)
    tally.add(time.perf_counter() - started)


def _status(statuses: Counter[int | None]) -> None:
    statuses[200] += 1


def _least(work: Callable[[], object]) -> float:
    """Seconds that one takes."""
    least = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(TIMES):
            work()
        least = min(least, time.process_time() - started)
    return least / TIMES


if __name__ == "__main__":
    main()
