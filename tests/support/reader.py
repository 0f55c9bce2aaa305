"""A socket without a network, by ASGI alone: it reads as fast, or as slowly, as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from server.live import outgoing
from server.view import View
from tests.support.operations import operation

Message = MutableMapping[str, Any]


class Reader:
    """What the application tells one socket."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        """What the server was handed as finished frames, in one piece each."""
        self.heard: list[dict[str, Any]] = []
        self.closed: int | None = None
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._reading = asyncio.Event()
        self._reading.set()
        self._more = asyncio.Condition()

    def stall(self) -> None:
        """Read nothing more: whoever sends has to wait."""
        self._reading.clear()

    def read_on(self) -> None:
        """Read again."""
        self._reading.set()

    def say(self, **message: Any) -> None:
        """Send a message."""
        self._said.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    def subscribe(self, id: str, payload: dict[str, Any]) -> None:
        """Begin an operation."""
        self.say(type="subscribe", id=id, payload=payload)

    async def events(self, count: int, seconds: float = 20) -> list[dict[str, Any]]:
        """What the first so many results said. Fails where they do not come."""
        async with asyncio.timeout(seconds), self._more:
            await self._more.wait_for(lambda: len(self.results()) >= count)
        return self.results()

    def results(self) -> list[dict[str, Any]]:
        """What the results said so far."""
        payloads = [one["payload"] for one in self.heard if one["type"] == "next"]
        return [next(iter(one["data"].values())) for one in payloads]

    async def receive(self) -> Message:
        """ASGI's `receive`."""
        return await self._said.get()

    async def send(self, message: Message) -> None:
        """ASGI's `send`."""
        await self._reading.wait()
        async with self._more:
            if message["type"] == "websocket.send":
                self.heard.append(json.loads(message["text"]))
            elif message["type"] == "websocket.close":
                self.closed = message["code"]
            self._more.notify_all()

    def take(self, frames: bytes) -> bool:
        """Finished frames, as servers take them that say so (see `server.live.outgoing`)."""
        if not self._reading.is_set():
            return False
        self.pieces.append(frames)
        self.heard += [json.loads(text) for text in _texts(frames)]
        self._telling = asyncio.create_task(self._tell())
        return True

    async def _tell(self) -> None:
        async with self._more:
            self._more.notify_all()

    def leave(self) -> None:
        """Be gone."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1001})


@asynccontextmanager
async def reader(
    app: Starlette, token: str, locale: str = "en", takes: bool = False
) -> AsyncIterator[Reader]:
    """An acknowledged socket in somebody's session. `takes`: at a server that takes frames."""
    one = Reader()
    scope = _scope(token, locale)
    if takes:
        scope["extensions"] |= outgoing.offered(one.take)
    one._said.put_nowait({"type": "websocket.connect"})
    one.say(type="connection_init")
    asking = asyncio.create_task(app(scope, one.receive, one.send))
    try:
        yield one
    finally:
        one.read_on()
        one.leave()
        await asking


def view_of(app: Starlette) -> View:
    """The endpoint of an application."""
    (found,) = {id(one): one for route in app.routes if (one := _endpoint(route))}.values()
    return found


def events_after(cursor: str | None = None) -> dict[str, Any]:
    """The payload that follows the queue."""
    return operation("RecoveryQueueEvents").payload({"after": cursor} if cursor else {})


def _texts(frames: bytes) -> Iterator[str]:
    client = ClientProtocol(parse_uri("ws://127.0.0.1"), state=State.OPEN, max_size=None)
    client.receive_data(frames)
    for frame in client.events_received():
        assert isinstance(frame, Frame) and frame.fin and frame.opcode is Opcode.TEXT
        yield bytes(frame.data).decode()


def _endpoint(route: object) -> View | None:
    endpoint = getattr(route, "endpoint", None)
    return endpoint if isinstance(endpoint, View) else None


def _scope(token: str, locale: str) -> dict[str, Any]:
    headers = {
        "host": "127.0.0.1",
        "authorization": f"Bearer {token}",
        "accept-language": locale,
        "sec-websocket-protocol": "graphql-transport-ws",
    }
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": ["graphql-transport-ws"],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }
