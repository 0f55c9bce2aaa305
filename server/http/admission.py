"""What a request must be before it is looked into: its method, its origin, its form."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from cross_web import HTTPException
from starlette.requests import Request
from strawberry.http.parse_content_type import parse_content_type
from strawberry.types.graphql import OperationType

from server.http import sites
from server.http.fields import Question
from server.settings import Settings

MOST_DIGITS = 40
MOST_DEPTH = 32
_FIELDS = 20
_ASKS = frozenset({"query", "documentId", "extensions"})


class PostOnly(HTTPException):
    """Raised for what must not be asked by GET."""

    def __init__(self, reason: str) -> None:
        super().__init__(405, reason)


def admit(settings: Settings, request: Question) -> None:
    """Raises HTTPException for other methods and forms, and for other sites with our cookies."""
    if request.method not in ("GET", "POST"):
        raise HTTPException(405, "GraphQL is asked by GET and POST.")
    if request.media is None:
        raise HTTPException(406, "Answers are application/graphql-response+json in UTF-8.")
    if "cookie" in request.headers and not sites.may_ask(settings, request):
        raise HTTPException(403, "Other sites may not ask in this browser's name.")


def require_json(headers: Mapping[str, str]) -> None:
    """Raises HTTPException unless the body says to be plain JSON in UTF-8."""
    if not _is_json(headers.get("content-type", "")):
        raise HTTPException(415, "The body must be application/json in UTF-8.")


def decode_json(data: str | bytes) -> object:
    """Strict JSON in strict UTF-8 (RFC 8259 §8.1): no NaN, no endless numbers or nesting, no name
    twice in one object, since readers differ in which they take (§4).

    Raises JSONDecodeError.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        found = _JSON.decode(text)
        # As many brackets as that cannot nest deeper.
        return found if text.count("{") + text.count("[") < MOST_DEPTH else _shallow(found)
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("not JSON", "", 0) from None


def parameters(address: bytes) -> dict[str, object]:
    """The fields of a request in an address, each once, in strict UTF-8. Raises HTTPException."""
    try:
        pairs = parse_qsl(
            address.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
        found = _once(pairs)
        for name in ("variables", "extensions"):
            if name in found:
                found[name] = decode_json(found[name])
    except ValueError:
        raise HTTPException(400, "The address does not hold a request.") from None
    # GraphQL over HTTP, "GET": the empty string is no name.
    return found | {"operationName": found.get("operationName") or None}


def misplaced(kind: OperationType) -> HTTPException:
    """The refusal of an operation that goes by another way."""
    if kind is OperationType.SUBSCRIPTION:
        return HTTPException(400, "Subscriptions go over WebSocket.")
    return PostOnly("Mutations go by POST.")


def is_by_a_person(request: Request) -> bool:
    """Whether somebody opened the endpoint's address in a browser."""
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        return False
    return not _ASKS & request.query_params.keys()


@lru_cache(256)
def _is_json(content_type: str) -> bool:
    kind, parameters = parse_content_type(content_type)
    charset = parameters.get("charset", "utf-8").strip('"').lower()
    return kind.lower() == "application/json" and charset == "utf-8"


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("twice")
        found[name] = value
    return found


def _shallow(value: object) -> object:
    level: list[object] = [value]
    for _ in range(MOST_DEPTH):
        level = [below for one in level for below in _below(one)]
        if not level:
            return value
    raise ValueError("deep")


def _below(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError("long")
    return int(digits)


def _fraction(digits: str) -> float:
    found = float(digits)
    if len(digits) > MOST_DIGITS or found in (float("inf"), float("-inf")):
        raise ValueError("long")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_JSON = json.JSONDecoder(
    object_pairs_hook=_once,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_no_constant,
)
