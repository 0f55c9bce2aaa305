"""Rounds outlive what goes wrong in them, and end together."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from server import rounds
from server.rounds import Round
from tests.support.databases import on_sqlite

pytestmark = on_sqlite


async def _forever() -> None:
    await asyncio.Event().wait()


async def test_those_that_hang_are_waited_for_together(
    monkeypatch: pytest.MonkeyPatch, dialect: str
) -> None:
    monkeypatch.setattr(rounds, "FINISH_WITHIN", 0.2)
    async with rounds.going([Round(f"round {number}", 1.0, _forever) for number in range(10)]):
        await asyncio.sleep(0)
        began = time.monotonic()
    assert 0.2 <= time.monotonic() - began < 1.0


async def test_one_that_is_at_work_may_finish(dialect: str) -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0.1)
        done.append(True)

    async with rounds.going([Round("slow", 60.0, work)]):
        await asyncio.sleep(0)
    assert done == [True]


async def test_a_failure_is_told_once_and_tried_again(dialect: str) -> None:
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError("ada@example.com")

    with capture_logs() as log:
        async with rounds.going([Round("shaky", 0.01, work)]):
            while tries < 5:
                await asyncio.sleep(0.01)
    assert [(line["event"], line["work"]) for line in log] == [
        ("round failed", "shaky"),
        ("round works again", "shaky"),
    ]
    assert "ada@" not in str(log)
