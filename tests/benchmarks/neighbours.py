"""`python -m tests.benchmarks.neighbours [--seconds N]`: one's worst, and another's question.

Starts `sparekey serve` and prints how long a cheap question of another network takes, in
milliseconds, while nobody else asks and then while one client, a process of its own, does each of
its worst things as fast as it can on 32 connections. The bound is 500 ms. Both come through a
trusted proxy, which names their networks.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
from graphql import get_introspection_query
from rich.console import Console
from rich.table import Table
from websockets.exceptions import WebSocketException

from models.keys.keyring import Keyring
from tests.protocols.socket import INIT
from tests.support import databases, socket
from tests.support.process import Process, process

_BOUND = 500.0
_AT_ONCE = 32
_PAUSE = 0.02
_UNDER_WAY = 3.0
_NOBODY = {"x-forwarded-for": "203.0.113.66"}
_SOMEBODY = {"x-forwarded-for": "198.51.100.7"}
_CHEAP = {"query": "{ viewer { id } }"}
# Within all bounds, and slow to check: the same fields again and again, in fragments.
_PAIRS = (
    "{"
    + "".join(f" ...F{n}" for n in range(13))
    + "}"
    + "".join(f" fragment F{n} on Query {{{' viewer { id }' * 10}}}" for n in range(13))
)
_LOGIN = {
    "query": "mutation M($i: LoginInput!) { login(input: $i) { __typename } }",
    "variables": {"i": {"email": "a@b.example", "password": "x" * 100}},
}

Worst = Callable[[str], Awaitable[None]]
out = Console()


async def main(seconds: float) -> None:
    """Start, try each, print."""
    table = Table("while one client …", "median ms", "95 %", "longest", "within 500 ms")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = databases.sqlite_copy(await databases.sqlite_template(folder), folder)
        keys, changes = Keyring.generate_text(), {"TRUSTED_PROXIES": "127.0.0.1"}
        async with process(url, folder, keys, timedelta(), **changes) as served:
            for title in _WORST:
                times = await _measured(served, title, seconds)
                table.add_row(title, *_told(times))
    out.print(table)


async def _measured(served: Process, title: str, seconds: float) -> list[float]:
    arguments = ("-m", __spec__.name, "--attack", title, served.url)
    attacking = await asyncio.create_subprocess_exec(sys.executable, *arguments)
    await asyncio.sleep(_UNDER_WAY)
    times = []
    async with httpx.AsyncClient(base_url=served.url, trust_env=False, timeout=60) as client:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            began = time.perf_counter()
            answer = await client.post("/graphql", json=_CHEAP, headers=_SOMEBODY)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(_PAUSE)
    attacking.kill()
    await attacking.wait()
    return times


async def attack(title: str, url: str) -> None:
    """One client's worst, until it is killed."""
    await asyncio.gather(*(_again(url, _WORST[title]) for _ in range(_AT_ONCE)))


async def _again(url: str, worst: Worst) -> None:
    while True:
        with suppress(httpx.HTTPError, OSError, WebSocketException):
            await worst(url)


def _posting(payload: object) -> Worst:
    body = json.dumps(payload).encode()

    async def post(url: str) -> None:
        headers = _NOBODY | {"content-type": "application/json"}
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
            for _ in range(20):
                await client.post("/graphql", content=body, headers=headers)

    return post


async def _nothing(url: str) -> None:
    await asyncio.sleep(1)


async def _upload(url: str) -> None:
    headers = _NOBODY | {"content-type": "application/json"}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        await client.post("/graphql", content=b" " * 32_000_000, headers=headers)


async def _pings(url: str) -> None:
    async with socket.opened(url, _NOBODY) as opened:
        for _ in range(2_000):
            await opened.send('{"type": "ping"}')


async def _operations(url: str) -> None:
    async with socket.opened(url, _NOBODY) as opened:
        await opened.send(json.dumps(INIT))
        for n in range(400):
            message = {"id": str(n), "type": "subscribe", "payload": {"query": f"{_PAIRS} #{n}"}}
            await opened.send(json.dumps(message))


def _told(times: list[float]) -> list[str]:
    ranked = sorted(times)
    within = sum(one <= _BOUND for one in times) / len(times)
    worst = (median(ranked), ranked[int(len(ranked) * 0.95)], ranked[-1])
    return [*(f"{one:.0f}" for one in worst), f"{within:.1%} of {len(times)}"]


_WORST: dict[str, Worst] = {
    "does nothing": _nothing,
    "asks for the whole schema": _posting({"query": get_introspection_query()}),
    "sends documents slow to check": _posting({"query": _PAIRS}),
    "sends a million fields": _posting(
        {
            "query": "{...F0}"
            + "".join(f" fragment F{n} on Query{{...F{n + 1} ...F{n + 1}}}" for n in range(45))
        }
    ),
    "sends a field 900 times": _posting({"query": "{" + " __typename" * 900 + "}"}),
    "sends arrays without end": _posting("[" * 60_000),
    "uploads 32 MB": _upload,
    "guesses passwords": _posting(_LOGIN),
    "pings": _pings,
    "begins operations on sockets": _operations,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--attack", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(attack(*given.attack) if given.attack else main(given.seconds))
