"""Connections to PostgreSQL that are cut off, cancelled or get no answer, and who goes on then."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError

from models.accounts.account import Account
from models.storage import database, pool
from models.storage.statement import Statement
from tests.support import halfway, outage, postgres, rows
from tests.support.databases import on_postgres

pytestmark = [on_postgres]

# The last only in the moment between a connection's last word and its end.
_CUT_OFF = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_ME = Statement("SELECT pg_backend_pid() AS me, pg_sleep(CAST($1 AS float))")


@pytest.fixture
async def watcher(database_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else, who sees and cuts off ours."""
    async with postgres.connected(database_url) as connection:
        yield connection


@pytest.mark.usefixtures("connected")
class TestStatements:
    async def test_a_cancelled_one_does_not_answer_the_next(self, watcher: Any) -> None:
        cancelled = [asyncio.create_task(_ME.rows(30)) for _ in range(4)]
        while (await watcher.fetch(outage.OTHERS + "AND query LIKE '%pg_sleep%'"))[3:] == []:
            await asyncio.sleep(0.01)
        for one in cancelled:
            one.cancel()
        await asyncio.wait(cancelled)
        found = await asyncio.gather(*(_ME.rows(0) for _ in range(20)))
        assert all(row["me"] for (row,) in found)
        while await watcher.fetch(outage.OTHERS + "AND state = 'active'"):
            await asyncio.sleep(0.01)

    async def test_what_is_refused_keeps_the_connection(self) -> None:
        await rows.accounts(1)
        (before,) = await _ME.rows(0)
        for _ in range(3):
            with pytest.raises(IntegrityError):
                await Statement("UPDATE account SET role = $1").rows(None)
        (after,) = await _ME.rows(0)
        assert before["me"] == after["me"]

    async def test_after_all_were_cut_off_they_go_on(self, watcher: Any) -> None:
        await asyncio.gather(*(_ME.rows(0.05) for _ in range(5)))
        await outage.cut_off(watcher)
        await asyncio.sleep(0.1)
        assert await Account.all().count() == 0
        async with database.transaction():
            assert await _ME.rows(0)
        state = pool.state()
        assert state and state.used == 0 and state.idle == 1

    async def test_one_cut_off_fails_and_is_not_repeated(self, watcher: Any) -> None:
        asleep = asyncio.create_task(_ME.rows(30))
        while not await watcher.fetch(outage.OTHERS + "AND query LIKE '%pg_sleep%'"):
            await asyncio.sleep(0.01)
        await outage.cut_off(watcher)
        with pytest.raises(_CUT_OFF):
            await asleep
        assert await _ME.rows(0)

    async def test_a_transaction_that_is_cut_off_undoes_all(self, watcher: Any) -> None:
        (account,) = await rows.accounts(1)
        with pytest.raises(_CUT_OFF):
            async with database.transaction():
                await Account.filter(id=account.id).update(locale="sv")
                await outage.cut_off(watcher)
                await _ME.rows(0)
        assert (await Account.get(id=account.id)).locale == "en"

    async def test_a_cancelled_transaction_undoes_all_and_locks_nothing(self) -> None:
        (account,) = await rows.accounts(1)
        await halfway.cancelled(account, lambda: _ME.rows(30))
        await asyncio.wait_for(Account.filter(id=account.id).update(locale="de"), 5)
        assert (await Account.get(id=account.id)).locale == "de"


async def test_a_statement_without_an_answer_ends(database_url: str) -> None:
    async with database.connect(database_url, answer_within=0.2):
        with pytest.raises(TimeoutError):
            await _ME.rows(30)
        with pytest.raises(TimeoutError):
            async with database.transaction():
                await _ME.rows(30)
        assert await _ME.rows(0)
