"""Clients that leave, or that do not read: one line in the log, and nothing that stays behind."""

import asyncio
import json
import socket
from urllib.parse import urlsplit

import pytest
from graphql import get_introspection_query
from structlog.testing import capture_logs

from server.http import wire
from tests.support.databases import on_sqlite
from tests.support.served import Running

pytestmark = on_sqlite

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


class Flood(wire.Unread):
    """Says more than anybody has room for."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b" " * 50_000_000)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@pytest.mark.parametrize("seconds", [0.2, 60.0])
async def test_not_reading(monkeypatch: pytest.MonkeyPatch, seconds: float, dialect: str) -> None:
    monkeypatch.setattr(wire, "UNREAD_SECONDS", seconds)
    flood = Flood()
    listening = await asyncio.get_running_loop().create_server(lambda: flood, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    try:
        await asyncio.sleep(0.6)
        assert flood.lost.is_set() is (seconds < 0.6)
    finally:
        flood.transport.abort()
        writer.close()
        listening.close()
        await flood.lost.wait()
