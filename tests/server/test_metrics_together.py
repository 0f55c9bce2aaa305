"""Two workers at one door: whoever is asked tells of both, and of the one that came for another."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge

from server.metrics import together
from tests.conftest import StartProcess
from tests.support import scraped
from tests.support.databases import on_postgres
from tests.support.operations import operation
from tests.support.process import Process, free_port
from tests.support.scraped import Scrape

pytestmark = on_postgres
SECONDS = "sparekey_operation_seconds_count"
ASKED = 24


class Server:
    """A server of two workers."""

    def __init__(self, port: int, pid: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.pid = pid

    async def ask(self) -> None:
        """One question, over a connection of its own."""
        payload = operation("Viewer").payload({})
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            assert (await http.post("/graphql", json=payload)).status_code == 200

    async def told(self, workers: set[str], within: float = 60) -> Scrape:
        """A look at these workers and no others, waited for."""
        async with asyncio.timeout(within):
            while True:
                try:
                    found = await scraped.scrape(self)
                    if found.labels("sparekey_build_info", "worker") == workers:
                        return found
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)

    def workers(self) -> list[int]:
        """The processes that serve."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        command = [(int(one), Path(f"/proc/{one}/cmdline").read_bytes()) for one in children]
        return [one for one, line in command if b"spawn_main" in line]


@asynccontextmanager
async def two_workers(one: Process) -> AsyncIterator[Server]:
    port = free_port()
    serve = ("serve", "--port", str(port), "--workers", "2")
    async with one.beside(*serve, stdout=asyncio.subprocess.DEVNULL) as child:
        yield Server(port, child.pid)
        child.terminate()
        await asyncio.wait_for(child.wait(), 30)


@pytest.fixture
async def server(start_process: StartProcess) -> AsyncIterator[Server]:
    async with two_workers(await start_process()) as found:
        yield found


async def test_both_are_told_of_by_either(server: Server) -> None:
    await server.told({"0", "1"})
    await asyncio.gather(*(server.ask() for _ in range(ASKED)))
    for _ in range(6):
        found = await server.told({"0", "1"})
        assert found.value(SECONDS, operation="Viewer") == ASKED
        assert len(found.values("process_resident_memory_bytes")) == 2
        assert found.values("sparekey_database_up") == [1], "what they share is told once"


async def test_whoever_asks_one_may_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dialect: str
) -> None:
    monkeypatch.setenv(together.VARIABLE, str(tmp_path))
    registry, troubles = CollectorRegistry(auto_describe=False), []
    for number in range(3000):
        Gauge(f"a_{number}", "Many, so that they do not fit what is buffered.", registry=registry)
    asyncio.get_running_loop().set_exception_handler(lambda _, told: troubles.append(told))
    async with together.Workers(registry).listening():
        _, writer = await asyncio.open_unix_connection(tmp_path / "0.sock")
        writer.transport.abort()
        await asyncio.sleep(0.5)
    assert not troubles


async def test_a_killed_one_is_followed_under_its_number(server: Server) -> None:
    await server.told({"0", "1"})
    await asyncio.gather(*(server.ask() for _ in range(ASKED)))
    before = await server.told({"0", "1"})
    starts = set(before.values("process_start_time_seconds"))
    os.kill(server.workers()[0], signal.SIGKILL)
    async with asyncio.timeout(60):
        while starts == set((await server.told({"0", "1"})).values("process_start_time_seconds")):
            await asyncio.sleep(0.1)
    found = await server.told({"0", "1"})
    (stayed,) = starts & set(found.values("process_start_time_seconds"))
    assert stayed
    kept = [found.value(SECONDS, operation="Viewer", worker=one) for one in "01"]
    assert 0 in kept, "the new one begins at nothing"
    was = [before.value(SECONDS, operation="Viewer", worker=one) for one in "01"]
    assert sum(kept) in was, "and the other goes on"
