"""How an answer over HTTP is told: its body, its status and its media type.

GraphQL over HTTP, "Status Codes": a request that cannot be run has no `data`; under GraphQL's own
media type its status is 400, under application/json 200. Where the database is away it is 503 in
both, so that whoever knows no GraphQL sees it too, unless something of the answer is there.
"""

from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.http import GraphQLHTTPResponse, process_result
from strawberry.types import ExecutionResult

from schema.masking import UNAVAILABLE
from server.http import media
from server.http.codec import encode

Header = tuple[bytes, bytes]
# A PostgreSQL that is restarted is back after a few seconds.
RETRY_AFTER = 5
_TYPES = {
    kind: (b"content-type", f"{kind}; charset=utf-8".encode())
    for kind in (media.GRAPHQL, media.JSON)
}


class Answer:
    """What goes out for one request, whole."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: list[Header], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        start: dict[str, Any] = {"type": "http.response.start", "status": self.status}
        await send(start | {"headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(result: ExecutionResult, kind: str, cookies: list[Header]) -> Answer:
    """The answer that tells this result in that media type."""
    body = encode(told(result) if result.errors else {"data": result.data})
    length = (b"content-length", b"%d" % len(body))
    headers = [length, *cookies, _TYPES[kind]]
    status = _failed(result, kind) if result.errors else 200
    if status == 503:
        headers.append((b"retry-after", b"%d" % RETRY_AFTER))
    return Answer(status, headers, body)


def whole(response: Answer | Response) -> Answer:
    """The same, of a response that is one piece."""
    if isinstance(response, Answer):
        return response
    return Answer(response.status_code, response.raw_headers, bytes(response.body))


def told(result: ExecutionResult) -> GraphQLHTTPResponse:
    """The body of an answer."""
    body = process_result(result)
    if is_request_error(result):
        body.pop("data", None)
    return body


def is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was run: such errors stand at no field (GraphQL §7.1.2)."""
    return result.data is None and not any(error.path for error in result.errors or ())


def _failed(result: ExecutionResult, kind: str) -> int:
    codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
    if UNAVAILABLE in codes and not any(_present(result.data)):
        return 503
    if kind != media.GRAPHQL or not is_request_error(result):
        return 200
    return 500 if "INTERNAL" in codes else 400


def _present(data: dict[str, Any] | None) -> list[bool]:
    return [value is not None for value in (data or {}).values()]
