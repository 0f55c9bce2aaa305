"""What our sign-in asks of the database, word for word, and asyncpg and aiosqlite to ask it with.

The texts are taken from where our server has them, so that both send the same. They are bound and
sent without anything of ours.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiosqlite
import asyncpg

from models.second_factor import code_statements
from models.signing_in import challenge, password_entry, session, throttle
from models.storage import database
from models.storage.statement import Statement, Whole

Row = Mapping[str, Any]
Run = Callable[..., Row]
T = TypeVar("T")

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")


@dataclass(frozen=True)
class Texts:
    """One or several statements, each with the places of its parameters among the values."""

    parts: tuple[tuple[str, tuple[int, ...]], ...]

    def bound(self, values: Sequence[object]) -> list[tuple[str, list[object]]]:
        """Text and parameters of each."""
        return [(text, [values[place] for place in places]) for text, places in self.parts]


class Asked:
    """All that is asked in one flow. To be made once Tortoise has been connected."""

    def __init__(self, dialect: str) -> None:
        # On PostgreSQL what is read is paid for in the same statement.
        account, code = password_entry.reading, code_statements.reading
        if dialect == "postgres":
            account, code = password_entry.paying, code_statements.paying
        self.account = _texts(dialect, account())
        self.pay_login = _texts(dialect, throttle._PAY)
        self.open_challenge = _texts(dialect, challenge._REPAID)
        self.challenge = _texts(dialect, code())
        self.accept = _texts(dialect, code_statements.ACCEPT)
        self.session = _texts(dialect, session._finding("token_hash"))


class Postgres:
    """A pool of asyncpg; each of the texts is one statement."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def row(self, texts: Texts, *values: object) -> Row:
        """Its first row. Fails where there is none."""
        ((text, bound),) = texts.bound(values)
        row: Row = (await self._pool.fetch(text, *bound))[0]
        return row


class Sqlite:
    """A connection of aiosqlite, whose thread is visited once for each call."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def row(self, texts: Texts, *values: object) -> Row:
        """The first row of the last; several are one transaction."""
        if len(texts.parts) > 1:
            return await self.visit(lambda run: run(texts, *values))
        return await self._do(_last_row, texts, *values)

    async def visit(self, work: Callable[[Run], T], whole: bool = True) -> T:
        """What reads, decides and writes: a `whole` transaction, or each statement by itself."""
        return await self._do(_visited, work, whole)

    async def _do(self, work: Callable[..., T], *arguments: object) -> T:
        on: Any = self._connection
        done: T = await on._execute(work, on._conn, *arguments)
        return done


Database = Postgres | Sqlite


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Database, Asked]]:
    """The database, connected as our server is, and what to ask it."""
    async with database.connect(url):
        asked = Asked(database.dialect())
    if not url.startswith("sqlite://"):
        async with asyncpg.create_pool(
            url, min_size=1, max_size=5, connection_class=_Unreset
        ) as pool:
            yield Postgres(pool), asked
        return
    async with aiosqlite.connect(url.removeprefix("sqlite://"), isolation_level=None) as file:
        file.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            await file.execute(f"PRAGMA {pragma}")
        yield Sqlite(file), asked


class _Unreset(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    def get_reset_query(self) -> str:
        # Goes back to the pool as it is, as ours do.
        return ""


def _texts(dialect: str, of: Statement | Whole) -> Texts:
    if isinstance(of, Statement):
        parts: tuple[Statement, ...] = (of,)
    else:
        parts = (of._statement,) if dialect == "postgres" else of._parts
    return Texts(
        tuple((one._texts[dialect], tuple(place - 1 for place in one._taken)) for one in parts)
    )


def _last_row(connection: sqlite3.Connection, texts: Texts, *values: object) -> Row:
    rows: list[Row] = []
    for text, bound in texts.bound(values):
        rows = connection.execute(text, bound).fetchall()
        if not rows:
            raise LookupError(text)
    return rows[0]


def _visited(connection: sqlite3.Connection, work: Callable[[Run], T], whole: bool) -> T:
    def run(texts: Texts, *values: object) -> Row:
        return _last_row(connection, texts, *values)

    if not whole:
        return work(run)
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = work(run)
        connection.execute("COMMIT")
        return done
    finally:
        if connection.in_transaction:
            connection.rollback()
