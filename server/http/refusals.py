"""Requests that get no further: answered in GraphQL's own form, whoever refuses them."""

from cross_web import HTTPException as Refused
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from schema import masking
from server.http import media
from server.http.admission import PostOnly
from server.http.answers import RETRY_AFTER
from server.live.streams import Events


def refusal(
    status: int, message: str, headers: dict[str, str] | None = None, **extensions: str
) -> Response:
    """`{"errors": [{"message": …}]}` with an HTTP status."""
    error: dict[str, object] = {"message": message}
    if extensions:
        error["extensions"] = extensions
    return JSONResponse({"errors": [error]}, status_code=status, headers=headers)


def of(refused: Refused, kind: str | None) -> Response:
    """What the endpoint does not take, told in the form that was asked for."""
    allowed = "POST" if isinstance(refused, PostOnly) else "GET, POST"
    headers = {"allow": allowed} if refused.status_code == 405 else None
    return written(refusal(refused.status_code, refused.reason, headers), kind)


def told(error: GraphQLError, kind: str) -> Response:
    """A document that may not run, told in the way of one that does not validate."""
    if kind == media.EVENTS:
        return Response(Events().encode_end(error), headers=dict(Events.headers))
    status = 400 if kind == media.GRAPHQL else 200
    answer = JSONResponse({"errors": [error.formatted]}, status_code=status)
    return written(answer, kind)


def unavailable(error: Exception, locale: str, request_id: str, kind: str | None) -> Response:
    """The database is away, and nothing was begun."""
    told = masking.unavailable(error, locale, request_id).formatted
    headers = {"retry-after": str(RETRY_AFTER)}
    return written(JSONResponse({"errors": [told]}, status_code=503, headers=headers), kind)


def written(answer: Response, kind: str | None) -> Response:
    """The answer, marked as what was asked for; as JSON where that cannot be said in it."""
    shown = kind if kind == media.GRAPHQL else media.JSON
    answer.headers["content-type"] = f"{shown}; charset=utf-8"
    return answer


async def answer(request: Request, error: Exception) -> Response:
    """Starlette's handler for what the routes refuse: 404 and 405."""
    assert isinstance(error, HTTPException)  # noqa: S101 # registered for nothing else
    return refusal(error.status_code, error.detail, dict(error.headers or {}))
