"""Subscriptions as server-sent events (graphql-sse, distinct connections), for clients behind
proxies that break WebSockets.

Only subscriptions: the headers of a stream have left before anything is run, and with them the
chance to set a cookie.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

from graphql import GraphQLError
from strawberry.http.streaming import SSETransport
from strawberry.types.graphql import OperationType

from server.stopping import RESTART_REASON

_SUBSCRIPTIONS = frozenset({OperationType.SUBSCRIPTION})


class Events(SSETransport):
    """How a stream is written."""

    def allowed_operation_types(
        self, allowed_operation_types: set[OperationType]
    ) -> Iterable[OperationType]:
        """Subscriptions, by POST: addresses are no place for receipts."""
        by_post = OperationType.MUTATION in allowed_operation_types
        return _SUBSCRIPTIONS if by_post else ()

    def encode_end(self, error: GraphQLError) -> str:
        """A result that is nothing but an error, and the end."""
        said = self.encode_event("next", json.dumps({"errors": [error.formatted]}))
        return said + self.encode_complete()


class Stream:
    """One stream, which ends with the session that it was opened with."""

    def __init__(self, pieces: AsyncIterator[str]) -> None:
        self._pieces = pieces
        self._ended = asyncio.Event()
        self._left = False

    async def close(self, code: int, reason: str) -> None:
        """The session has ended: say so, and end. `code` is for sockets."""
        self._ended.set()

    def leave(self) -> None:
        """The server ends. Without `complete` a client knows that there is more, and comes back."""
        self._left = True
        self._ended.set()

    async def written(self) -> AsyncGenerator[str, None]:
        """The stream as it goes out."""
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            while (piece := await self._next(ended)) is not None:
                yield piece
            if self._left:
                yield f": {RESTART_REASON}\n\n"
            elif ended.done():
                yield Events().encode_end(_session_ended())
        except GraphQLError as error:
            yield Events().encode_end(error)
        finally:
            ended.cancel()
            if isinstance(self._pieces, AsyncGenerator):
                await self._pieces.aclose()

    async def _next(self, ended: asyncio.Future[Any]) -> str | None:
        coming: asyncio.Future[Any] = asyncio.ensure_future(anext(self._pieces, None))
        try:
            await asyncio.wait({coming, ended}, return_when=asyncio.FIRST_COMPLETED)
            return None if ended.done() else coming.result()
        finally:
            coming.cancel()
            # Whoever cancels this does so again and again; the source cannot be closed before.
            while not coming.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({coming})


def _session_ended() -> GraphQLError:
    return GraphQLError("The session has ended.", extensions={"code": "UNAUTHENTICATED"})
