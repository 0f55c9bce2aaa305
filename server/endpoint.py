"""What sockets, streams and whole answers have in common: who asks, and for what.

Around Strawberry's view, whose own ways are taken where they do.
"""

from datetime import timedelta
from typing import cast

from cross_web import AsyncHTTPRequestAdapter, StarletteRequestAdapter
from starlette.requests import HTTPConnection, Request
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from models.policy import Policy
from models.signing_in import session
from models.signing_in.session import Session
from models.stream.tailer import Tailer
from schema import Schema
from schema.context import Context
from server.http import admission, answers, asking, client
from server.http.asking import Asked
from server.http.codec import encode
from server.http.cookies import ResponseCookies
from server.http.fields import Question
from server.http.turns import Turns
from server.live.broadcast import Broadcast
from server.live.sockets import Sockets
from server.live.streams import Events
from server.metrics.operations import Operations
from server.settings import Settings

INIT_WITHIN = timedelta(seconds=5)
OPERATIONS_PER_SOCKET = 20


class Endpoint(GraphQL[Context, None]):
    """Holds what /graphql is answered from."""

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

    async def take_turn(self, query: str | None, context: Context) -> None:
        """Returns when it is this network's turn to ask what may take long."""
        plan = self.schema.known(query or "")
        if not (plan and plan.is_light):
            await self.turns.mine(context.origin.ip)

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
