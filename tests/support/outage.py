"""A PostgreSQL that loses its connections, or goes away for a moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from tests.support import postgres


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


async def _allow(url: str, allowed: str) -> None:
    await _run(url, f"ALTER DATABASE {postgres.name_of(url)} ALLOW_CONNECTIONS {allowed}")


async def _run(url: str, statement: str) -> list[Any]:
    arguments = [postgres.name_of(url)] if "$1" in statement else []
    # From outside, so that it is not cut itself.
    connection = await asyncpg.connect(urlsplit(url)._replace(path="/postgres").geturl())
    try:
        return list(await connection.fetch(statement, *arguments))
    finally:
        await connection.close()
