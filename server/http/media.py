"""In which form an answer goes out: what `Accept` asks for, with weights (RFC 9110 §12.5.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
# Where the header does not choose between them: a wildcard is a client that knows of no GraphQL.
_OFFERED = (JSON, GRAPHQL, EVENTS)
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True)
class _Range:
    kind: str
    weight: float
    place: int


def chosen(headers: Mapping[str, str]) -> str | None:
    """The best of our media types for these headers; None where none is acceptable.

    Without Accept it is GraphQL's own (GraphQL over HTTP, "Legacy watershed").
    """
    return _chosen(_accept(headers))


@lru_cache(256)
def _chosen(accept: str) -> str | None:
    if not accept.strip():
        return GRAPHQL
    ranges = _ranges(accept)
    ranked = [
        (found.weight, -found.place, -order, kind)
        for order, kind in enumerate(_OFFERED)
        if (found := _best(ranges, kind)) and found.weight > 0
    ]
    return max(ranked)[-1] if ranked else None


def _accept(headers: Mapping[str, str]) -> str:
    if isinstance(headers, Headers):
        return ",".join(headers.getlist("accept"))
    return headers.get("accept", "")


def _ranges(accept: str) -> list[_Range]:
    found = (_range(part, place) for place, part in enumerate(accept.split(",")))
    return [one for one in found if one]


def _range(part: str, place: int) -> _Range | None:
    kind, *given = (piece.strip() for piece in part.lower().split(";"))
    parameters = {name.strip(): value.strip(' "') for name, _, value in map(_halves, given)}
    weight = parameters.get("q", "1")
    if not _WEIGHT.fullmatch(weight) or parameters.get("charset", "utf-8") not in ("utf-8", "utf8"):
        return None
    return _Range(kind, float(weight), place)


def _halves(parameter: str) -> tuple[str, str, str]:
    return parameter.partition("=")


def _best(ranges: list[_Range], kind: str) -> _Range | None:
    """The range that says most about a media type: itself, then its family, then any."""
    for name in (kind, f"{kind.split('/')[0]}/*", "*/*"):
        found = [one for one in ranges if one.kind == name]
        if found:
            return found[0]
    return None
