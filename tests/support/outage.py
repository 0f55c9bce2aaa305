"""A PostgreSQL that loses its connections, or goes away for a moment; a SQLite that is locked."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any
from urllib.parse import urlsplit

from models.storage import database
from tests.support import postgres

OTHERS = """
SELECT pid, state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
"""As it is asked from outside: all connections to the database but the asker's own."""


async def cut_off(watcher: Any) -> None:
    """End all others' connections."""
    await watcher.fetch(f"SELECT pg_terminate_backend(pid) FROM ({OTHERS}) AS others")  # noqa: S608


async def listeners(url: str) -> list[int]:
    """The backends that wait for notifications on a database."""
    found = await _run(
        url, "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'LISTEN%'"
    )
    return [row["pid"] for row in found]


async def cut_listeners(url: str) -> list[int]:
    """End the connections that wait for notifications; returns which they were."""
    cut = await listeners(url)
    await _run(
        url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = $1 AND query LIKE 'LISTEN%'",
    )
    return cut


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """Every connection to a database is cut, and none can be made while the block lasts."""
    await _allow(url, "false")
    try:
        await _run(
            url,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1",
        )
        yield
    finally:
        await _allow(url, "true")


@asynccontextmanager
async def busy(url: str) -> AsyncIterator[None]:
    """Somebody else has the write lock of SQLite, and this process does not wait for it."""
    await database.connection().execute_script("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(database.file_of(url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def _allow(url: str, allowed: str) -> None:
    await _run(url, f"ALTER DATABASE {postgres.name_of(url)} ALLOW_CONNECTIONS {allowed}")


async def _run(url: str, statement: str) -> list[Any]:
    arguments = [postgres.name_of(url)] if "$1" in statement else []
    # From outside, so that it is not cut itself.
    async with postgres.connected(urlsplit(url)._replace(path="/postgres").geturl()) as connection:
        return list(await connection.fetch(statement, *arguments))
