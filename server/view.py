"""GraphQL over HTTP and WebSocket: from the wire to the schema, and back."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from time import perf_counter

from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

import schema as contract
from models.storage import away
from schema.context import Context
from schema.masking import UNAVAILABLE, code_of
from server.endpoint import Endpoint
from server.http import admission, answers, client, media, refusals
from server.http.admission import PostOnly
from server.http.answers import Answer
from server.http.asking import Asked
from server.http.cookies import ResponseCookies
from server.http.fields import Question
from server.http.refusals import refusal
from server.live import opening
from server.live.sockets import TooManySockets
from server.live.streams import Stream
from server.site import explorer

_BY_GET = frozenset({OperationType.QUERY})
_BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})


class View(Endpoint):
    """The endpoint /graphql. Sockets and streams go Strawberry's way, whole answers straight."""

    def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> Coroutine[object, object, None]:
        """One request, or one socket."""
        if scope["type"] == "websocket":
            return opening.connect(self, scope, receive, send)
        return self._ask(scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Question(scope, receive)
        request.media = media.chosen(request.headers)
        if request.media == media.EVENTS:
            await self._follow(request, send)
            return
        answer = await self._answer(request)
        await answer(scope, receive, send)

    async def answer(self, request: Question) -> Answer | Response:
        """What is answered to a question that is admitted."""
        try:
            if request.media == media.EVENTS:
                return await self.run(request)
            return await self._whole(request)
        except HTTPException as refused:
            return refusals.of(refused, request.media)
        except GraphQLError as refused:
            self.operations.other.problem(code_of(refused))
            return refusals.told(refused, request.media or media.GRAPHQL)
        except Exception as error:
            if not away.is_away(error):
                raise
            return self._unavailable(error, request)

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """Server-sent events, which end when the session does."""
        assert isinstance(request, Question)  # noqa: S101 # none other is made
        one = request.followed = request.scope["state"]["stream"] = Stream(stream())
        if request.held is not None:
            self.sockets.hold(one, request.held)
        return StreamingResponse(one.written(), headers=dict(headers))

    def _unavailable(self, error: Exception, request: Question) -> Response:
        self.operations.other.problem(UNAVAILABLE)
        locale = client.origin(self.settings, request).locale
        request_id = request.scope["state"]["request_id"]
        return refusals.unavailable(error, locale, request_id, request.media)

    async def _follow(self, request: Question, send: Send) -> None:
        try:
            with self.sockets.place(client.ip(self.settings, request)):
                await self.turns.mine(client.ip(self.settings, request))
                response = await self._answer(request)
                self.sockets.streams += 1
                try:
                    await response(request.scope, request.receive, send)
                finally:
                    self.sockets.streams -= 1
        except TooManySockets:
            refused = refusal(429, "Too many streams are open from this address or session.")
            await refused(request.scope, request.receive, send)
        finally:
            self.sockets.forget(request.followed)

    async def _answer(self, request: Question) -> Answer | Response:
        if admission.is_by_a_person(request):
            return explorer.page(self.settings, await self._session(request) is not None)
        try:
            admission.admit(self.settings, request)
        except HTTPException as refused:
            return refusals.of(refused, request.media)
        return await self.answer(request)

    async def _whole(self, request: Question) -> Answer:
        cookies = ResponseCookies(self.settings)
        started = perf_counter()
        context = await self.get_context(request, None, cookies)
        asked = await self._asked(request)
        context.tally = self.operations.of(asked.query, asked.operation_name)
        await self.take_turn(asked.query, context)
        result = await self._executed(request.method == "GET", asked, context)
        context.tally.add(perf_counter() - started)
        return answers.answer(result, request.media or media.GRAPHQL, cookies.fields)

    async def _executed(self, by_get: bool, asked: Asked, context: Context) -> ExecutionResult:
        """Run a query, or by POST a mutation; nothing by GET that leaves a secret in addresses."""
        if by_get and self._is_confidential(asked):
            raise PostOnly("This operation carries a secret: send it by POST.")
        try:
            return await self.schema.execute(
                asked.query,
                asked.variables,
                context,
                operation_name=asked.operation_name,
                allowed_operation_types=_BY_GET if by_get else _BY_POST,
                operation_extensions=asked.extensions,
            )
        except MissingQueryError:
            raise GraphQLError("Syntax Error: The document is empty.") from None
        except InvalidOperationTypeError as wrong:
            raise admission.misplaced(wrong.operation_type) from None

    def _is_confidential(self, asked: Asked) -> bool:
        try:
            document = self.schema.plan(asked.query or "").document
        except GraphQLError:
            return False
        return contract.is_confidential(document, asked.operation_name)
