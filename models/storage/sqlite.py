"""SQLite as Sparekey needs it: an engine module for Tortoise.

Tortoise sends a plain BEGIN, under which a transaction that reads before it writes fails at once
when another process wrote in between, whatever the busy timeout. Here every transaction takes the
write lock first. `now()` is the process's clock, so that the same SQL runs on both databases.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

from models import clock

T = TypeVar("T")
Run = Callable[[str, Sequence[Any]], list[dict[str, Any]]]

_BEGIN = "BEGIN IMMEDIATE"


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that takes the write lock at its start."""

    async def begin(self) -> None:
        """Take the write lock. Raises OperationalError after the busy timeout."""
        try:
            await self._connection.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


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
                await self.connection._connection.rollback()
            finally:
                self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]  # Tortoise leaves it untyped


class Client(SqliteClient):
    """The connection, with the process's clock as `now()`."""

    async def create_connection(self, with_db: bool) -> None:
        """Open the file."""
        opened = self._connection is None
        await super().create_connection(with_db)
        if opened and self._connection:
            await self._connection.create_function("now", 0, lambda: clock.now().isoformat(" "))

    async def visit(self, work: Callable[[Run], T]) -> T:
        """A transaction of its own in one visit to the connection's thread, which nothing cancels.

        `work` gets what runs a statement; what it raises undoes all. Raises OperationalError,
        IntegrityError.
        """
        sent: list[tuple[str, Sequence[Any]]] = []
        async with self.acquire_connection() as connection:
            try:
                return await connection._execute(_worked, connection._conn, work, sent)  # type: ignore[no-any-return]
            except sqlite3.OperationalError as error:
                raise OperationalError(error) from error
            except sqlite3.IntegrityError as error:
                raise IntegrityError(error) from error
            finally:
                # Not by the thread, which does not know whose request it is.
                for text, values in sent:
                    self.log.debug("%s: %s", text, values)

    def _in_transaction(self) -> TransactionContext:
        return ImmediateTransactionContext(ImmediateTransaction(self), self._lock)


def _worked(
    connection: sqlite3.Connection,
    work: Callable[[Run], T],
    sent: list[tuple[str, Sequence[Any]]],
) -> T:
    def run(text: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        sent.append((text, values))
        return [dict(row) for row in connection.execute(text, values).fetchall()]

    run(_BEGIN)
    try:
        done = work(run)
        run("COMMIT")
        return done
    finally:
        if connection.in_transaction:
            connection.rollback()


client_class = Client
