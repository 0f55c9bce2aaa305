"""One database: SQLite in a file, or PostgreSQL; the same code on both.

Several things lock in one transaction in one order, so that no two wait for each other:
account, then ticket, then the counter of the event stream.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext
from tortoise.expressions import RawSQL
from tortoise.transactions import in_transaction

MODULES = (
    "models.accounts.account",
    "models.record.audit",
    "models.record.chain",
    "models.reset.evidence",
    "models.stream.feed",
    "models.reset.grant",
    "models.keys.key_check",
    "models.reset.links",
    "models.mail",
    "models.reset.notes",
    "models.second_factor.pending",
    "models.reset.receipts",
    "models.signing_in.session",
    "models.signing_in.sign_in",
    "models.signing_in.throttle",
    "models.reset.ticket",
    "models.second_factor.two_factor",
    "models.stream.webhook",
)
APP = "models"
CONNECT_WITHIN = 10
"""Seconds, unless the address says otherwise (`?timeout=`)."""
ANSWER_WITHIN = 15
"""Seconds that PostgreSQL has for what a request or a round asks; migrations have no such bound."""
_SQLITE = "sqlite://"
_OF_A_POOL = ("min_size", "max_size")


@asynccontextmanager
async def connect(url: str, answer_within: float | None = None) -> AsyncIterator[TortoiseContext]:
    """Hold the database open; every task of the process sees it.

    `url` is `sqlite://path` (relative), `sqlite:///path` (absolute; its folder is made), or
    `postgres://user:password@host:port/name`. `answer_within`: seconds that PostgreSQL has for a
    statement, before it fails by TimeoutError and its connection is given up.
    """
    async with TortoiseContext() as context:
        await context.init(config=config(url, answer_within), _enable_global_fallback=True)
        yield context


def transaction() -> AbstractAsyncContextManager[Any]:
    """All or nothing: READ COMMITTED on PostgreSQL, the write lock from the start on SQLite."""
    return in_transaction()


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Several reads of one state of the database."""
    async with transaction():
        if dialect() == "postgres":
            await connection().execute_script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def dialect() -> str:
    """`sqlite` or `postgres`."""
    return _name()


def connection() -> Any:
    """The connection of the running transaction, or the one that statements by themselves use."""
    found = get_connections()
    # Not `get`, which asks the system each time whether the event loop is still the same.
    return next(iter(found._storage.values()), None) or found.get(_name())


def address() -> dict[str, Any]:
    """How the PostgreSQL behind this connection is reached, in asyncpg's words."""
    found = get_connections().get(_name())
    client: Any = getattr(found, "_parent", found)
    names = ("host", "port", "user", "password", "database")
    # Whoever insists on TLS does so for every connection.
    more = {name: value for name, value in client.extra.items() if name not in _OF_A_POOL}
    return more | {name: getattr(client, name) for name in names}


def file_of(url: str) -> Path:
    """The file behind a `sqlite://` URL."""
    return Path(url.removeprefix(_SQLITE))


async def others() -> int:
    """How many other connections the PostgreSQL database has."""
    rows = await connection().execute_query_dict(
        "SELECT count(*) AS others FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    return int(rows[0]["others"])


def now() -> RawSQL:
    """The database's own clock, for use inside a statement."""
    return RawSQL("now()")


async def read_clock() -> datetime:
    """The database's own clock, read; aware, in UTC."""
    rows = await connection().execute_query_dict("SELECT now() AS at")
    at = rows[0]["at"]
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)


def config(url: str, answer_within: float | None = None) -> dict[str, Any]:
    """Tortoise's configuration; it caches SQL by connection name, so dialects get their own."""
    name = "sqlite" if url.startswith(_SQLITE) else "postgres"
    credentials = _sqlite(url) if name == "sqlite" else _postgres(url, answer_within)
    return {"connections": {name: credentials}, "apps": {APP: app(name)}, "use_tz": True}


def app(connection_name: str) -> dict[str, Any]:
    """Tortoise's configuration of the models, and of their migrations."""
    return {
        "models": list(MODULES),
        "default_connection": connection_name,
        "migrations": "models.migrations",
    }


def _sqlite(url: str) -> dict[str, Any]:
    path = file_of(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made by SQLite itself it could be read by everybody on the machine.
    path.touch(mode=0o600)
    credentials = {
        "file_path": str(path),
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "busy_timeout": 15_000,
    }
    return {"engine": "models.storage.sqlite", "credentials": credentials}


def _postgres(url: str, answer_within: float | None) -> dict[str, Any]:
    found = expand_db_url(url)
    # asyncpg would wait for a minute, and for answers without end.
    bounds = {"timeout": CONNECT_WITHIN, "command_timeout": answer_within}
    credentials = {**bounds, **found["credentials"]}
    return {"engine": "models.storage.postgres", "credentials": credentials}


def _name() -> str:
    # By `config`, a connection's name is its dialect.
    return next(iter(get_connections().db_config))
