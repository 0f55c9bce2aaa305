"""How the database is reached: a file that cannot be opened at once, and TLS where it is wanted."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from models.accounts.account import Account
from models.storage import database
from models.stream.doorbell import Doorbell
from tests.support import outage, postgres
from tests.support.databases import on_postgres
from tests.support.link import linked

_FULL = {"synchronous": 2}


async def begun() -> None:
    """A transaction that does nothing."""
    async with database.transaction():
        pass


@pytest.mark.parametrize("first", [Account.first, begun], ids=["statement", "transaction"])
async def test_a_file_that_cannot_be_opened_leaves_nothing_locked(
    first: Callable[[], Awaitable[object]], sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.sqlite3"
    file.write_text("no database, " * 300)
    async with database.connect(f"sqlite://{file}"):
        for _ in range(2):
            with pytest.raises(sqlite3.DatabaseError):
                await asyncio.wait_for(first(), 5)
        shutil.copy(sqlite_template, file)
        await asyncio.wait_for(first(), 5)
        assert await database.connection().execute_query_dict("PRAGMA synchronous") == [_FULL]
        await database.read_clock()


@on_postgres
async def test_the_doorbell_insists_on_tls_as_all_others_do(database_url: str) -> None:
    async with linked("database", postgres.address_of(database_url)) as line:
        secured = f"{postgres.over(database_url, line.address)}?ssl=true"
        async with database.connect(secured), Doorbell():
            await asyncio.sleep(0.3)  # by then it has tried, and would hear
            assert await outage.listeners(database_url) == []
