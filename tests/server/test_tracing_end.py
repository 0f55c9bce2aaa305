"""Who collects traces, or does not, holds up nobody's end."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from server.tracing import traces
from server.tracing.traces import Traces


@contextmanager
def _taking_and_saying_nothing() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


def test_a_collector_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured around the loop, which at its end waits for threads of its own."""
    monkeypatch.setattr(traces, "_FINISH_WITHIN", 0.3)
    with _taking_and_saying_nothing() as url:
        began = time.monotonic()
        asyncio.run(_traced(Traces(url)))
        assert 0.3 <= time.monotonic() - began < 3


async def _traced(one: Traces) -> None:
    async with one.running():
        with one.span("something", "internal", {}):
            pass
