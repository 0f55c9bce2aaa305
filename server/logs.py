"""One line of JSON per thing that happened; on a developer's console the same, in colours.

Crashes are told by type and stack. Their messages are left out: they quote values.
"""

import asyncio
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from server.http.codec import encode
from server.settings import Settings

# These write statements with their values, or tell again what the rounds tell.
_TALKATIVE = ("tortoise", "asyncpg", "aiosqlite", "websockets", "coredis")
# uvicorn tells of each socket again, with its query string, and takes a refused one for a mistake.
_ECHOES = (
    '%s - "WebSocket %s"',
    "connection ",
    "ASGI callable returned without completing handshake.",
)
_requests = structlog.get_logger("server.request")
_lines: "Lines | None" = None


class Lines:
    """Lines that come by the thousand: those of one turn of the loop are written at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: list[bytes] = []

    def add(self, fields: dict[str, object]) -> None:
        """One more line."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._write)
        self._waiting.append(encode(fields))

    def _write(self) -> None:
        lines, self._waiting = self._waiting, []
        try:
            self._stream.write(b"\n".join([*lines, b""]).decode())
            self._stream.flush()
        except OSError:
            pass  # Nobody reads the log; requests are answered all the same.


def configure(settings: Settings) -> None:
    """Send everything, the standard library's loggers too, to standard error in one form."""
    global _lines
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings))
    handler.addFilter(_is_news)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    _lines = None if _to_console(settings) else Lines(sys.stderr)


def request(request_id: str, **fields: object) -> None:
    """The line of a request that is over. Where lines are JSON, written without detours."""
    if _lines is None:
        _requests.info("request", **fields)
        return
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    said = {"event": "request", "request_id": request_id, "level": "info"}
    _lines.add({**fields, **said, "logger": "server.request", "timestamp": at})


def crash(error: BaseException) -> dict[str, object]:
    """An exception by type and stack, for the fields of a log line."""
    frames = traceback.extract_tb(error.__traceback__)
    # Not named "stack": structlog's console would take that for text of its own.
    return {
        "error": _name(error),
        "because": [_name(cause) for cause in _causes(error)],
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _is_news(record: logging.LogRecord) -> bool:
    return record.name != "uvicorn.error" or not str(record.msg).startswith(_ECHOES)


def _to_console(settings: Settings) -> bool:
    return settings.mode == "development" and sys.stderr.isatty()


def _formatter(settings: Settings) -> logging.Formatter:
    renderer: Processor = (
        structlog.dev.ConsoleRenderer()
        if _to_console(settings)
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            _masked,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _masked(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event.update(crash(error), event="crashed")
    elif str(event.get("logger", "")).startswith("strawberry"):
        event["event"] = "refused"
    return event


def _causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    while (cause := error.__cause__ or error.__context__) and cause not in causes:
        causes.append(cause)
        error = cause
    return causes


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
