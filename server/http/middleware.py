"""Around every request: its id, its one line in the log, its headers, its crash."""

import os
import re
import time
from asyncio import CancelledError
from collections import Counter

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import logs
from server.http import fields
from server.http.refusals import refusal
from server.site import content
from server.stopping import Stopping

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_LOGGED_CHARACTERS = 200
_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})
_IDS = 64
_ids: list[str] = []
log = structlog.get_logger("server.request")


class RequestLine:
    """Gives each request an id (the caller's, where it looks sane) and a line when it is over.

    `statuses` counts how requests were answered; None is for those that were not.
    """

    def __init__(
        self,
        app: ASGIApp,
        secure: bool,
        stopping: Stopping,
        statuses: Counter[int | None] | None = None,
    ) -> None:
        self.app = app
        self.stopping = stopping
        self.statuses = Counter() if statuses is None else statuses
        self._always = always(secure)
        self.marks = [
            (name.encode(), value.encode())
            for name, value in (self._always | content.UNLESS_SAID).items()
        ]
        self._names = frozenset({b"x-request-id", *(name for name, _ in self.marks)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request from its arrival to its end."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        started = time.perf_counter()
        one = _Watched(self, begin(scope), receive, send)
        # For messages of which there are many, and nothing to see in them.
        scope["state"]["send"] = send
        taking = one.receive if scope["type"] == "websocket" else receive
        try:
            await self.app(scope, taking, one.send)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
            await _apologise(scope, receive, one)
        except CancelledError:
            # Not done when its server has to end.
            if one.status is not None or scope["type"] == "websocket":
                raise
            await _apologise(scope, receive, one)
        finally:
            self.over(scope, one.status, started)

    def over(self, scope: Scope, status: int | None, started: float) -> None:
        """The request has ended: its line, and its count."""
        self.statuses[status] += 1
        state, method = scope["state"], scope.get("method", "WEBSOCKET")
        traced = {"trace_id": state["trace_id"]} if "trace_id" in state else {}
        logs.request(
            state["request_id"],
            method=method,
            path=scope["path"][:_LOGGED_CHARACTERS],
            status=status,
            ms=round((time.perf_counter() - started) * 1000, 1),
            **traced,
        )

    def mark(self, message: Message, request_id: str) -> None:
        """Puts the headers of every answer into the beginning of one."""
        said = message.get("headers", ())
        if self.stopping.begun:
            said = message["headers"] = [*said, (b"connection", b"close")]
        if self._names.isdisjoint([name for name, _ in said]):
            message["headers"] = [*said, (b"x-request-id", request_id.encode()), *self.marks]
            return
        headers = MutableHeaders(scope=message)
        headers["x-request-id"] = request_id
        for name, value in self._always.items():
            headers[name] = value
        for name, value in content.UNLESS_SAID.items():
            headers.setdefault(name, value)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            # Starlette puts the traceback here, with whatever the exception's message quotes.
            await send({**message, "message": ""} if message.get("message") else message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
            raise


class _Watched:
    """The ends of one request or socket, looked at for its status."""

    __slots__ = ("_line", "_receive", "_send", "request_id", "status")

    def __init__(self, line: RequestLine, request_id: str, receive: Receive, send: Send) -> None:
        self._line = line
        self._receive = receive
        self._send = send
        self.request_id = request_id
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        """What goes out."""
        if message["type"] in _STARTS:
            self.status = message["status"]
            self._line.mark(message, self.request_id)
        elif message["type"] == "websocket.close":
            self.status = message["code"]
        await self._send(message)

    async def receive(self) -> Message:
        """What comes in."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect" and self.status is None:
            self.status = message.get("code", 1006)
        return message


def always(secure: bool) -> dict[str, str]:
    """What stands in the head of every answer."""
    if secure:
        return content.ALWAYS | {"strict-transport-security": "max-age=63072000"}
    return content.ALWAYS


def begin(scope: Scope) -> str:
    """The id of this request, from here on known to all who are asked or log something."""
    given = fields.of(scope).first(b"x-request-id")
    request_id = given.decode() if _SANE_ID.fullmatch(given) else _new_id()
    scope["state"]["request_id"] = request_id
    # It ends with the task: each request runs in one of its own.
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def crashed(request_id: str) -> Response:
    """What is answered where nobody knows what happened."""
    return refusal(500, "Something went wrong.", code="INTERNAL", requestId=request_id)


def _new_id() -> str:
    # As random as uuid4, whose fixed bits say nothing to anybody here; drawn many at a time.
    if not _ids:
        drawn = os.urandom(16 * _IDS).hex()
        _ids.extend(drawn[at : at + 32] for at in range(0, len(drawn), 32))
    return _ids.pop()


async def _apologise(scope: Scope, receive: Receive, one: _Watched) -> None:
    if scope["type"] == "websocket":
        await one.send({"type": "websocket.close", "code": 1011, "reason": "internal error"})
    elif one.status is None:
        await crashed(one.request_id)(scope, receive, one.send)
