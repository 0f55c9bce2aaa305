"""SQLite as Sparekey needs it: an engine module for Tortoise.

Tortoise sends a plain BEGIN, under which a transaction that reads before it writes fails at once
when another process wrote in between, whatever the busy timeout. Here every transaction takes the
write lock first. `now()` is the process's clock, so that the same SQL runs on both databases.
"""

import sqlite3

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from models import clock


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that takes the write lock at its start."""

    async def begin(self) -> None:
        """Take the write lock. Raises OperationalError after the busy timeout."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
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

    def _in_transaction(self) -> TransactionContext:
        return ImmediateTransactionContext(ImmediateTransaction(self), self._lock)


client_class = Client
