"""One line of JSON per thing that happened; on a developer's console the same, in colours.

Crashes are told by type and stack. Their messages are left out: they quote values.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from server.settings import Settings

# These write statements with their values, or tell again what the rounds tell.
_TALKATIVE = ("tortoise", "asyncpg", "aiosqlite", "websockets", "coredis")
# uvicorn tells of each socket again, with its query string, and takes a refused one for a mistake.
_ECHOES = (
    '%s - "WebSocket %s"',
    "connection ",
    "ASGI callable returned without completing handshake.",
)


def configure(settings: Settings) -> None:
    """Send everything, the standard library's loggers too, to standard error in one form."""
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


def _formatter(settings: Settings) -> logging.Formatter:
    to_console = settings.mode == "development" and sys.stderr.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if to_console else structlog.processors.JSONRenderer()
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
