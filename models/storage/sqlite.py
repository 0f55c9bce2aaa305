"""SQLite as Sparekey needs it: an engine module for Tortoise.

Tortoise sends a plain BEGIN, under which a transaction that reads before it writes fails at once
when another process wrote in between, whatever the busy timeout. Here every transaction takes the
write lock first. `now()` is the process's clock, so that the same SQL runs on both databases.

There is one connection, and a thread that owns it. What it is to do in one go is put into the
thread's queue at once, behind what others have put there; only who has begun a transaction, and
comes back with more, keeps all others waiting.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

from models import clock
from models.storage import watched

T = TypeVar("T")
Run = Callable[[str, Sequence[Any]], list[Any]]

_BEGIN = "BEGIN IMMEDIATE"


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that takes the write lock at its start."""

    dialect = "sqlite"

    async def begin(self) -> None:
        """Take the write lock. Raises OperationalError after the busy timeout."""
        try:
            await self._connection.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    @translate_exceptions
    async def rows(self, text: str, values: Sequence[Any]) -> list[Any]:
        """Run one statement of it; what that selects or returns."""
        async with self.acquire_connection() as connection:
            self.log.debug("%s: %s", text, values)
            found: list[Any] = await connection._execute(_found, text, values, connection._conn)
            return found


class ImmediateTransactionContext(SqliteTransactionContext):
    """Holds the one connection for one transaction."""

    async def __aenter__(self) -> TransactionalDBClient:
        # Tortoise would keep the connection locked for ever when BEGIN fails or is cancelled.
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            try:
                if self.connection._connection:
                    await self.connection._connection.rollback()
            finally:
                self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]  # Tortoise leaves it untyped


class Client(SqliteClient):
    """The connection, with the process's clock as `now()`."""

    dialect = "sqlite"

    async def create_connection(self, with_db: bool) -> None:
        """Open the file, unless it is; a connection that is not all set up is none."""
        if self._connection is not None:
            return
        try:
            await super().create_connection(with_db)
            connection: Any = self._connection
            await connection.create_function("now", 0, lambda: clock.now().isoformat(" "))
            watched.sqlite(connection)
        except BaseException:
            await self.close()
            raise

    def acquire_connection(self) -> Any:
        """The connection, for a statement of Tortoise's."""
        return self._held()

    async def rows(self, text: str, values: Sequence[Any]) -> list[Any]:
        """Run a statement; what it selects or returns. Raises OperationalError, IntegrityError."""
        self.log.debug("%s: %s", text, values)
        return await self._sent(_found, text, values)

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, list[Any]]:
        """How many rows were changed or found, and those found."""
        # Tortoise counts outside of the thread, where others' changes are among them.
        self.log.debug("%s: %s", query, values)
        return await self._sent(_counted, query.replace("\x00", "'||CHAR(0)||'"), values or ())

    async def visit(self, work: Callable[[Run], T], whole: bool = True) -> T:
        """Several statements in one visit to the connection's thread, which nothing cancels.

        `whole`: a transaction of its own, which what `work` raises undoes; else each statement is
        one. `work` gets what runs a statement. Raises OperationalError, IntegrityError.
        """
        sent: list[tuple[str, Sequence[Any]]] = []
        try:
            return await self._sent(_worked, work, sent, whole)
        finally:
            # Not by the thread, which does not know whose request it is.
            for text, values in sent:
                self.log.debug("%s: %s", text, values)

    async def _sent(self, task: Callable[..., T], *arguments: object) -> T:
        if self._connection is None or self._lock.locked():
            async with self.acquire_connection():
                pass  # It is open now, and whoever had begun a transaction has ended it.
        connection: Any = self._connection
        try:
            # In the queue before anything else can happen here.
            return await connection._execute(task, *arguments, connection._conn)  # type: ignore[no-any-return]
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[Any]:
        # Tortoise would keep it locked for ever where it cannot be opened.
        async with self._lock:
            await self.create_connection(with_db=True)
            yield self._connection

    def _in_transaction(self) -> TransactionContext:
        return ImmediateTransactionContext(ImmediateTransaction(self), self._lock)


def _found(text: str, values: Sequence[Any], connection: sqlite3.Connection) -> list[Any]:
    return connection.execute(text, values).fetchall()


def _counted(
    text: str, values: Sequence[Any], connection: sqlite3.Connection
) -> tuple[int, list[Any]]:
    before = connection.total_changes
    rows = connection.execute(text, values).fetchall()
    return (connection.total_changes - before) or len(rows), rows


def _worked(
    work: Callable[[Run], T],
    sent: list[tuple[str, Sequence[Any]]],
    whole: bool,
    connection: sqlite3.Connection,
) -> T:
    def run(text: str, values: Sequence[Any] = ()) -> list[Any]:
        sent.append((text, values))
        return connection.execute(text, values).fetchall()

    if not whole:
        return work(run)
    run(_BEGIN)
    try:
        done = work(run)
        run("COMMIT")
        return done
    finally:
        if connection.in_transaction:
            connection.rollback()


client_class = Client
