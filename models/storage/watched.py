"""Statements as they are done, told to whoever traces them; nobody does unless told to at connect.

Values are never told, and texts only with a `?` for each literal.
"""

import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from models.told import Told

Report = Callable[[str, float, BaseException | None], None]
"""Of a statement: its text, how many seconds it took, and what it failed with."""

_LITERAL = re.compile(r"'(?:[^']|'')*'")
_report: Told[Report] = Told()

told = _report.of
"""Connections that are opened while the block runs tell of their statements."""


def postgres(connection: Any) -> None:
    """Watch this connection of asyncpg's, if anybody wants to know."""
    if (report := _report.now) is not None:
        connection.add_query_logger(
            lambda done: report(_without_values(done.query), done.elapsed, done.exception)
        )


def sqlite(connection: Any) -> None:
    """Watch this connection of aiosqlite's, if anybody wants to know."""
    if (report := _report.now) is not None:
        connection._execute = _timed(connection._execute, report)


def _timed(execute: Callable[..., Awaitable[Any]], report: Report) -> Callable[..., Awaitable[Any]]:
    async def timed(work: Callable[..., Any], *given: Any, **more: Any) -> Any:
        started, error = perf_counter(), None
        try:
            return await execute(work, *given, **more)
        except Exception as failed:
            error = failed
            raise
        finally:
            if text := _text(work, given):
                report(text, perf_counter() - started, error)

    return timed


def _text(work: Callable[..., Any], given: tuple[Any, ...]) -> str | None:
    """What is done; None where rows are only fetched."""
    if given and isinstance(given[0], str):
        return _without_values(given[0])
    return "TRANSACTION" if getattr(work, "__name__", "") == "_worked" else None


def _without_values(text: str) -> str:
    return _LITERAL.sub("?", text)
