"""What a request must be before it is looked into: its method, its origin, its form."""

import json
from collections.abc import Mapping
from typing import NoReturn

from cross_web import HTTPException
from starlette.requests import Request
from strawberry.http.parse_content_type import parse_content_type
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from server import cookies
from server.settings import Settings


class PostOnly(HTTPException):
    """Raised for what must not be asked by GET."""

    def __init__(self, reason: str) -> None:
        super().__init__(405, reason)


def admit(settings: Settings, request: Request) -> None:
    """Raises HTTPException for other methods, and for other sites that use a browser's cookies."""
    if request.method not in ("GET", "POST"):
        raise HTTPException(405, "GraphQL is asked by GET and POST.")
    names = {cookies.session_name(settings), cookies.browser_name(settings)}
    if names & request.cookies.keys() and not _is_same_site(settings, request.headers):
        raise HTTPException(403, "Other sites may not ask in this browser's name.")


def require_json(headers: Mapping[str, str]) -> None:
    """Raises HTTPException unless the body says to be plain JSON in UTF-8."""
    kind, parameters = parse_content_type(headers.get("content-type", ""))
    if kind != "application/json" or parameters.get("charset", "utf-8").lower() != "utf-8":
        raise HTTPException(415, "The body must be application/json in UTF-8.")
    if headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "The body must not be compressed.")


def decode_json(data: str | bytes) -> object:
    """Strict JSON in strict UTF-8 (RFC 8259 §8.1): no NaN, no endless numbers or nesting.

    Raises JSONDecodeError.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("not JSON", "", 0) from None


def is_by_a_person(request: Request) -> bool:
    """Whether somebody opened the endpoint's address in a browser."""
    accepts_pages = "text/html" in request.headers.get("accept", "")
    return request.method == "GET" and accepts_pages and "query" not in request.query_params


def wants_events(request: Request) -> bool:
    """Whether a stream of server-sent events is asked for."""
    return "text/event-stream" in request.headers.get("accept", "")


def _is_same_site(settings: Settings, headers: Mapping[str, str]) -> bool:
    origin = headers.get("origin")
    if origin is None or is_same_origin(origin, headers.get("host")):
        return True
    return normalize_origin(origin) == normalize_origin(settings.public_url)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
