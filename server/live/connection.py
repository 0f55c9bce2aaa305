"""One WebSocket that speaks graphql-transport-ws.

Beyond Strawberry: malformed messages close with 4400 and nothing else does, and a ping's payload
comes back. Between messages little is held: no session, no payload, no task but the one that reads.
"""

import asyncio
from contextlib import suppress
from typing import Any

from graphql import GraphQLError
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)

from models.signing_in import session
from models.signing_in.session import Session
from server.http import asking, client
from server.live import form
from server.live.operating import Operating
from server.live.sockets import TooManySockets

_TOO_MANY = (4429, "Too many sockets are open in this session")


class Connection(Operating):
    """From connection_init to the last message."""

    async def handle(self) -> None:
        """All of it."""
        self.view.sockets.connections.add(self)
        try:
            self._hold(self.context.session)
            self.on_request_accepted()
            while True:
                await self._next()
        except WebSocketDisconnected:
            return
        except TooManySockets:
            await self.shutdown()
            with suppress(WebSocketDisconnected):
                await self.websocket.close(*_TOO_MANY)
        finally:
            self.view.sockets.forget(self)
            self.view.sockets.connections.discard(self)
            await self.shutdown()

    async def handle_message(self, message: Any) -> None:
        """Refuse what is not of the protocol's form."""
        # Many messages may come at once: others get to run in between.
        await asyncio.sleep(0)
        fault = form.fault(message)
        if fault:
            await self.handle_invalid_message(fault)
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: Any) -> None:
        """A session may be named in `authorization`; a payload of null is one without fields."""
        payload = message.get("payload") or {}
        token = client.bearer(payload.get("authorization"))
        if token and not self.connection_init_received:
            # What it raises ends `handle`.
            self._hold(await session.find(self.context.policy, token))
        await super().handle_connection_init({"type": "connection_init", "payload": payload})
        self.connection_init_timeout_task = self.context.connection_params = None

    async def handle_subscribe(self, message: Any) -> None:
        """An operation by its text or by its name; one that may not run is an error of its own."""
        payload, id = message["payload"], message["id"]
        asked = asking.read(payload)
        try:
            payload["query"] = self.view.documents.text(asked.query or "", asked.reference)
        except GraphQLError as refused:
            if self.connection_acknowledged and id not in self.operations:
                errors = [refused.formatted]
                await self.websocket.send_json({"id": id, "type": "error", "payload": errors})
                return
            payload["query"] = ""  # The socket is closed for the graver fault.
        await super().handle_subscribe(message)

    async def handle_ping(self, message: Any) -> None:
        """The pong brings the ping's payload back."""
        payload = {"payload": message["payload"]} if "payload" in message else {}
        await self.websocket.send_json({"type": "pong", **payload})

    async def _next(self) -> None:
        """One message. In a coroutine of its own, or it would be kept until the next comes."""
        try:
            message = await self.websocket.next()
        except NonTextMessageReceived:
            await self.handle_invalid_message("WebSocket message type must be text")
        except NonJsonMessageReceived:
            await self.handle_invalid_message("WebSocket message must be valid JSON")
        else:
            await self.handle_message(message)

    def _hold(self, held: Session | None) -> None:
        """The session that the socket lives as long as; it is read anew when it is needed."""
        self.context.session = None
        self._session_id = held.id if held else None
        if held:
            self.view.sockets.hold(self, held)
