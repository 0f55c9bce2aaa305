"""The usual request: a POST to /graphql that arrives whole, in one piece, with nothing odd in it.

Nearly all are. h11 takes longer over one than GraphQL does, so these are read by two patterns and
written at once. What is taken here is a small part of what h11 takes in the same way (RFC 9112);
whatever is not exactly of this form is left to it, and so is the refusal of what nobody takes.
"""

import re
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.h11_impl import RequestResponseCycle

PATH = "/graphql"
# Visible ASCII and blanks: no tabs, no folded lines, no letters beyond.
_HEAD = re.compile(rb"POST /graphql HTTP/1\.1\r\n((?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[ -~]*\r\n)+)\r\n")
_FIELD = re.compile(rb"([^:]+):([ -~]*)\r\n")
_LENGTH = re.compile(rb"[0-9]{1,5}")
_ODD = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"trailer", b"te"})
_STATUS = {one.value: f"HTTP/1.1 {one.value} {one.phrase}".encode() for one in HTTPStatus}

Header = tuple[bytes, bytes]


def read(data: bytes) -> tuple[list[Header], bytes] | None:
    """The fields, named in lower case, and the body, if this is a usual request and no more."""
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
    return headers, data[start:]


class Usual(RequestResponseCycle):
    """A usual request and its answer; a head that tells a length leaves together with the body."""

    chunked = False
    head = b""
    whole = b""

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
        lines = [_STATUS[status], *[b"%b: %b" % header for header in headers]]
        self.head = b"\r\n".join([*lines, b"", b""])
        if self.head.count(b"\n") != len(lines) + 1 or self.head.count(b"\r") != len(lines) + 1:
            raise RuntimeError("A header field holds the end of a line.")
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
        if more:
            return
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
