"""What the service manager hears, at a real datagram socket."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server import notify
from server.notify import Notifier
from tests.support.databases import on_postgres, on_sqlite
from tests.support.process import Process, prepared

WITHIN = 60.0


class Manager:
    """Listens where $NOTIFY_SOCKET would point."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listening.bind("\0" + address[1:] if address.startswith("@") else address)
        self.listening.setblocking(False)

    async def hears(self) -> list[str]:
        """The lines of the next message."""
        async with asyncio.timeout(WITHIN):
            told = await asyncio.get_running_loop().sock_recv(self.listening, 4096)
        return told.decode().split("\n")


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    name = str(tmp_path / "n") if request.param == "a path" else f"@sparekey-{os.urandom(8).hex()}"
    one = Manager(name)
    with one.listening:
        yield one


class TestNotifier:
    async def test_several_lines_are_one_message(self, manager: Manager) -> None:
        Notifier(manager.address).tell("READY=1", "STATUS=Well")
        assert await manager.hears() == ["READY=1", "STATUS=Well"]

    async def test_ready_comes_first_and_once(self, manager: Manager) -> None:
        one = Notifier(manager.address)
        one.beat()
        one.beat()
        one.tell("STATUS=after")
        assert await manager.hears() == ["READY=1"]
        assert await manager.hears() == ["STATUS=after"]

    async def test_alive_in_half_the_time(self, manager: Manager) -> None:
        one = Notifier(manager.address, patience=0.2)
        one.beat()
        one.beat()
        await asyncio.sleep(0.12)
        one.beat()
        one.beat()
        one.tell("STATUS=after")
        heard = [await manager.hears() for _ in range(3)]
        assert heard == [["READY=1"], ["WATCHDOG=1"], ["STATUS=after"]]

    def test_a_manager_that_is_gone(self, tmp_path: Path) -> None:
        Notifier(str(tmp_path / "nobody")).tell("READY=1")

    def test_a_manager_that_does_not_listen(self, tmp_path: Path) -> None:
        manager = Manager(str(tmp_path / "n"))
        with manager.listening:
            for _ in range(10_000):
                Notifier(manager.address).tell("READY=1")

    @pytest.mark.parametrize(
        ("variables", "every"),
        [
            ({}, None),
            ({"WATCHDOG_USEC": "30000000"}, 15.0),
            ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
            ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
            ({"WATCHDOG_USEC": "0"}, None),
            ({"WATCHDOG_USEC": "soon"}, None),
        ],
    )
    def test_what_the_environment_says(
        self, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], every: float | None
    ) -> None:
        for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert notify.from_environment()._every == every


@pytest.fixture
async def served(
    manager: Manager, database_url: str, tmp_path: Path, secret_keys: str
) -> AsyncIterator[Process]:
    async with prepared(database_url, tmp_path, secret_keys) as one:
        one.variables |= {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "2000000"}
        yield one


@on_sqlite
@pytest.mark.parametrize("manager", ["an abstract name"], indirect=True)
async def test_one_process(served: Process, manager: Manager) -> None:
    starting = asyncio.create_task(served.start())
    assert await manager.hears() == ["READY=1"]
    # It listens by then.
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.close()
    await starting
    assert await manager.hears() == ["WATCHDOG=1"]
    os.kill(served.pid, signal.SIGTERM)
    heard = await manager.hears()
    assert (await manager.hears() if heard == ["WATCHDOG=1"] else heard) == ["STOPPING=1"]
    assert await served.ended() == -signal.SIGTERM


@on_postgres
@pytest.mark.parametrize("manager", ["a path"], indirect=True)
async def test_several_are_one_service(served: Process, manager: Manager) -> None:
    served.options += ["--workers", "2"]
    starting = asyncio.create_task(served.start())
    assert await manager.hears() == ["READY=1"]
    await starting
    assert await manager.hears() == ["WATCHDOG=1"]
    os.kill(served.pid, signal.SIGTERM)
    heard = [await manager.hears()]
    while heard[-1] != ["STOPPING=1"]:
        heard.append(await manager.hears())
    assert await served.ended() == 0
    with pytest.raises(BlockingIOError):
        manager.listening.recv(4096)


@on_postgres
@pytest.mark.parametrize("manager", ["a path"], indirect=True)
async def test_they_count_as_alive_while_they_are_exchanged(
    served: Process, manager: Manager
) -> None:
    served.options += ["--workers", "2"]
    served.variables["SPAREKEY_DRAIN"] = "3s"
    await served.start()
    assert await manager.hears() == ["READY=1"]
    os.kill(served.pid, signal.SIGHUP)
    async with asyncio.timeout(6):
        for _ in range(4):
            assert await manager.hears() == ["WATCHDOG=1"]
    await served.kill()
