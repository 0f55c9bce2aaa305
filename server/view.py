"""GraphQL over HTTP and WebSocket: from the wire to the schema, and back."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import cast

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

import schema as contract
from models import session
from models.policy import Policy
from models.session import Session
from models.tailer import Tailer
from schema import Schema
from schema.context import Context
from server import admission, asking, client, explorer, media, refusals, sites
from server.admission import PostOnly
from server.answers import Answers, Asking
from server.connection import Adapter, Connection
from server.cookies import ResponseCookies
from server.refusals import refusal
from server.settings import Settings
from server.sockets import Sockets, TooManySockets
from server.streams import Events, Stream
from server.turns import Turns

INIT_WITHIN = timedelta(seconds=5)
OPERATIONS_PER_SOCKET = 20
_BY_GET = frozenset({OperationType.QUERY})
_BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})


class View(Answers):
    """The endpoint /graphql."""

    request_adapter_class = Asking
    websocket_adapter_class = Adapter  # type: ignore[assignment] # as Strawberry has it
    graphql_transport_ws_handler_class = Connection
    stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: Events}

    def __init__(
        self, schema: Schema, settings: Settings, policy: Policy, tailer: Tailer, sockets: Sockets
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
            connection_init_wait_timeout=INIT_WITHIN,
            max_subscriptions_per_connection=OPERATIONS_PER_SOCKET,
            allowed_origins=[settings.public_url, *settings.allowed_origins],
        )
        self.documents = schema.documents
        self.settings = settings
        self.policy = policy
        self.tailer = tailer
        self.sockets = sockets
        self.turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket."""
        if scope["type"] == "websocket":
            await self._connect(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        request.state.media = media.chosen(request.headers)
        if request.state.media == media.EVENTS:
            await self._follow(request, send)
            return
        response = await self._answer(request)
        await response(scope, receive, send)

    async def get_context(self, request: HTTPConnection, response: object) -> Context:
        """What resolvers are handed. Over WebSocket there is no answer to set cookies on."""
        answer = response if isinstance(response, Response) else None
        request.state.session = await self._session(request)
        return Context(
            policy=self.policy,
            origin=client.origin(self.settings, request),
            session=request.state.session,
            cookies=ResponseCookies(self.settings, answer) if answer else None,
            tailer=self.tailer,
            request_id=request.scope["state"]["request_id"],
        )

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The operation that is asked for, by its text or by its name."""
        if request.method == "POST":
            admission.require_json(request.headers)
            fields = self.parse_json(await request.get_body())
        else:
            fields = admission.parameters(cast(Asking, request).address)
        asked = asking.read(fields)
        asked.query = self.documents.text(asked.query or "", asked.reference)
        if cast(Asking, request).media == media.EVENTS:
            asked.protocol = "sse"
        return asked

    async def execute_single(  # Strawberry's own signature
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Run a query, or by POST a mutation; nothing by GET that leaves a secret in addresses."""
        by_get = request_adapter.method == "GET"
        query, name = request_data.query, request_data.operation_name
        await self.take_turn(query, context)
        if by_get and self._is_confidential(query or "", name):
            raise PostOnly("This operation carries a secret: send it by POST.")
        try:
            return await self.schema.execute(
                query,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=name,
                allowed_operation_types=_BY_GET if by_get else _BY_POST,
                operation_extensions=request_data.extensions,
            )
        except MissingQueryError:
            raise GraphQLError("Syntax Error: The document is empty.") from None
        except InvalidOperationTypeError as wrong:
            raise admission.misplaced(wrong.operation_type) from None

    async def take_turn(self, query: str | None, context: Context) -> None:
        """Returns when it is this network's turn to ask what nobody has measured before."""
        if query not in self.documents.parsed:
            await self.turns.mine(context.origin.ip)

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """Server-sent events, which end when the session does."""
        one = request.state.stream = Stream(stream())
        if request.state.session is not None:
            self.sockets.hold(one, request.state.session)
        return StreamingResponse(one.written(), headers=dict(headers))

    def decode_json(self, data: str | bytes) -> object:
        """Strict, for bodies and messages alike."""
        return admission.decode_json(data)

    def should_render_graphql_ide(self, request: object) -> bool:
        """Never: people are shown a page of our own."""
        return False

    def _is_confidential(self, query: str, operation_name: str | None) -> bool:
        known = self.documents.parsed.get(query)
        return contract.is_confidential(known or query, operation_name)

    async def _session(self, request: HTTPConnection) -> Session | None:
        token = client.token(self.settings, request)
        return await session.find(self.policy, token) if token else None

    async def _connect(self, socket: WebSocket) -> None:
        if not sites.may_connect(self.settings, socket):
            refused = refusal(403, "Other sites may not ask in this browser's name.")
            await socket.send_denial_response(refused)
            return
        try:
            with self.sockets.place(client.ip(self.settings, socket)):
                await self.run(socket)
        except TooManySockets:
            refused = refusal(429, "Too many sockets are open from this address.")
            await socket.send_denial_response(refused)

    async def _follow(self, request: Request, send: Send) -> None:
        try:
            with self.sockets.place(client.ip(self.settings, request)):
                await self.turns.mine(client.ip(self.settings, request))
                response = await self._answer(request)
                await response(request.scope, request.receive, send)
        except TooManySockets:
            refused = refusal(429, "Too many streams are open from this address or session.")
            await refused(request.scope, request.receive, send)
        finally:
            self.sockets.forget(getattr(request.state, "stream", None))

    async def _answer(self, request: Request) -> Response:
        if admission.is_by_a_person(request):
            return explorer.page(self.settings, await self._session(request) is not None)
        try:
            admission.admit(self.settings, request)
            return await self.run(request)
        except HTTPException as refused:
            allowed = "POST" if isinstance(refused, PostOnly) else "GET, POST"
            headers = {"allow": allowed} if refused.status_code == 405 else None
            answer = refusal(refused.status_code, refused.reason, headers)
            return refusals.written(answer, request.state.media)
        except GraphQLError as refused:
            return refusals.told(refused, request.state.media)
