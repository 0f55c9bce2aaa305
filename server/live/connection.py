"""One WebSocket that speaks graphql-transport-ws.

Beyond Strawberry: malformed messages close with 4400 and nothing else does, a ping's payload comes
back, a reason fits its frame, and the session is looked at again before each operation.
"""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from graphql import GraphQLError
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from models.signing_in import session
from schema.context import Context
from schema.loaders import Loaders
from server import logs
from server.http import asking, client
from server.http.asking import Malformed
from server.live import alike, sockets
from server.live.broadcast import G
from server.live.joining import Joining
from server.live.member import Member
from server.live.sockets import TooManySockets

if TYPE_CHECKING:
    from server.view import View

# RFC 6455 §5.5: a control frame holds 125 bytes, two of them the code.
_REASON_BYTES = 123
# It comes back with every message.
_ID_CHARACTERS = 128
_TOO_MANY = (4429, "Too many sockets are open in this session")
_OBJECT_OR_NULL = (dict, type(None))
log = structlog.get_logger("server.connection")


class Adapter(ASGIWebSocketAdapter):
    """The socket as the handler sees it."""

    async def close(self, code: int, reason: str) -> None:
        """Close; a longer reason is cut."""
        cut = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        try:
            await super().close(code, cut)
        except RuntimeError as closed:
            raise WebSocketDisconnected from closed


class Connection(BaseGraphQLTransportWSHandler[Context, None]):
    """From connection_init to the last message."""

    view: "View"
    websocket: Adapter

    async def handle(self) -> None:
        """All of it."""
        try:
            self._hold()
            await super().handle()
        except TooManySockets:
            with suppress(WebSocketDisconnected):
                await self.websocket.close(*_TOO_MANY)
        finally:
            self.view.sockets.forget(self)

    async def close(self, code: int, reason: str) -> None:
        """End every operation, then the connection."""
        for operation_id in list(self.operations):
            await self.cleanup_operation(operation_id)
        await self.websocket.close(code, reason)

    async def handle_message(self, message: Any) -> None:
        """Refuse what is not of the protocol's form."""
        # Many messages may come at once: others get to run in between.
        await asyncio.sleep(0)
        fault = _fault(message)
        if fault:
            await self.handle_invalid_message(fault)
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: Any) -> None:
        """A session may be named in `authorization`; a payload of null is one without fields."""
        payload = message.get("payload") or {}
        token = client.bearer(payload.get("authorization"))
        if token and not self.connection_init_received:
            found = await session.find(self.context.policy, token)
            self.context = replace(self.context, session=found)
            self._hold()  # What it raises ends `handle`.
        await super().handle_connection_init({"type": "connection_init", "payload": payload})

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

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """One operation, if the session still holds."""
        try:
            live = await self._session_is_live()
        except Exception as error:
            log.error("crashed", **logs.crash(error))
            await operation.send_initial_errors([self._internal_error()])
            return
        if live:
            await self.view.take_turn(operation.query, self.context)
            await self.run(self._member(operation))
        else:
            # Not among those that are cancelled: this task still has the socket to close.
            self.forget_id(operation.id)
            await self.close(sockets.ENDED_CODE, sockets.ENDED_REASON)

    async def run(self, member: Member) -> None:
        """An operation to its end, or until it is told what its equals are told."""
        try:
            await self._execute(member)
        except Exception as error:
            await self.handle_task_exception(error)
            with suppress(Exception):
                await member.send_operation_message({"id": member.id, "type": "complete"})
            self.operations.pop(member.id, None)

    async def cleanup_operation(self, operation_id: str) -> None:
        """Nothing more is told of an operation, if there is one of this id."""
        operation = self.operations.pop(operation_id, None)
        if isinstance(operation, Member):
            operation.leave()
        elif operation and operation.task:
            operation.task.cancel()

    async def _execute(self, member: Member) -> None:
        told = await self.schema.stream(
            member.query,
            variable_values=member.variables,
            context_value=self._joining(member),
            operation_name=member.operation_name,
        )
        async with aclosing(told):
            await self._send_result_stream(member, told)
        if member.group is None:
            await member.send_operation_message({"id": member.id, "type": "complete"})
        else:
            member.task = None

    def _joining(self, member: Member) -> Context:
        """The context in which a member joins its equals, if that is what it asks for."""
        query, name, variables = member.query, member.operation_name, member.variables
        context = self.context

        def group(kind: type[G]) -> G:
            asked = alike.asked(self.view.schema, query, name, variables, context)
            return self.view.broadcast.group(kind, asked, variables)

        joining = Joining(self.view.tailer, member, group)
        return replace(context, tailer=joining, loaders=Loaders())

    def _member(self, operation: Operation[Context, None]) -> Member:
        socket = self.websocket.ws
        send = socket.scope["state"].get("send", socket.send)
        head = self.view.encode_json({"id": operation.id, "type": "next", "payload": 0})
        member = Member(operation, send, head.removesuffix("0}"))
        self.operations[operation.id] = member
        return member

    async def _send_result_stream(
        self, operation: Operation[Context, None], result_source: StreamResult
    ) -> None:
        # Strawberry's cache of parsed documents lets a syntax error through as an exception.
        try:
            await super()._send_result_stream(operation, result_source)
        except GraphQLError as error:
            await operation.send_initial_errors([error])

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        return None  # A document that cannot run is an error of its operation, not of the socket.

    async def _session_is_live(self) -> bool:
        held = self.context.session
        if held is None:
            return True
        # By id: stepUp may have exchanged the token under which the socket was opened.
        fresh = await session.reread(self.context.policy, held.id)
        if fresh is None:
            return False
        self.context = replace(self.context, session=fresh)
        return True

    def _hold(self) -> None:
        if self.context.session is not None:
            self.view.sockets.hold(self, self.context.session)

    def _internal_error(self) -> GraphQLError:
        extensions = {"code": "INTERNAL", "requestId": self.context.request_id}
        return GraphQLError("Something went wrong.", extensions=extensions)


def _fault(message: object) -> str | None:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message is an object with a type"
    if message["type"] in ("connection_init", "ping", "pong"):
        return _fault_of(message, "payload")
    id = message.get("id")
    if not (isinstance(id, str) and 0 < len(id) <= _ID_CHARACTERS):
        return f"An operation has an id that is a string of {_ID_CHARACTERS} characters at most"
    if message["type"] != "subscribe":
        return None
    try:
        asking.read(message.get("payload"))
    except Malformed as malformed:
        return malformed.reason
    return None


def _fault_of(message: dict[str, object], *fields: str) -> str | None:
    wrong = (name for name in fields if not isinstance(message.get(name), _OBJECT_OR_NULL))
    return next((f"{name} is an object" for name in wrong), None)
