"""How much a request may be before anybody looks into it: its address, headers, body and time.

One layer around everything, so that no route has to think of it.
"""

import asyncio
from collections.abc import Awaitable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http import fields
from server.http.fields import Fields
from server.http.refusals import refusal
from server.settings import Settings

BODY_BYTES = 64 * 1024
BODY_SECONDS = 10.0
HEADER_BYTES = 16 * 1024
HEADERS = 100
ADDRESS_BYTES = 8 * 1024
# What is still read of a body that was refused, so that whoever sends it gets to read the answer.
DRAINED_BYTES = 2 * 1024 * 1024
DRAINED_SECONDS = 2.0
# Asked by machines, which know no name of ours.
_BY_ANY_NAME = frozenset({"/healthz", "/readyz", "/metrics"})
_AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})


class Gone(Exception):
    """Raised when the client leaves while its body is read."""


class TooMuch(Exception):
    """Raised where a request goes no further."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Limits:
    """Passes on what is within bounds, its body read whole; all else ends here."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.names = _names(settings)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """One request, or one handshake: for a socket that lasts, nothing of this stays."""
        if scope["type"] == "lifespan":
            return self.app(scope, receive, send)
        try:
            self.admit(scope)
        except TooMuch as refused:
            return _refuse(refused, scope, receive, send)
        if scope["type"] == "http":
            return self._read(scope, receive, send)
        return self.app(scope, receive, send)

    def admit(self, scope: Scope) -> None:
        """Raises TooMuch where the head is not within bounds, or does not fit the body."""
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > ADDRESS_BYTES:
            raise TooMuch(414, "An address holds at most 8 kB.")
        lines = scope["headers"]
        if len(lines) > HEADERS or _size(lines) > HEADER_BYTES:
            raise TooMuch(431, "Headers hold at most 16 kB, in 100 lines.")
        headers = fields.of(scope)
        if _host(headers.first(b"host")) not in self.names and scope["path"] not in _BY_ANY_NAME:
            raise TooMuch(421, "This server does not go by that host's name.")
        if scope["type"] == "http":
            _admit_form(scope, headers)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _body(scope, receive)
        except TooMuch as refused:
            await _refuse(refused, scope, receive, send)
        except Gone:
            return
        else:
            scope["state"]["whole"] = body
            await self.app(scope, _again(body, receive), send)


def _names(settings: Settings) -> frozenset[str | None]:
    public = urlsplit(settings.public_url).hostname
    return frozenset({public}) | (_AT_HOME if settings.mode == "development" else frozenset())


def _size(lines: list[tuple[bytes, bytes]]) -> int:
    return sum([len(name) + len(value) + 4 for name, value in lines])


@lru_cache(256)
def _host(given: bytes) -> str | None:
    try:
        parts = urlsplit(f"//{given.decode('latin-1')}")
        return None if parts.path or parts.query or parts.username else parts.hostname
    except ValueError:
        return None


def _admit_form(scope: Scope, headers: Fields) -> None:
    """RFC 9112 §6.3: a length beside a transfer coding is somebody's smuggling."""
    if scope["http_version"] not in ("1.0", "1.1"):
        raise TooMuch(505, "HTTP is spoken here as 1.1.")
    length = int(headers.first(b"content-length") or b"0")
    coded = "transfer-encoding" in headers
    if scope["method"] in ("GET", "HEAD") and (length or coded):
        raise TooMuch(400, "A question by GET has no body.")
    if coded and "content-length" in headers:
        raise TooMuch(400, "A body has a length or a transfer coding, not both.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise TooMuch(415, "The body must not be compressed.")
    if length > BODY_BYTES:
        raise _too_large()


async def _body(scope: Scope, receive: Receive) -> bytes:
    # Where it has come whole already, the server says so.
    if isinstance(whole := scope["state"].get("whole"), bytes):
        if len(whole) > BODY_BYTES:
            raise _too_large()
        return whole
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive)
    except TimeoutError:
        raise TooMuch(408, "The body took too long.") from None


async def _read(receive: Receive) -> bytes:
    read = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        read += message.get("body", b"")
        if len(read) > BODY_BYTES:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(read)


def _again(body: bytes, receive: Receive) -> Receive:
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return first.pop() if first else await receive()

    return receiving


async def _refuse(refused: TooMuch, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, read on for a while, and close."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            await send({**message, "more_body": True})
            await _drain(refused, scope, receive)
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await send(message)

    response = refusal(refused.status, refused.reason, {"connection": "close"})
    await response(scope, receive, sending)


async def _drain(refused: TooMuch, scope: Scope, receive: Receive) -> None:
    # Reading would ask for a body that so far was only announced (RFC 9110 §10.1.1).
    if refused.status == 408 or "expect" in fields.of(scope):
        return
    read = 0
    try:
        async with asyncio.timeout(DRAINED_SECONDS):
            while read < DRAINED_BYTES:
                message = await receive()
                read += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _too_large() -> TooMuch:
    return TooMuch(413, "A body holds at most 64 kB.")
