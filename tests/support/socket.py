"""`graphql-transport-ws`, from the client's side."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
_ID = "1"


class Events:
    """What a subscription sends; strict, so whatever was not waited for fails."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def next(self, timeout: float = 5) -> Any:
        """What the root field says next. Fails on errors, completion and silence."""
        message = await self._message(timeout)
        assert message["type"] == "next", f"Expected an event, not {message}"
        payload = message["payload"]
        assert "errors" not in payload, payload["errors"]
        (value,) = payload["data"].values()
        return value

    async def take(self, count: int, timeout: float = 5) -> list[Any]:
        """The next so many, each within `timeout` seconds."""
        return [await self.next(timeout) for _ in range(count)]

    async def errors(self, timeout: float = 5) -> list[dict[str, Any]]:
        """The GraphQL errors that the subscription ends with."""
        message = await self._message(timeout)
        if message["type"] == "next" and "errors" in message["payload"]:
            return list(message["payload"]["errors"])
        assert message["type"] == "error", f"Expected errors, not {message}"
        return list(message["payload"])

    async def completed(self, timeout: float = 5) -> None:
        """Wait until the server says that nothing more will come."""
        message = await self._message(timeout)
        assert message["type"] == "complete", f"Expected the end, not {message}"

    async def silent(self, seconds: float = 0.5) -> None:
        """Fail if anything comes within that time."""
        try:
            message = await self._message(seconds)
        except TimeoutError:
            return
        raise AssertionError(f"Expected silence, not {message}")

    async def closed(self, timeout: float = 10) -> int:
        """The code that the server closes the socket with; events until then are passed over."""
        async with asyncio.timeout(timeout):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code

    async def _message(self, timeout: float) -> dict[str, Any]:
        async with asyncio.timeout(timeout):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["type"] != "ping":
                    return message
                await self.socket.send('{"type": "pong"}')


@asynccontextmanager
async def opened(url: str, headers: dict[str, str]) -> AsyncIterator[ClientConnection]:
    """A socket to `/graphql` of that server, before `connection_init`."""
    address = url.replace("http", "ws", 1) + "/graphql"
    async with connect(
        address,
        subprotocols=[PROTOCOL],
        additional_headers=headers,
        compression=None,
        proxy=None,
    ) as socket:
        yield socket


@asynccontextmanager
async def subscribed(
    url: str, headers: dict[str, str], connection_params: dict[str, str], payload: dict[str, Any]
) -> AsyncIterator[Events]:
    """One acknowledged socket with one subscription."""
    async with opened(url, headers) as socket:
        await _send(socket, type="connection_init", payload=connection_params)
        acknowledgement = json.loads(await socket.recv())
        assert acknowledgement["type"] == "connection_ack", acknowledgement
        await _send(socket, type="subscribe", id=_ID, payload=payload)
        yield Events(socket)
        try:
            await _send(socket, type="complete", id=_ID)
        except ConnectionClosed:
            pass  # the server was quicker, as a test may want it


async def _send(socket: ClientConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))
