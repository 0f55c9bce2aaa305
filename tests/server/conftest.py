"""Sockets and terminals to begin with."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from models.policy import Policy
from schema import events, queue
from server.site import apps, explorer
from tests.support import environment, socket
from tests.support.clock import Clock
from tests.support.following import Desk, application
from tests.support.house import House
from tests.support.served import Running
from tests.support.terminal import Terminal
from tests.support.wire import INIT, hear, say


@pytest.fixture
async def fresh(served: Running) -> AsyncIterator[ClientConnection]:
    """A socket before connection_init."""
    async with socket.opened(served.url, {}) as opened:
        yield opened


@pytest.fixture
async def ready(fresh: ClientConnection) -> ClientConnection:
    """An acknowledged socket of nobody."""
    await say(fresh, INIT)
    assert await hear(fresh) == {"type": "connection_ack"}
    return fresh


@pytest.fixture
def settled(
    database_url: str, tmp_path: Path, secret_keys: str, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A terminal whose environment is that of a running server."""
    variables = environment.environment(database_url, tmp_path, "http://127.0.0.1:1", secret_keys)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return Terminal()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder and environment."""
    monkeypatch.chdir(tmp_path)
    return Terminal()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The built pages, wherever this is run."""
    site = tmp_path / "site"
    (site / "assets" / "apps").mkdir(parents=True)
    for page in ("index.html", "support.html"):
        (site / page).touch()
    monkeypatch.setattr(explorer, "_SITE", site)
    monkeypatch.setattr(apps, "SITE", site)
    return site / "index.html"


@pytest.fixture
def house(database_url: str, tmp_path: Path, secret_keys: str, built: Path) -> House:
    """All in order."""
    return House(database_url, tmp_path, secret_keys)


@pytest.fixture
async def at(
    database_url: str,
    tmp_path: Path,
    secret_keys: str,
    clock: Clock,
    policy: Policy,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Desk]:
    """An agent and a ticket, at an application of their own."""
    variables = environment.environment(database_url, tmp_path, "http://127.0.0.1", secret_keys)
    async with application(variables) as app, AsyncExitStack() as stack:
        desk = Desk(app, policy, stack)
        tell = events.event

        def counted(*told: Any) -> events.RecoveryQueueEvent:
            desk.executed += 1
            return tell(*told)

        monkeypatch.setattr(queue, "event", counted)
        await desk.begin()
        yield desk
