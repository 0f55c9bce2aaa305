"""What is asked for on a socket: each operation to its end, or until it is told what its equals
are told.

The session is looked at again before each, and nothing of it is held afterwards.
"""

from collections.abc import Iterator
from contextlib import aclosing, suppress
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import UUID

from graphql import GraphQLError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from models import spans
from models.signing_in import session
from schema import masking
from schema.context import Context
from schema.loaders import Loaders
from server.live import alike, sockets
from server.live.adapter import Adapter
from server.live.broadcast import G
from server.live.joining import Joining
from server.live.member import Member
from server.metrics import operations

if TYPE_CHECKING:
    from server.view import View


class Operating(BaseGraphQLTransportWSHandler[Context, None]):
    """The operations of one socket."""

    view: "View"
    websocket: Adapter
    _session_id: UUID | None = None

    def asked(self) -> Iterator[tuple[str, str | None]]:
        """What it asks for at present; a group knows it for its members."""
        for one in self.operations.values():
            group = one.group if isinstance(one, Member) else None
            yield (group.asked.query if group else one.query), one.operation_name

    async def close(self, code: int, reason: str) -> None:
        """End every operation, then the connection."""
        for operation_id in list(self.operations):
            await self.cleanup_operation(operation_id)
        await self.websocket.close(code, reason)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """One operation, if the session still holds."""
        context = await self._granted(operation)
        if context:
            await self.view.take_turn(operation.query, context)
            await self._run(self._member(operation), context)

    async def go_on(self, member: Member) -> None:
        """An operation that its group has left behind, if the session still holds."""
        context = await self._granted(member)
        if context:
            await self._run(member, context)

    async def _run(self, member: Member, context: Context) -> None:
        """An operation to its end, or until it is told what its equals are told."""
        try:
            await self._execute(member, self._joining(member, context))
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

    async def _execute(self, member: Member, context: Context) -> None:
        started = perf_counter()
        is_lasting = operations.is_lasting(self.view.schema, member.query, member.operation_name)
        if is_lasting:
            await self._tell(member, context)
        else:
            with spans.span(context.tally.name, "server"):
                await self._tell(member, context)
            context.tally.add(perf_counter() - started)
        if member.group is None:
            await member.send_operation_message({"id": member.id, "type": "complete"})
        else:
            member.task = None

    async def _tell(self, member: Member, context: Context) -> None:
        told = await self.schema.stream(
            member.query,
            variable_values=member.variables,
            context_value=context,
            operation_name=member.operation_name,
        )
        async with aclosing(told):
            await self._send_result_stream(member, told)

    def _joining(self, member: Member, context: Context) -> Context:
        """The context in which a member joins its equals, if that is what it asks for."""
        query, name, variables = member.query, member.operation_name, member.variables

        def group(kind: type[G]) -> G:
            asked = alike.asked(self.view.schema, query, name, variables, context)
            return self.view.broadcast.group(kind, asked, variables)

        joining = Joining(self.view.tailer, member, group)
        tally = self.view.operations.of(query, name)
        return replace(context, tailer=joining, loaders=Loaders(), tally=tally)

    def _member(self, operation: Operation[Context, None]) -> Member:
        head = self.view.encode_json({"id": operation.id, "type": "next", "payload": 0})
        wire = self.websocket
        member = Member(operation, wire.tell, wire.take, head.removesuffix("0}"))
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

    async def _granted(self, operation: Operation[Context, None]) -> Context | None:
        """The context of one operation; where there is none, that has been told."""
        with suppress(WebSocketDisconnected):
            try:
                if context := await self._live():
                    return context
            except Exception as error:
                await operation.send_initial_errors([self._masked(error)])
            else:
                # Not among those that are cancelled: this task still has the socket to close.
                self.forget_id(operation.id)
                await self.close(sockets.ENDED_CODE, sockets.ENDED_REASON)
        return None

    async def _live(self) -> Context | None:
        """With the session as it is now; None where it has ended."""
        if self._session_id is None:
            return self.context
        # By id: stepUp may have exchanged the token under which the socket was opened.
        fresh = await session.reread(self.context.policy, self._session_id)
        return replace(self.context, session=fresh) if fresh else None

    def _masked(self, error: Exception) -> GraphQLError:
        return masking.told(GraphQLError("", original_error=error), self.context)
