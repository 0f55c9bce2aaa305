"""Counts the SQL that answering costs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

_TORTOISE = logging.getLogger("tortoise.db_client")


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # Called by whoever sends the statement: only requests have an id.
        if "request_id" in structlog.contextvars.get_contextvars():
            self.heard.append(record.getMessage())


@contextmanager
def of_requests() -> Iterator[list[str]]:
    """The statements that requests to `served` send while the block lasts.

    What runs beside requests (sweeper, postman, tailer) is not among them.
    """
    listener = _Listener()
    level = _TORTOISE.level
    _TORTOISE.addHandler(listener)
    _TORTOISE.setLevel(logging.DEBUG)
    try:
        yield listener.heard
    finally:
        _TORTOISE.setLevel(level)
        _TORTOISE.removeHandler(listener)
