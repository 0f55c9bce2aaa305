"""The messages of graphql-transport-ws one by one, for tests that speak it badly."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection

from tests.support.operations import operation

INIT = {"type": "connection_init"}
TYPENAME = {"query": "{ __typename }"}
WATCH = operation("WatchQueueStatus").payload({})


def subscribe(id: object, payload: object) -> dict[str, object]:
    """The message that begins an operation."""
    return {"id": id, "type": "subscribe", "payload": payload}


async def say(opened: ClientConnection, *messages: object) -> None:
    """Send messages, or texts as they are."""
    for message in messages:
        await opened.send(message if isinstance(message, str) else json.dumps(message))


async def hear(opened: ClientConnection) -> Any:
    """The next message; fails on silence."""
    async with asyncio.timeout(5):
        return json.loads(await opened.recv())


async def closed(opened: ClientConnection) -> tuple[int, str]:
    """Code and reason that the server closes with; messages until then are passed over."""
    async with asyncio.timeout(5):
        await opened.wait_closed()
    assert opened.close_code is not None
    return opened.close_code, opened.close_reason or ""


async def answers(opened: ClientConnection, id: str = "works") -> None:
    """Fails unless the socket still answers operations."""
    await say(opened, subscribe(id, TYPENAME))
    answer = {"id": id, "type": "next", "payload": {"data": {"__typename": "Query"}}}
    assert await hear(opened) == answer
    assert await hear(opened) == {"id": id, "type": "complete"}
