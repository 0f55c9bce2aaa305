"""Rows over WebSocket: what is said, and what must be heard or closed with, step by step."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.protocols.row import Place, Row, Wrong

INIT = {"type": "connection_init"}
TYPENAME = {"query": "{ __typename }"}
WATCH = {"query": "subscription { queueStatus { waiting } }"}
OURS = "graphql-transport-ws"


def subscribe(id: object, payload: object) -> dict[str, object]:
    """The message that begins an operation."""
    return {"id": id, "type": "subscribe", "payload": payload}


@dataclass(frozen=True)
class Say:
    """A message, or a text or bytes as they are; `{token}` stands for a session's."""

    message: object


@dataclass(frozen=True)
class Frames:
    """Bytes as they go over the wire, in no frame of anybody's making."""

    raw: bytes


class Hear:
    """The next message has these fields."""

    def __init__(self, **fields: object) -> None:
        self.fields = fields


@dataclass(frozen=True)
class Closed:
    """The server closes with this code, whatever it says until then."""

    code: int


@dataclass(frozen=True)
class Works:
    """The socket still answers."""


@dataclass(frozen=True)
class Silent:
    """Nothing is said for a moment."""


Step = Say | Frames | Hear | Closed | Works | Silent


def row(id: str, rule: str, *steps: Step, protocols: tuple[str, ...] = (OURS,)) -> Row:
    """A row on a socket of its own."""

    async def try_at(place: Place) -> None:
        async with asyncio.timeout(place.patience), opened(place, protocols) as socket:
            for step in steps:
                await _do(place, socket, step)

    return Row(id, rule, try_at)


def opened(place: Place, protocols: tuple[str, ...] = (OURS,)) -> connect:
    """A socket before connection_init."""
    return connect(
        f"ws://{place.host}:{place.port}/graphql",
        subprotocols=[Subprotocol(one) for one in protocols] or None,
        compression=None,
        proxy=None,
        max_size=None,
        close_timeout=1,
    )


async def _do(place: Place, socket: ClientConnection, step: Step) -> None:
    match step:
        case Say(message):
            await _say(place, socket, message)
        case Frames(raw):
            socket.transport.write(raw)
        case Hear():
            await _hear(socket, step.fields)
        case Closed(code):
            await _closed(socket, code)
        case Silent():
            await _silent(socket)
        case Works():
            await _say(place, socket, subscribe("works", TYPENAME))
            await _hear(socket, {"id": "works", "type": "next"})
            await _hear(socket, {"id": "works", "type": "complete"})


async def _say(place: Place, socket: ClientConnection, message: object) -> None:
    text = message if isinstance(message, str | bytes) else json.dumps(message)
    if isinstance(text, str):
        text = text.replace("{token}", place.token)
    try:
        await socket.send(text)
    except ConnectionClosed:
        return  # the step after this one says with what


async def _hear(socket: ClientConnection, fields: dict[str, object]) -> None:
    try:
        said: dict[str, Any] = json.loads(await socket.recv())
    except ConnectionClosed as closed:
        raise Wrong(f"wanted {fields}, got {closed}") from None
    if any(said.get(name) != value for name, value in fields.items()):
        raise Wrong(f"wanted {fields}, got {str(said)[:300]}")
    if len(json.dumps(said)) > 300_000:
        raise Wrong("a message of moderate size was wanted")


async def _closed(socket: ClientConnection, code: int) -> None:
    await socket.wait_closed()
    if socket.close_code != code:
        raise Wrong(f"wanted to be closed with {code}, got {socket.close_code}")
    if code >= 4000 and not socket.close_reason:
        raise Wrong("wanted to be told why")


async def _silent(socket: ClientConnection) -> None:
    try:
        async with asyncio.timeout(0.3):
            raise Wrong(f"wanted silence, got {await socket.recv()!r}")
    except TimeoutError:
        return
