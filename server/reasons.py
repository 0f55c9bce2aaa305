"""Why a database cannot be used, and how to mend that.

Errors' own words are left out: they quote addresses with passwords, and values.
"""

import errno
import socket
import sqlite3
import ssl

import asyncpg
from tortoise.exceptions import BaseORMException

from models.storage import away
from models.storage.away import NotConnected

_URL = "Check SPAREKEY_DATABASE_URL."
_STRANGER = f"What is at that address is no PostgreSQL, or has no TLS though it is wanted. {_URL}"
_AGAINST_THE_RULES = (
    "The database holds what this version's rules do not allow, so nothing was changed. "
    "Look: sparekey doctor"
)
# By the beginning of SQLite's own name for it: https://sqlite.org/rescode.html
_OF_SQLITE = {
    "SQLITE_NOTADB": f"The file is no SQLite database. {_URL}",
    "SQLITE_CORRUPT": "The database is damaged. Put a backup in its place: sparekey restore FILE",
    "SQLITE_FULL": "The disk is full, so nothing was written. Make room, and try again.",
    "SQLITE_READONLY": (
        "The database can only be read. Let this user write the file and its folder, or check "
        "SPAREKEY_DATABASE_URL."
    ),
    "SQLITE_CANTOPEN": (
        "The database file cannot be opened. Let this user write it and its folder, or check "
        "SPAREKEY_DATABASE_URL."
    ),
    "SQLITE_CONSTRAINT": _AGAINST_THE_RULES,
    "SQLITE_BUSY": (
        "Another process keeps the database busy, such as a migration. Wait for it, and try again."
    ),
    "SQLITE_IOERR": "The disk does not take or give what it should. Look at it, and at its log.",
}
_OF_POSTGRES: tuple[tuple[type[BaseException], str], ...] = (
    (
        asyncpg.InvalidAuthorizationSpecificationError,
        "The database does not take this user and password. Check both in SPAREKEY_DATABASE_URL.",
    ),
    (
        asyncpg.InvalidCatalogNameError,
        "The server has no database of that name. Make it, or check SPAREKEY_DATABASE_URL.",
    ),
    (
        asyncpg.InsufficientPrivilegeError,
        "The database user may not do that. Let it own the database and its tables, or name "
        "another in SPAREKEY_DATABASE_URL.",
    ),
    (
        asyncpg.InvalidSchemaNameError,
        "The database user has no schema to make tables in. Let it own one on its search_path.",
    ),
    (
        asyncpg.ReadOnlySQLTransactionError,
        "The database can only be read, as a standby can. Name the primary in "
        "SPAREKEY_DATABASE_URL.",
    ),
    (
        asyncpg.TooManyConnectionsError,
        "The database has no connection left. Stop what holds them, raise max_connections, or "
        "lower ?maxsize= in SPAREKEY_DATABASE_URL.",
    ),
    (
        asyncpg.CannotConnectNowError,
        "The database is starting or stopping. Wait for it, and try again.",
    ),
    (
        asyncpg.DiskFullError,
        "The database's disk is full, so nothing was written. Make room there, and try again.",
    ),
    (asyncpg.IntegrityConstraintViolationError, _AGAINST_THE_RULES),
    (
        asyncpg.SyntaxOrAccessError,
        "The database is not as this version made it. Look: sparekey doctor",
    ),
)
_OF_THE_WAY: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, f"The database's host is not known by that name. {_URL}"),
    (ssl.SSLError, f"The database's certificate is not trusted, or it has no TLS. {_URL}"),
    (TimeoutError, f"The database does not answer in time. Is it reachable from here? {_URL}"),
    (ConnectionRefusedError, f"Nobody listens at the database's address. Is it running? {_URL}"),
    (asyncpg.InterfaceError, _STRANGER),
    (asyncpg.InternalClientError, _STRANGER),
)


def known(error: BaseException) -> bool:
    """Whether the database is at fault, wherever this came up."""
    kinds = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, BaseORMException)
    return isinstance(error, (*kinds, ConnectionError, TimeoutError, socket.gaierror))


def of(error: BaseException) -> str:
    """What is wrong with the database, by what its use raised, and how to mend it."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    for kind, sentence in (*_OF_POSTGRES, *_OF_THE_WAY):
        if isinstance(cause, kind):
            return sentence
    if isinstance(cause, OSError) and cause.filename:
        return _of_file(cause)
    if type(cause) is ConnectionError:  # from asyncpg, whose greeting was not understood
        return _STRANGER
    return f"The database does not answer ({type(cause).__name__}). {_URL}"


def _of_sqlite(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    for start, sentence in _OF_SQLITE.items():
        if name.startswith(start):
            return sentence
    return f"The database is not as this version made it ({name}). Look: sparekey doctor"


def _of_file(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return _OF_SQLITE["SQLITE_FULL" if full else "SQLITE_CANTOPEN"]


def _cause(error: BaseException) -> BaseException:
    found = away.cause(error)
    if isinstance(found, NotConnected):
        return found.__cause__ or found
    return found
