"""A migrated database for each test, copied from one that was migrated once."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from models.storage import database, migrating
from models.stream import feed
from tests.support import postgres, reused

# For tests that only several processes, or real concurrency, can fail.
on_postgres = pytest.mark.parametrize("dialect", ["postgres"])
# For tests that look at what is in front of the database.
on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"])


async def migrate(url: str) -> None:
    """Make the tables and the event stream, as `sparekey migrate` does."""
    async with database.connect(url):
        await migrating.migrate()
        await feed.open_stream()


async def sqlite_template(folder: Path) -> Path:
    """A migrated file in that folder."""
    path = folder / "template.sqlite3"
    await migrate(f"sqlite://{path}")
    return path


def sqlite_copy(template: Path, folder: Path) -> str:
    """The URL of a copy of that file."""
    copy = shutil.copy(template, folder / "sparekey.sqlite3")
    return f"sqlite://{copy}"


async def postgres_template(server_url: str) -> str:
    """The URL of a migrated database whose clock can travel."""
    url = await postgres.create(server_url)
    await migrate(url)
    await postgres.make_travel_ready(url)
    await reused.prepare(url)
    return url


@asynccontextmanager
async def postgres_copy(server_url: str, template_url: str) -> AsyncIterator[str]:
    """The URL of a database that is as the template is."""
    url = await reused.take(server_url, template_url)
    try:
        yield url
    finally:
        reused.give_back(template_url, url)


@asynccontextmanager
async def postgres_empty(server_url: str) -> AsyncIterator[str]:
    """The URL of a database without tables; removed in the end."""
    url = await postgres.create(server_url)
    try:
        yield url
    finally:
        await postgres.drop(server_url, url)


async def dump(url: str) -> str:
    """Everything that the tables of a database hold, as text."""
    if url.startswith("postgres"):
        return await postgres.dump(url)
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        return "\n".join(connection.iterdump())
