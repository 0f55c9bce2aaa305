"""Sockets to begin with."""

from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import ClientConnection

from tests.support import socket
from tests.support.served import Running
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
