"""A server that is told to stop cuts nobody off."""

import asyncio
import json
import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest
from tortoise.context import TortoiseContext
from websockets.exceptions import ConnectionClosed

from models.policy import Policy
from server.stopping import RESTART_REASON, turn_away
from tests.conftest import StartProcess
from tests.support import rows
from tests.support.databases import on_sqlite
from tests.support.process import Process, prepared
from tests.support.socket import opened
from tests.support.wire import INIT, WATCH, answers, hear, say

pytestmark = on_sqlite
TYPENAME = {"query": "{ __typename }"}


def term(place: Process) -> None:
    os.kill(place.pid, signal.SIGTERM)


def _said(place: Process) -> str:
    return place.log.read_text() if place.log.exists() else ""


async def asked(http: httpx.AsyncClient, path: str) -> tuple[int, str, str | None]:
    """Status, what it says, and what becomes of the connection."""
    response = await http.get(path)
    return response.status_code, response.json()["status"], response.headers.get("connection")


class TestDrain:
    async def test_all_is_answered_and_told_to_go_elsewhere(
        self, start_process: StartProcess
    ) -> None:
        place = await start_process(DRAIN="2s")
        async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
            assert await asked(http, "/readyz") == (200, "ok", None)
            async with opened(place.url, {}) as before:
                await say(before, INIT)
                await hear(before)
                began = time.monotonic()
                term(place)
                await asyncio.sleep(0.3)
                assert await asked(http, "/readyz") == (503, "stopping", "close")
                assert await asked(http, "/healthz") == (200, "ok", "close")
                told = await http.post("/graphql", json=TYPENAME)
                assert told.json() == {"data": {"__typename": "Query"}}
                assert told.headers["connection"] == "close"
                await answers(before)
                async with opened(place.url, {}) as during:
                    await say(during, INIT)
                    await hear(during)
                    await answers(during)
                assert time.monotonic() - began < 2
                with pytest.raises(ConnectionClosed):
                    await before.recv()
        assert time.monotonic() - began >= 2
        assert await place.ended() == -signal.SIGTERM

    async def test_whoever_says_it_twice_does_not_wait(self, start_process: StartProcess) -> None:
        place = await start_process(DRAIN="60s")
        term(place)
        await asyncio.sleep(0.2)
        term(place)
        assert await place.ended() == -signal.SIGTERM

    async def test_while_it_starts(
        self, database_url: str, tmp_path: Path, secret_keys: str
    ) -> None:
        async with prepared(database_url, tmp_path, secret_keys) as place:
            starting = asyncio.create_task(place.start())
            async with asyncio.timeout(60):
                while "Started server process" not in _said(place):
                    await asyncio.sleep(0.01)
            term(place)
            assert await place.ended() == -signal.SIGTERM
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)

    async def test_ctrl_c_does_not_wait(self, start_process: StartProcess) -> None:
        place = await start_process(DRAIN="60s")
        os.kill(place.pid, signal.SIGINT)
        await place.ended()


class TestSockets:
    async def test_go_away_with_a_hint(self, start_process: StartProcess) -> None:
        place = await start_process()
        async with opened(place.url, {}) as socket:
            await say(socket, INIT)
            await hear(socket)
            term(place)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, RESTART_REASON)
        await place.ended()
        lines = [json.loads(line) for line in place.log.read_text().splitlines()]
        (line,) = (line for line in lines if line.get("method") == "WEBSOCKET")
        assert line["status"] == 1001
        assert not [line for line in lines if line["level"] in ("warning", "error")]

    async def test_a_peer_that_says_nothing_is_not_waited_for(
        self, start_process: StartProcess
    ) -> None:
        place = await start_process()
        async with opened(place.url, {}) as opened_:
            opened_.transport.pause_reading()
            began = time.monotonic()
            term(place)
            await place.ended()
            assert 1.5 < time.monotonic() - began < 6

    async def test_a_stream_ends_as_one_that_is_to_be_resumed(
        self, start_process: StartProcess, policy: Policy, connected: TortoiseContext
    ) -> None:
        place = await start_process()
        _, token = await rows.staff(policy)
        headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
        async with (
            httpx.AsyncClient(base_url=place.url, trust_env=False) as http,
            http.stream("POST", "/graphql", json=WATCH, headers=headers) as stream,
        ):
            assert stream.status_code == 200
            pieces = stream.aiter_text()
            text = await anext(pieces)
            term(place)
            text += "".join([piece async for piece in pieces])
        assert "data: " in text
        assert text.endswith(f": {RESTART_REASON}\n\n")
        assert "event: complete" not in text
        assert await place.ended() == -signal.SIGTERM


class TestConnections:
    async def test_a_request_that_is_under_way_is_finished(
        self, start_process: StartProcess
    ) -> None:
        place = await start_process()
        body = json.dumps(TYPENAME).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
        writer.write(_head(len(body)) + body[:5])
        await writer.drain()
        await asyncio.sleep(0.2)
        term(place)
        await asyncio.sleep(0.5)
        writer.write(body[5:])
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200 ") and b"connection: close" in answer.lower()
        assert answer.endswith(b'{"data":{"__typename":"Query"}}')
        writer.close()

    async def test_one_that_was_on_its_way_is_answered(self, start_process: StartProcess) -> None:
        place = await start_process()
        body = json.dumps(TYPENAME).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
        for wait in (0.0, 1.0):
            writer.write(_head(len(body)) + body)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert (b"connection: close" in head.lower()) is bool(wait)
            assert await reader.readexactly(31) == b'{"data":{"__typename":"Query"}}'
            if not wait:
                term(place)
                await asyncio.sleep(1.0)
        assert await reader.read() == b""
        writer.close()
        assert await place.ended() == -signal.SIGTERM

    async def test_nobody_new_gets_in(self, start_process: StartProcess) -> None:
        place = await start_process()
        async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
            await http.get("/healthz")
            term(place)
            await asyncio.sleep(0.5)
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", place.port)
        await place.ended()


def _head(length: int) -> bytes:
    return (
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def test_who_is_at_the_door_already_is_let_in(dialect: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        at = door.getsockname()
        with socket.create_connection(at) as early:
            early.sendall(b"hello")
            turn_away(door)
            with pytest.raises(TimeoutError):
                socket.create_connection(at, timeout=0.3)
            found, _ = door.accept()
            with found:
                assert found.recv(5) == b"hello"
