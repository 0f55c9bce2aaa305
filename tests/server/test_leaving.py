"""Clients that leave, or that do not read: one line in the log, and nothing that stays behind."""

import asyncio
import json
import socket
import struct
from urllib.parse import urlsplit

import pytest
import uvicorn
from graphql import get_introspection_query
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs
from uvicorn.server import ServerState

from server.http import wire
from server.http.listening import OPTIONS
from server.live.frames import Socket
from tests.support.databases import on_sqlite
from tests.support.served import Running

pytestmark = on_sqlite

HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nAuthorization: Bearer nobody\r\n\r\n"
)
SCHEMA = json.dumps({"query": get_introspection_query()}).encode()


def post(body: bytes, length: int) -> bytes:
    head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
    return f"{head}Content-Type: application/json\r\n\r\n".encode() + body


async def connected(served: Running) -> socket.socket:
    """A connection of a client with hardly any room for answers."""
    at = urlsplit(served.url)
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.setblocking(False)
    await asyncio.get_running_loop().sock_connect(opened, (at.hostname, at.port))
    return opened


async def test_leaving_amid_a_body(served: Running) -> None:
    with capture_logs() as log:
        opened = await connected(served)
        opened.send(post(b"{", 100))
        await asyncio.sleep(0.1)
        opened.close()
        await asyncio.sleep(0.3)
    (line,) = (line for line in log if line["event"] == "request")
    assert (line["log_level"], line["status"]) == ("info", None)
    assert not [line for line in log if line["log_level"] != "info"]


async def test_leaving_amid_an_answer(served: Running) -> None:
    with capture_logs() as log:
        opened = await connected(served)
        opened.send(post(SCHEMA, len(SCHEMA)) * 4)
        await asyncio.sleep(0.3)
        opened.close()
        await asyncio.sleep(0.3)
    assert not [line for line in log if line["log_level"] == "error"]
    assert (await served.browser().http.get("/healthz")).status_code == 200


async def test_leaving_before_a_socket_is_open(served: Running) -> None:
    """The session is looked up while whoever spoke no protocol of ours is gone already."""
    with capture_logs() as log:
        opened = await connected(served)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        opened.send(HANDSHAKE)
        opened.close()
        await asyncio.sleep(0.3)
    (line,) = (line for line in log if line["event"] == "request")
    assert line["method"] == "WEBSOCKET"
    assert not [line for line in log if line["log_level"] == "error"]


class Flood(wire.Unread):
    """Says something at once; the client has room for 4 kB or so."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self.transport = transport
        room = transport.get_extra_info("socket")
        room.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        transport.write(b" " * self.size)
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@pytest.mark.parametrize("size", [60_000, 50_000_000])
@pytest.mark.parametrize("seconds", [0.2, 60.0])
async def test_not_reading(
    monkeypatch: pytest.MonkeyPatch, seconds: float, size: int, dialect: str
) -> None:
    monkeypatch.setattr(wire, "UNREAD_SECONDS", seconds)
    flood = Flood(size)
    listening = await asyncio.get_running_loop().create_server(lambda: flood, "127.0.0.1", 0)
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.setblocking(False)
        at = listening.sockets[0].getsockname()
        await asyncio.get_running_loop().sock_connect(silent, at)
        lost = asyncio.wait_for(flood.lost.wait(), 0.6 if seconds > 1 else 20)
        if seconds > 1:
            with pytest.raises(TimeoutError):
                await lost
            flood.transport.abort()
        else:
            await lost
    listening.close()


async def test_pings_whose_answers_are_not_read(dialect: str) -> None:
    """They come as fast as anybody likes: what is kept for a client must not grow with them."""
    config = uvicorn.Config(_accept, **OPTIONS)
    config.load()
    one = Socket(config, ServerState(), {})
    listening = await asyncio.get_running_loop().create_server(lambda: one, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname(), limit=1024)
    writer.write(HANDSHAKE)
    await reader.readuntil(b"\r\n\r\n")
    one.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    assert isinstance(writer.transport, asyncio.Transport)
    writer.transport.pause_reading()
    most = 0
    for _ in range(100):
        writer.write((b"\x89\xfd" + b"\0" * 4 + b"." * 125) * 1000)
        await writer.drain()
        await asyncio.sleep(0)
        most = max(most, one.transport.get_write_buffer_size())
    writer.close()
    listening.close()
    one.transport.abort()
    assert most < 200_000, "of 12.7 MB"


async def _accept(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass
