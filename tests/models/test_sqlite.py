"""SQLite beside other processes: who writes waits, and nobody is left locked out."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from tortoise.exceptions import OperationalError

from models.accounts.account import Account
from models.clock import now
from models.storage import database
from tests.support import halfway, rows
from tests.support.clock import Clock

pytestmark = [
    pytest.mark.usefixtures("connected"),
    pytest.mark.parametrize("dialect", ["sqlite"]),
]


class TestTransactions:
    async def test_reading_first_takes_the_write_lock(self, database_url: str) -> None:
        (account,) = await rows.accounts(1)
        async with database.transaction():
            found = await Account.get(id=account.id)
            with pytest.raises(sqlite3.OperationalError, match="locked"), _writing(database_url):
                pass
            found.locale = "de"
            await found.save()
        with _writing(database_url) as other:
            assert other.execute("SELECT locale FROM account").fetchall() == [("de",)]

    async def test_it_waits_for_the_others_commit_and_sees_it(self, database_url: str) -> None:
        (account,) = await rows.accounts(1)
        with _writing(database_url) as other:
            waiting = asyncio.create_task(_rename(account))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            other.execute("UPDATE account SET locale = 'sv'")
        assert await waiting == "sv"

    async def test_past_the_busy_timeout_it_fails_and_the_next_works(
        self, database_url: str
    ) -> None:
        (account,) = await rows.accounts(1)
        await database.connection().execute_script("PRAGMA busy_timeout = 50")
        with _writing(database_url):
            for _ in range(2):
                with pytest.raises(OperationalError, match="locked"):
                    await _rename(account)
            assert await Account.all().count() == 1, "readers go on"
        assert await asyncio.wait_for(_rename(account), 5) == "en"

    @pytest.mark.parametrize("cancellations", [1, 2, 3])
    async def test_cancelled_while_waiting_it_leaves_nothing_locked(
        self, database_url: str, cancellations: int
    ) -> None:
        (account,) = await rows.accounts(1)
        with _writing(database_url):
            waiting = asyncio.create_task(_rename(account))
            for _ in range(cancellations):
                await asyncio.sleep(0.05)
                waiting.cancel()
        await asyncio.wait([waiting], timeout=5)
        assert waiting.cancelled()
        assert await asyncio.wait_for(_rename(account), 5) == "en"
        with _writing(database_url):
            pass

    async def test_cancelled_in_the_middle_nothing_of_it_stays(self, database_url: str) -> None:
        (account,) = await rows.accounts(1)
        await halfway.cancelled(account, asyncio.Event().wait)
        assert (await Account.get(id=account.id)).locale == "en"
        with _writing(database_url):
            pass

    async def test_many_at_once_take_turns(self) -> None:
        (account,) = await rows.accounts(1)

        async def count() -> None:
            async with database.transaction():
                found = await Account.get(id=account.id)
                await asyncio.sleep(0)
                found.security_version += 1
                await found.save()

        await asyncio.gather(*(count() for _ in range(20)))
        assert (await Account.get(id=account.id)).security_version == 21


class TestSettings:
    async def test_durable_and_strict(self) -> None:
        for pragma, wanted in (
            ("journal_mode", "wal"),
            ("synchronous", 2),  # FULL
            ("foreign_keys", 1),
            ("busy_timeout", 15_000),
        ):
            (row,) = await database.connection().execute_query_dict(f"PRAGMA {pragma}")
            assert list(row.values()) == [wanted], pragma

    async def test_its_now_is_the_clocks(self, clock: Clock) -> None:
        before = now()
        assert before <= await database.read_clock() <= now()


async def _rename(account: Account) -> str:
    """Read, then write; returns the locale that was found."""
    async with database.transaction():
        found = await Account.get(id=account.id)
        before = str(found.locale)
        found.locale = "en"
        await found.save()
    return before


@contextmanager
def _writing(url: str) -> Iterator[sqlite3.Connection]:
    """Another process that holds the write lock; fails at once where it is taken."""
    path = url.removeprefix("sqlite://")
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
