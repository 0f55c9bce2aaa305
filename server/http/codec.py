"""JSON as it goes out: compact, in ASCII."""

import json
from datetime import datetime
from typing import Any

import orjson


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError


_SLOW = json.JSONEncoder(separators=(",", ":"), default=_instant).encode


def encode(data: Any) -> bytes:
    """The data as JSON, instants as ISO 8601.

    Letters beyond ASCII are escaped, so that every reader agrees on them.
    """
    try:
        quick = orjson.dumps(data)
    except TypeError:  # halves of character pairs, and integers without end
        return _SLOW(data).encode()
    return quick if quick.isascii() else _SLOW(data).encode()
