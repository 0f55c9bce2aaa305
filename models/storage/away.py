"""Whether the database is away for now, as opposed to a statement that is wrong.

Away is what passes without a change of ours: it is restarted, moved, out of connections, memory or
disk, busy, or does not answer in time.
"""

import sqlite3

import asyncpg
from tortoise.exceptions import BaseORMException, DBConnectionError

_POSTGRES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    # What was the primary is a standby now.
    asyncpg.ReadOnlySQLTransactionError,
    # Cut off in a moment in which asyncpg expects something else.
    asyncpg.InternalClientError,
)
# By the beginning of SQLite's own name for it: https://sqlite.org/rescode.html
_SQLITE = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_IOERR",
    "SQLITE_FULL",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
)


class NotConnected(ConnectionError):
    """Raised where no connection can be made, whatever the reason: its cause."""


def is_away(error: BaseException) -> bool:
    """Whether this came up because the database is away."""
    said = cause(error)
    if isinstance(said, sqlite3.Error):
        return getattr(said, "sqlite_errorname", "").startswith(_SQLITE)
    if isinstance(said, asyncpg.InterfaceError):
        # No type of its own: a transaction goes on by a connection that was cut meanwhile.
        return "connection is closed" in str(said)
    return isinstance(said, (*_POSTGRES, ConnectionError, TimeoutError))


def cause(error: BaseException) -> BaseException:
    """What the database, or the way to it, said: Tortoise puts its own around that."""
    while isinstance(error, BaseORMException | DBConnectionError):
        inner = error.__cause__ or next(iter(error.args), None) or error.__context__
        if not isinstance(inner, BaseException):
            return error.__context__ or error
        error = inner
    return error
