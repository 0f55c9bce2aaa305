"""One subscription that is told what its equals are told: the same bytes, behind its own id.

Where the server takes finished frames (see `outgoing`), that is all there is to it. Elsewhere, and
where it does not take one now, ASGI's `send` is driven by hand: where that takes a message at once,
nobody has to wait and no task is made. Where it makes us wait, what has been begun is finished
elsewhere.
"""

import sys
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
from server.live.outgoing import Finished, Take

if TYPE_CHECKING:
    from server.live.connection import Connection
    from server.live.readers import Readers

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

    __slots__ = ("_head", "_send", "_take", "group", "seen")

    def __init__(
        self, operation: Operation[Context, None], send: Send, take: Take | None, head: str
    ) -> None:
        """`head`: what stands before the payload in each message."""
        handler: BaseGraphQLTransportWSHandler[Context, None] = operation.handler
        asked = (operation.query, operation.variables, operation.operation_name)
        super().__init__(handler, operation.id, *asked)
        self.task = operation.task
        self.group: Readers | None = None
        self.seen: Any = None
        """What was told last: an event's number, or the counters."""
        self._send = send
        self._take = take
        # Most clients count from 1.
        self._head = sys.intern(head)

    def join(self, group: "Readers", seen: object) -> None:
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

    def takes(self, messages: Finished) -> bool:
        """Whether its server has taken all of them, and nobody has to wait."""
        return self._take is not None and self._take(messages.behind(self._head))

    def tell(self, rest: str) -> Begun | None:
        """One message; what must be awaited where the reader is slow. Raises what `send` raises."""
        sending = self.told(rest).__await__()
        try:
            waited = next(sending)
        except StopIteration:
            return None
        return Begun(sending, waited)

    def told(self, rest: str) -> Awaitable[None]:
        """One message, at the reader's own pace."""
        return self._send({"type": "websocket.send", "text": self._head + rest})

    async def go_alone(self, query: str, variables: dict[str, object]) -> None:
        """From what was seen on, by itself, until it has caught up again."""
        self.group, self.query, self.variables = None, query, variables
        await cast("Connection", self.handler).go_on(self)

    async def finish(self, rest: str | None) -> None:
        """The last message, if there is one, and the end."""
        with suppress(OSError, RuntimeError, WebSocketDisconnected):
            if rest is not None:
                await self.told(rest)
            await self.send_operation_message({"id": self.id, "type": "complete"})
