"""Several processes at one door: `sparekey serve --workers`, on PostgreSQL."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.databases import on_postgres
from tests.support.process import Process, prepared
from tests.support.socket import opened
from tests.support.wire import INIT, closed, hear, say

pytestmark = on_postgres
WITHIN = 60.0
GONE = "resource_tracker"


@pytest.fixture
async def place(database_url: str, tmp_path: Path, secret_keys: str) -> AsyncIterator[Process]:
    """Two workers."""
    async with prepared(database_url, tmp_path, secret_keys) as one:
        one.options += ["--workers", "2"]
        await one.start()
        await until(lambda: len(workers(one)) == 2)
        yield one
        await one.stop()


def workers(place: Process) -> list[int]:
    """The processes below, those of Python's own bookkeeping left out."""
    children = Path(f"/proc/{place.pid}/task/{place.pid}/children").read_text().split()
    return [int(one) for one in children if GONE not in _command(one)]


def _command(process: str) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return GONE


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN):
        while not holds():
            await asyncio.sleep(0.05)


def lines(place: Process) -> list[dict[str, Any]]:
    """The log: nothing in it that is not a line of JSON."""
    return [json.loads(line) for line in place.log.read_text().splitlines()]


async def test_each_request_and_socket_has_its_line_and_its_id(place: Process) -> None:
    names = [f"request-{number:04}" for number in range(40)]
    for name in names:
        async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
            told = await http.get("/healthz", headers={"x-request-id": name})
            assert told.headers["x-request-id"] == name
    async with opened(place.url, {"x-request-id": "one-socket"}) as socket:
        await say(socket, INIT)
        await hear(socket)
    await until(lambda: "one-socket" in place.log.read_text())
    found = {line["request_id"]: line for line in lines(place) if line["event"] == "request"}
    assert set(names) < set(found)
    assert found["one-socket"]["method"] == "WEBSOCKET"


async def test_one_that_is_killed_comes_back(place: Process) -> None:
    before = workers(place)
    os.kill(before[0], signal.SIGKILL)
    await until(lambda: len(after := workers(place)) == 2 and before[0] not in after)
    assert before[1] in workers(place)
    await place.ready()


async def test_all_end_gently(place: Process) -> None:
    async with opened(place.url, {}) as one, opened(place.url, {}) as other:
        for socket in (one, other):
            await say(socket, INIT)
            await hear(socket)
        below = workers(place)
        os.kill(place.pid, signal.SIGTERM)
        assert {(await closed(socket))[0] for socket in (one, other)} == {1001}
    assert await place.ended() == 0
    assert not [pid for pid in below if _command(str(pid)) != GONE]
    assert not [line for line in lines(place) if line["level"] in ("warning", "error")]


@pytest.mark.parametrize("told", [(signal.SIGTERM, signal.SIGTERM), (signal.SIGINT,)])
async def test_whoever_is_in_a_hurry_does_not_wait(
    place: Process, told: tuple[signal.Signals, ...]
) -> None:
    await place.stop()
    place.variables["SPAREKEY_DRAIN"] = "60s"
    await place.start()
    for one in told:
        os.kill(place.pid, one)
        await asyncio.sleep(1.0)
    assert await place.ended() == 0


async def test_none_goes_on_without_the_process_above(place: Process) -> None:
    below = workers(place)
    await place.kill()
    await until(lambda: all(_command(str(pid)) == GONE for pid in below))


async def test_all_are_exchanged_and_nobody_notices(place: Process) -> None:
    before, asked, began = set(workers(place)), 0, time.monotonic()
    os.kill(place.pid, signal.SIGHUP)
    while before & set(workers(place)) and time.monotonic() < began + 3 * WITHIN:
        async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
            assert (await http.get("/healthz")).status_code == 200
        asked += 1
    assert not before & set(workers(place)) and asked > 10
    await place.ready()
