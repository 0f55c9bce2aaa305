"""Sentences for what no test can bring about on a real disk or server; nothing of it is quoted."""

import errno
import sqlite3
import ssl

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError

from server import reasons

SECRET = "postgres://root:hunter2@db/x"


def of_sqlite(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(SECRET)
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.DiskFullError(SECRET), "Make room there"),
        (asyncpg.CannotConnectNowError(SECRET), "Wait for it"),
        (asyncpg.TooManyConnectionsError(SECRET), "max_connections"),
        (asyncpg.AdminShutdownError(SECRET), "Check SPAREKEY_DATABASE_URL"),
        (ssl.SSLCertVerificationError(SECRET), "certificate is not trusted"),
        (ConnectionResetError(SECRET), "Check SPAREKEY_DATABASE_URL"),
        (OSError(errno.ENOSPC, "No space left", SECRET), "The disk is full"),
        (OSError(errno.EROFS, "Read-only", SECRET), "Let this user write it"),
        (of_sqlite("SQLITE_IOERR_WRITE"), "Look at it"),
        (of_sqlite("SQLITE_FULL"), "Make room"),
        (of_sqlite("SQLITE_BUSY_SNAPSHOT"), "try again"),
        (of_sqlite("SQLITE_ERROR"), "sparekey doctor"),
        (of_sqlite("SQLITE_CONSTRAINT_UNIQUE"), "nothing was changed"),
        (OperationalError(asyncpg.UniqueViolationError(SECRET)), "nothing was changed"),
        (OperationalError(asyncpg.UndefinedTableError(SECRET)), "sparekey doctor"),
        (OperationalError(of_sqlite("SQLITE_READONLY_DBMOVED")), "Let this user write the file"),
        (TransactionManagementError(asyncpg.ReadOnlySQLTransactionError(SECRET)), "the primary"),
        (DBConnectionError(SECRET), "Check SPAREKEY_DATABASE_URL"),
    ],
)
def test_each_has_its_remedy(error: BaseException, words: str) -> None:
    said = reasons.of(error)
    assert words in said and "hunter2" not in said
    assert "\n" not in said


@pytest.mark.parametrize("error", [ValueError("x"), FileNotFoundError("x"), KeyError("x")])
def test_what_is_not_the_databases_is_not_taken_for_it(error: Exception) -> None:
    assert not reasons.known(error)
