"""The usual request: a POST to /graphql that arrives whole, in one piece, with nothing odd in it.

Nearly all are. h11 takes longer over one than GraphQL does, so these are read by two patterns and
written at once. What is taken here is a small part of what h11 takes in the same way (RFC 9112);
whatever is not exactly of this form is left to it, and so is the refusal of what nobody takes.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from server.http.fields import Fields

PATH = "/graphql"
# Visible ASCII and blanks: no tabs, no folded lines, no letters beyond.
_HEAD = re.compile(rb"POST /graphql HTTP/1\.1\r\n((?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[ -~]*\r\n)+)\r\n")
_FIELD = re.compile(rb"([^:]+):([ -~]*)\r\n")
_LENGTH = re.compile(rb"[0-9]{1,5}")
_ODD = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"trailer", b"te"})
# So much of what its client said is kept with each connection, as long as it is open.
_KEPT = 4
_KEPT_BYTES = 2048
_STATUS = {one.value: f"HTTP/1.1 {one.value} {one.phrase}".encode() for one in HTTPStatus}

Header = tuple[bytes, bytes]


class Head:
    """What stands before the body: its bytes, its fields, named in lower case, the body's length.

    Whoever asks again by the same connection mostly does so in the same words. Then what was found
    out about its fields need not be found out again.
    """

    __slots__ = ("fields", "headers", "length", "raw")

    def __init__(self, raw: bytes, headers: list[Header], length: int) -> None:
        self.raw = raw
        self.headers = headers
        self.length = length
        self.fields = Fields({"type": "http", "headers": headers})


class Heads:
    """The last few heads of one connection."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}

    def of(self, data: bytes) -> Head | None:
        """The head, if this is a usual request and no more."""
        end = data.find(b"\r\n\r\n") + 4
        head = self._known.pop(data[:end], None)
        if head is None or len(data) != end + head.length:
            head = read(data)
        if head and len(head.raw) <= _KEPT_BYTES:
            self._known[head.raw] = head
            if len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        return head


def read(data: bytes) -> Head | None:
    """The head, if this is a usual request and no more."""
    head = _HEAD.match(data)
    if head is None:
        return None
    headers = [(name.lower(), value.strip(b" ")) for name, value in _FIELD.findall(head[1])]
    fields, start = dict(headers), head.end()
    length = fields.get(b"content-length", b"")
    if len(fields) < len(headers) or b"host" not in fields or not _ODD.isdisjoint(fields):
        return None
    if fields.get(b"connection", b"keep-alive").lower() != b"keep-alive":
        return None
    if not _LENGTH.fullmatch(length) or len(data) - start != int(length):
        return None
    return Head(data[:start], headers, int(length))


def lines(fields: Sequence[Header]) -> bytes:
    """The lines of these fields. Raises RuntimeError where one holds the end of a line."""
    said = b"".join([b"%b: %b\r\n" % field for field in fields])
    if said.count(b"\n") != len(fields) or said.count(b"\r") != len(fields):
        raise RuntimeError("A header field holds the end of a line.")
    return said


class Usual(RequestResponseCycle):
    """A usual request and its answer; a head that tells a length leaves together with the body."""

    chunked = False
    disconnected = False
    head = b""
    keep_alive = True
    more_body = True
    response_complete = False
    response_started = False

    def __init__(
        self, protocol: H11Protocol, scope: Any, whole: bytes, end: Callable[[], None]
    ) -> None:
        # What uvicorn's own has is here as far as anybody looks at it.
        self.scope = scope
        self.whole = whole
        self.on_response = end
        self.transport = protocol.transport
        self.flow = protocol.flow
        self.logger = protocol.logger
        self.default_headers = protocol.server_state.default_headers

    @cached_property
    def message_event(self) -> asyncio.Event:  # type: ignore[override] # hardly ever waited for
        """Set when there is something to receive."""
        return asyncio.Event()

    async def run(self, app: Any, tasks: set[asyncio.Task[None]]) -> None:
        """The request, from here to its end, among the tasks of the server."""
        try:
            await self.run_asgi(app)
        finally:
            tasks.discard(asyncio.current_task())

    async def tell(self, status: int, fields: bytes, body: bytes) -> None:
        """The whole answer at once. `fields` are lines of its head, with their ends."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        self.response_started = True
        if not self.keep_alive:
            # The server ends: whoever keeps connections must not take this one again.
            fields += b"connection: close\r\n"
        head = b"%b\r\n%b%b\r\n" % (_STATUS[status], lines(self.default_headers), fields)
        self.transport.write(head + body)
        self._complete()

    async def send(self, message: Any) -> None:
        """One message of the answer."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if not self.response_started:
            self._start(message["status"], message.get("headers", ()))
        elif not self.response_complete:
            self._write(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError("The answer is complete already.")

    async def receive(self) -> Any:
        """The body, then nothing but the client's leaving."""
        if self.more_body:
            self.more_body = False
            return {"type": "http.request", "body": self.whole, "more_body": False}
        if not self.disconnected and not self.response_complete:
            await self.message_event.wait()
        return {"type": "http.disconnect"}

    def _start(self, status: int, said: Any) -> None:
        headers = [*self.default_headers, *said]
        names = {name.lower(): value for name, value in headers}
        self.response_started = True
        self.keep_alive = self.keep_alive and names.get(b"connection", b"").lower() != b"close"
        if b"content-length" not in names:
            self.chunked = True
            headers.append((b"transfer-encoding", b"chunked"))
        self.head = b"%b\r\n%b\r\n" % (_STATUS[status], lines(headers))
        if self.chunked:
            # Nobody knows when the first piece will come.
            self.transport.write(self.head)
            self.head = b""

    def _write(self, body: bytes, more: bool) -> None:
        if self.chunked:
            body = (b"%x\r\n%b\r\n" % (len(body), body)) if body else b""
            body += b"" if more else b"0\r\n\r\n"
        self.transport.write(self.head + body)
        self.head = b""
        if not more:
            self._complete()

    def _complete(self) -> None:
        self.response_complete = True
        if "message_event" in self.__dict__:
            self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
