"""Around every request: its id, its one line in the log, its headers, its crash."""

import os
import re
import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import logs
from server.http import fields
from server.http.refusals import refusal
from server.site import content

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_LOGGED_CHARACTERS = 200
_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})
log = structlog.get_logger("server.request")


class RequestLine:
    """Gives each request an id (the caller's, where it looks sane) and a line when it is over."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.headers = dict(content.ALWAYS)
        if secure:
            self.headers["strict-transport-security"] = "max-age=63072000"
        said = self.headers | content.UNLESS_SAID
        self._marks = [(name.encode(), value.encode()) for name, value in said.items()]
        self._names = frozenset({b"x-request-id", *(name for name, _ in self._marks)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request from its arrival to its end."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        # For whatever else is logged. It ends with the task: each request runs in one of its own.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        await self._watched(scope, receive, send, request_id)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            # Starlette puts the traceback here, with whatever the exception's message quotes.
            await send({**message, "message": ""} if message.get("message") else message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
            raise

    async def _watched(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started = time.perf_counter()
        status: int | None = None
        # For messages of which there are many, and nothing to see in them.
        scope["state"]["send"] = send

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] in _STARTS:
                status = message["status"]
                self._mark(message, request_id)
            elif message["type"] == "websocket.close":
                status = message["code"]
            await send(message)

        async def receiving() -> Message:
            nonlocal status
            message = await receive()
            if message["type"] == "websocket.disconnect" and status is None:
                status = message.get("code", 1006)
            return message

        taking = receiving if scope["type"] == "websocket" else receive
        try:
            await self.app(scope, taking, sending)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
            await _apologise(scope, receive, sending, request_id, status is not None)
        finally:
            _write_line(scope, request_id, status, started)

    def _mark(self, message: Message, request_id: str) -> None:
        said = message.get("headers", ())
        if self._names.isdisjoint([name for name, _ in said]):
            message["headers"] = [*said, (b"x-request-id", request_id.encode()), *self._marks]
            return
        headers = MutableHeaders(scope=message)
        headers["x-request-id"] = request_id
        for name, value in self.headers.items():
            headers[name] = value
        for name, value in content.UNLESS_SAID.items():
            headers.setdefault(name, value)


def _request_id(scope: Scope) -> str:
    given = fields.of(scope).first(b"x-request-id")
    # uuid4 would set bits of it, which says nothing to anybody here, at six times the cost.
    return given.decode() if _SANE_ID.fullmatch(given) else os.urandom(16).hex()


async def _apologise(
    scope: Scope, receive: Receive, send: Send, request_id: str, answered: bool
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1011, "reason": "internal error"})
    elif not answered:
        response = refusal(500, "Something went wrong.", code="INTERNAL", requestId=request_id)
        await response(scope, receive, send)


def _write_line(scope: Scope, request_id: str, status: int | None, started: float) -> None:
    logs.request(
        request_id,
        method=scope.get("method", "WEBSOCKET"),
        path=scope["path"][:_LOGGED_CHARACTERS],
        status=status,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
