"""JSON as it goes out: compact, in ASCII."""

import json
from typing import Any

import orjson

_SLOW = json.JSONEncoder(separators=(",", ":")).encode


def encode(data: Any) -> bytes:
    """The data as JSON. Letters beyond ASCII are escaped, so that every reader agrees on them."""
    try:
        quick = orjson.dumps(data)
    except TypeError:  # halves of character pairs, and integers without end
        return _SLOW(data).encode()
    return quick if quick.isascii() else _SLOW(data).encode()
