"""How an answer over HTTP is told: its body, its status and its media type.

GraphQL over HTTP, "Status Codes": a request that cannot be run has no `data`; under GraphQL's own
media type its status is 400, under application/json 200.
"""

from cross_web import StarletteRequestAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from schema.context import Context
from server import media, refusals


class Asking(StarletteRequestAdapter):
    """The request as the view reads it."""

    @property
    def address(self) -> bytes:
        """What stands behind the question mark, as it came."""
        return bytes(self._request.scope["query_string"])

    @property
    def media(self) -> str | None:
        """The form of the answer."""
        kind: str | None = self._request.state.media
        return kind


class Answers(GraphQL[Context, None]):
    """The part of the endpoint that makes answers."""

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """What the answer will be made of: cookies and status."""
        answer = await super().get_sub_response(request)
        request.state.answer = answer
        answer.media_type = request.state.media
        return answer

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """The answer's body; one without data is told by its status where the form allows it."""
        told = await super().process_result(request, result)
        if is_request_error(result):
            told.pop("data", None)
            if request.state.media == media.GRAPHQL:
                request.state.answer.status_code = 500 if _crashed(result) else 400
        return told

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        """The answer."""
        answer = Response(self.encode_json(response_data), sub_response.status_code or 200)
        answer.raw_headers.extend(sub_response.raw_headers)
        return refusals.written(answer, sub_response.media_type)


def is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was run: such errors stand at no field (GraphQL §7.1.2)."""
    return result.data is None and not any(error.path for error in result.errors or ())


def _crashed(result: ExecutionResult) -> bool:
    codes = ((error.extensions or {}).get("code") for error in result.errors or ())
    return "INTERNAL" in codes
