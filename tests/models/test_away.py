"""Which errors mean that the database is away, and which that a statement is wrong."""

import socket
import sqlite3

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from models.accounts.account import Account
from models.storage import away, database
from models.storage.away import NotConnected
from tests.support import outage
from tests.support.databases import on_postgres


def of_sqlite(name: str) -> OperationalError:
    """As it comes from a statement."""
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname = name
    return OperationalError(error)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        ConnectionResetError(),
        TimeoutError(),
        NotConnected(),
        asyncpg.AdminShutdownError("x"),
        asyncpg.CannotConnectNowError("x"),
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.DiskFullError("x"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.PostgresIOError("x"),
        asyncpg.TooManyConnectionsError("x"),
        TransactionManagementError(asyncpg.ReadOnlySQLTransactionError("x")),
        of_sqlite("SQLITE_BUSY_SNAPSHOT"),
        of_sqlite("SQLITE_CANTOPEN"),
        of_sqlite("SQLITE_FULL"),
        of_sqlite("SQLITE_IOERR_WRITE"),
        of_sqlite("SQLITE_READONLY_DBMOVED"),
    ],
)
def test_is_away(error: Exception) -> None:
    assert away.is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(),
        KeyError("x"),
        RuntimeError("connection is closed"),
        socket.gaierror(),
        asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"),
        IntegrityError(asyncpg.UniqueViolationError("x")),
        OperationalError(asyncpg.UndefinedTableError("x")),
        asyncpg.DeadlockDetectedError("x"),
        of_sqlite("SQLITE_CONSTRAINT_UNIQUE"),
        of_sqlite("SQLITE_CORRUPT"),
        of_sqlite("SQLITE_ERROR"),
    ],
)
def test_is_wrong(error: Exception) -> None:
    assert not away.is_away(error)


@on_postgres
class TestReally:
    async def test_cut_off_in_a_transaction(self, database_url: str) -> None:
        async with database.connect(database_url):
            with pytest.raises(Exception) as raised:  # noqa: PT011 # whichever it is
                async with database.transaction():
                    async with outage.away(database_url):
                        with pytest.raises(Exception) as first:  # noqa: PT011
                            await Account.first()
                        await Account.first()
            assert away.is_away(first.value) and away.is_away(raised.value)

    async def test_lets_nobody_in(self, database_url: str) -> None:
        async with database.connect(database_url), outage.away(database_url):
            with pytest.raises(NotConnected):
                await Account.first()
