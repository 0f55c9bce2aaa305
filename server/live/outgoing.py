"""Text frames, made once for all who are told the same (RFC 6455 §5.2).

A server that takes finished frames says so in the scope's extensions (ASGI, "Extensions"), where
ours does. At any other each message goes through `send`, which frames it anew.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

EXTENSION = "sparekey.frames"
_TEXT = 0x81
_SHORT, _LONG = 126, 127
# Of different ids, which a client may choose as it likes.
_KEPT = 64

Take = Callable[[bytes], bool]
"""Sends finished frames, if that needs no waiting; says whether it did."""


class Finished:
    """Messages that many are told, each behind a head of its own; few heads are different."""

    __slots__ = ("_frames", "_rests")

    def __init__(self, rests: Sequence[str]) -> None:
        self._rests = rests
        self._frames: dict[str, bytes] = {}

    def behind(self, head: str) -> bytes:
        """Their frames behind this head, one after the other."""
        found = self._frames.get(head)
        if found is None:
            if len(self._frames) == _KEPT:
                self._frames.clear()
            made = [framed((head + rest).encode()) for rest in self._rests]
            found = self._frames[head] = b"".join(made)
        return found


def framed(payload: bytes) -> bytes:
    """One text message as a server sends it: in one piece, and unmasked."""
    size = len(payload)
    if size < _SHORT:
        return bytes((_TEXT, size)) + payload
    if size < 2**16:
        return bytes((_TEXT, _SHORT)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT, _LONG)) + size.to_bytes(8, "big") + payload


def offered(take: Take) -> dict[str, dict[str, Any]]:
    """What a scope's extensions say of a server that takes frames."""
    return {EXTENSION: {"take": take}}


def taken(scope: Mapping[str, Any]) -> Take | None:
    """How finished frames are sent to this socket; None where its server frames by itself."""
    found: Take | None = scope.get("extensions", {}).get(EXTENSION, {}).get("take")
    return found
