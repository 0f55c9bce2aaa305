"""Desks that watch the queue through the front, and go on after their last cursor when cut off."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from models.stream.feed import Cursor
from tests.faults.ledger import Ledger
from tests.support.operations import operation
from tests.support.socket import PROTOCOL

# How soon a desk finds out that nobody is there any more, and looks for somebody else.
_PING_EVERY = 1.0
_SILENT_FOR = 3.0
_AGAIN_AFTER = 0.3


class Desk:
    """What it has seen, in the order in which it saw it: numbers, and what happened."""

    def __init__(self, url: str, token: str, start: Cursor, ledger: Ledger) -> None:
        self.seen: list[tuple[int, str]] = []
        self.opened = 0
        self._url = url.replace("http", "ws", 1) + "/graphql"
        self._token = token
        self._start = start.number
        self._cursor = str(start)
        self._ledger = ledger

    @property
    def position(self) -> int:
        """The number of the last event it has seen."""
        return self.seen[-1][0] if self.seen else self._start

    async def watch(self) -> None:
        """Until it is told to stop."""
        while True:
            with suppress(OSError, TimeoutError, WebSocketException):
                async with self._subscribed() as socket:
                    await self._follow(socket)
            await asyncio.sleep(_AGAIN_AFTER)

    @asynccontextmanager
    async def _subscribed(self) -> AsyncIterator[ClientConnection]:
        async with connect(
            self._url,
            subprotocols=[PROTOCOL],
            compression=None,
            proxy=None,
            open_timeout=_SILENT_FOR,
            ping_interval=_PING_EVERY,
            ping_timeout=_SILENT_FOR,
            close_timeout=_PING_EVERY,
        ) as socket:
            self.opened += 1
            payload = {"authorization": f"Bearer {self._token}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            asked = operation("RecoveryQueueEvents").payload({"after": self._cursor})
            await socket.recv()
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
            yield socket

    async def _follow(self, socket: ClientConnection) -> None:
        while True:
            message = json.loads(await socket.recv())
            match message["type"]:
                case "next" if "errors" not in message["payload"]:
                    self._see(message["payload"]["data"]["recoveryQueueEvents"])
                case "ping":
                    await socket.send('{"type": "pong"}')
                case "pong":
                    pass
                case _:
                    self._ended(message)
                    return

    def _see(self, event: Any) -> None:
        self._cursor = event["cursor"]
        self.seen.append((Cursor.parse(self._cursor).number, event["__typename"]))

    def _ended(self, message: dict[str, Any]) -> None:
        payload = message.get("payload", {})
        errors = payload.get("errors", []) if isinstance(payload, dict) else payload
        codes = {error.get("extensions", {}).get("code") for error in errors}
        if not codes <= {"INTERNAL", "UNAVAILABLE"}:
            self._ledger.wrong.append(f"a desk was told {message}")
