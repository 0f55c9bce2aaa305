"""GraphQL over HTTP and WebSocket: from the wire to the schema, and back."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from datetime import timedelta
from time import perf_counter
from typing import cast

from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

import schema as contract
from models.policy import Policy
from models.signing_in import session
from models.signing_in.session import Session
from models.stream.tailer import Tailer
from schema import Schema
from schema.context import Context
from schema.masking import code_of
from server.http import admission, answers, asking, client, media, refusals
from server.http.admission import PostOnly
from server.http.answers import Answer
from server.http.asking import Asked
from server.http.codec import encode
from server.http.cookies import ResponseCookies
from server.http.fields import Question
from server.http.refusals import refusal
from server.http.turns import Turns
from server.live import opening
from server.live.broadcast import Broadcast
from server.live.sockets import Sockets, TooManySockets
from server.live.streams import Events, Stream
from server.metrics.operations import Operations
from server.settings import Settings
from server.site import explorer

INIT_WITHIN = timedelta(seconds=5)
OPERATIONS_PER_SOCKET = 20
_BY_GET = frozenset({OperationType.QUERY})
_BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})


class View(GraphQL[Context, None]):
    """The endpoint /graphql. Sockets and streams go Strawberry's way, whole answers straight."""

    stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: Events}

    def __init__(
        self,
        schema: Schema,
        settings: Settings,
        policy: Policy,
        tailer: Tailer,
        sockets: Sockets,
        operations: Operations,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
            connection_init_wait_timeout=INIT_WITHIN,
            max_subscriptions_per_connection=OPERATIONS_PER_SOCKET,
            allowed_origins=[settings.public_url, *settings.allowed_origins],
        )
        self.schema: Schema = schema
        self.documents = schema.documents
        self.settings = settings
        self.policy = policy
        self.tailer = tailer
        self.sockets = sockets
        self.operations = operations
        self.broadcast = Broadcast(schema, policy, tailer, self.encode_json, operations)
        self.turns = Turns()

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

    async def get_context(
        self, request: HTTPConnection, response: object, cookies: ResponseCookies | None = None
    ) -> Context:
        """What resolvers are handed. Cookies can be set only on whole answers."""
        found = await self._session(request)
        if isinstance(request, Question):
            request.held = found
        return Context(
            policy=self.policy,
            origin=client.origin(self.settings, request),
            session=found,
            cookies=cookies,
            tailer=self.tailer,
            request_id=request.scope["state"]["request_id"],
            tally=self.operations.other,
        )

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> Asked:
        """What a stream is asked for."""
        assert isinstance(request, StarletteRequestAdapter)  # noqa: S101 # none other is made
        asked = await self._asked(cast(Question, request._request))
        asked.protocol = "sse"
        return asked

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """One event of a stream."""
        return answers.told(result)

    async def take_turn(self, query: str | None, context: Context) -> None:
        """Returns when it is this network's turn to ask what may take long."""
        plan = self.schema.known(query or "")
        if not (plan and plan.is_light):
            await self.turns.mine(context.origin.ip)

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

    def decode_json(self, data: str | bytes) -> object:
        """Strict, for bodies and messages alike."""
        return admission.decode_json(data)

    def encode_json(self, data: object) -> str:
        """The same for answers, events and messages."""
        return encode(data).decode()

    def should_render_graphql_ide(self, request: object) -> bool:
        """Never: people are shown a page of our own."""
        return False

    async def _session(self, request: HTTPConnection) -> Session | None:
        token = client.token(self.settings, request)
        return await session.find(self.policy, token) if token else None

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

    async def _asked(self, request: Question) -> Asked:
        """The operation that is asked for, by its text or by its name."""
        if request.method == "POST":
            admission.require_json(request.headers)
            fields = self.parse_json(await request.body())
        else:
            fields = admission.parameters(request.scope["query_string"])
        asked = asking.read(fields)
        asked.query = self.documents.text(asked.query or "", asked.reference)
        return asked

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
