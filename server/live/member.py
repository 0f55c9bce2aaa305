"""One subscription that is told what its equals are told: the same bytes, behind its own id.

ASGI's `send` is driven by hand: where the server takes a message at once, nobody has to wait and no
task is made. Where it makes us wait, what has been begun is finished elsewhere.
"""

from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import NextMessagePayload
from strawberry.types import ExecutionResult

from schema.context import Context
from server.http import answers

if TYPE_CHECKING:
    from server.live.connection import Connection
    from server.live.group import Group

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Begun:
    """What has been begun and has to wait; awaited, it is finished."""

    def __init__(self, rest: Generator[Any, Any, None], waited: object) -> None:
        self._rest = rest
        self._waited = waited

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._waited
            yield from self._rest
        finally:
            self._rest.close()


class Member(Operation[Context, None]):
    """An operation that joins a group when it has caught up; until then it is one like others."""

    __slots__ = ("_head", "_send", "group", "seen")

    def __init__(self, operation: Operation[Context, None], send: Send, head: str) -> None:
        """`head`: what stands before the payload in each message."""
        handler: BaseGraphQLTransportWSHandler[Context, None] = operation.handler
        asked = (operation.query, operation.variables, operation.operation_name)
        super().__init__(handler, operation.id, *asked)
        self.task = operation.task
        self.group: Group | None = None
        self.seen: Any = None
        """What was told last: an event's number, or the counters."""
        self._send = send
        self._head = head

    def join(self, group: "Group", seen: object) -> None:
        """From here on the group tells it; what was asked is known there."""
        self.group, self.seen = group, seen
        self.query, self.variables = "", None

    def leave(self) -> None:
        """Nothing more is told to it."""
        self.completed = True
        if self.group is not None:
            self.group.remove(self)
            self.group = None
        if self.task is not None:
            self.task.cancel()

    async def send_next(self, execution_result: ExecutionResult) -> None:
        """A result of its own; one of what could not be run has no data (GraphQL §7.1)."""
        payload = cast(NextMessagePayload, answers.told(execution_result))
        await self.send_operation_message({"id": self.id, "type": "next", "payload": payload})

    def tell(self, rest: str) -> Begun | None:
        """One message; what must be awaited where the reader is slow. Raises what `send` raises."""
        sending = self._message(rest).__await__()
        try:
            waited = next(sending)
        except StopIteration:
            return None
        return Begun(sending, waited)

    def told(self, rest: str) -> Awaitable[None]:
        """One message, at the reader's own pace."""
        return self._message(rest)

    async def go_alone(self, query: str, variables: dict[str, object]) -> None:
        """From what was seen on, by itself, until it has caught up again."""
        self.group, self.query, self.variables = None, query, variables
        await cast("Connection", self.handler).run(self)

    async def finish(self, rest: str | None) -> None:
        """The last message, if there is one, and the end."""
        with suppress(OSError, RuntimeError, WebSocketDisconnected):
            if rest is not None:
                await self.told(rest)
            await self.send_operation_message({"id": self.id, "type": "complete"})

    def _message(self, rest: str) -> Awaitable[None]:
        return self._send({"type": "websocket.send", "text": self._head + rest})
