"""Around every request: its id, its one line in the log, its headers, its crash."""

import re
import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import content, logs
from server.refusals import refusal

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_LOGGED_CHARACTERS = 200
log = structlog.get_logger("server.request")


class RequestLine:
    """Gives each request an id (the caller's, where it looks sane) and a line when it is over."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.headers = dict(content.ALWAYS)
        if secure:
            self.headers["strict-transport-security"] = "max-age=63072000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request from its arrival to its end."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
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
        seen: dict[str, int] = {}

        async def sending(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                seen["status"] = message["status"]
                self._mark(MutableHeaders(scope=message), request_id)
            elif message["type"] == "websocket.close":
                seen["status"] = message["code"]
            await send(message)

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                seen.setdefault("status", message.get("code", 1006))
            return message

        try:
            await self.app(scope, receiving, sending)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
            await _apologise(scope, receive, sending, request_id, bool(seen))
        finally:
            _write_line(scope, seen.get("status"), started)

    def _mark(self, headers: MutableHeaders, request_id: str) -> None:
        headers["x-request-id"] = request_id
        for name, value in self.headers.items():
            headers[name] = value
        for name, value in content.UNLESS_SAID.items():
            headers.setdefault(name, value)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex


async def _apologise(
    scope: Scope, receive: Receive, send: Send, request_id: str, answered: bool
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1011, "reason": "internal error"})
    elif not answered:
        response = refusal(500, "Something went wrong.", code="INTERNAL", requestId=request_id)
        await response(scope, receive, send)


def _write_line(scope: Scope, status: int | None, started: float) -> None:
    log.info(
        "request",
        method=scope.get("method", "WEBSOCKET"),
        path=scope["path"][:_LOGGED_CHARACTERS],
        status=status,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
