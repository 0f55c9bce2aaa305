"""PostgreSQL as Sparekey needs it: an engine module for Tortoise.

Nothing here leaves anything behind on a connection: what is set, is set for a transaction, and the
doorbell listens on a connection of its own. So connections go back as they are (`connections`).
"""

from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionContext
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from models.storage import watched
from models.storage.away import NotConnected
from models.storage.connections import Connections

Kind = type[BaseException] | None


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """One of the connections."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        watched.postgres(self)


class Loan:
    """A connection for one statement."""

    __slots__ = ("_client", "_connection", "_pool")

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def __aenter__(self) -> Any:
        self._pool = self._client.connections or await self._client.open()
        self._connection = await self._pool.take()
        return self._connection

    async def __aexit__(
        self, kind: Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What the database itself has said, it has said to the end.
        if error is None or isinstance(error, asyncpg.PostgresError):
            self._pool.put(self._connection)
        else:
            self._pool.drop(self._connection)


class Speaking(AsyncpgDBClient):
    """What sends statements, in a transaction or not."""

    dialect = "postgres"

    @translate_exceptions
    async def rows(self, text: str, values: Sequence[object]) -> list[Any]:
        """Run one statement; what it selects or returns. Raises OperationalError, IntegrityError,
        TimeoutError, OSError.
        """
        async with self.acquire_connection() as connection:
            self.log.debug("%s: %s", text, values)
            found: list[Any] = await connection.fetch(text, *values)
            return found


class Transaction(Speaking, TransactionWrapper):
    """One connection for several statements."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Transaction(self))


class TransactionScope(TransactionContext):
    """BEGIN and COMMIT, or ROLLBACK; the connection goes back, or away where it is out of step."""

    client: Transaction
    _pool: Connections

    def __init__(self, owner: "Client") -> None:
        self._owner = owner
        self.client = Transaction(owner)

    async def __aenter__(self) -> Transaction:
        self._pool = self._owner.connections or await self._owner.open()
        self.client._connection = connection = await self._pool.take()
        try:
            await self.client.begin()
        except BaseException:
            self._pool.drop(connection)
            raise
        self._token = get_connections().set(self.client.connection_name, self.client)
        return self.client

    async def __aexit__(
        self, kind: Kind, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, kept = self.client._connection, False
        try:
            kept = await self._ended(error)
        finally:
            (self._pool.put if kept else self._pool.drop)(connection)
            get_connections().reset(self._token)

    async def _ended(self, error: BaseException | None) -> bool:
        """Whether the other side agrees that it is over; else closing the connection ends it."""
        if error and (_is_out_of_step(error) or self.client._connection.is_closed()):
            return False
        if not self.client._finalized:
            await (self.client.commit if error is None else self.client.rollback)()
        return True


class Client(Speaking):
    """The connections of the process."""

    connection_class = Connection
    _pool: Connections | None

    @property
    def connections(self) -> Connections | None:
        """All of them; None before the first statement."""
        return self._pool

    async def open(self) -> Connections:
        """Open the first connection, once."""
        async with self._pool_init_lock:
            if self._pool is None:
                await self.create_connection(with_db=True)
        return cast(Connections, self._pool)

    async def create_pool(self, **credentials: Any) -> Connections:
        """Instead of asyncpg's own."""
        least, room = credentials.pop("min_size"), credentials.pop("max_size")
        opened = Connections(partial(_connect, **credentials), least, room)
        await opened.start()
        return opened

    def acquire_connection(self) -> Any:
        """Borrow one for a statement."""
        return Loan(self)

    def _in_transaction(self) -> TransactionContext:
        return TransactionScope(self)


async def _connect(**credentials: Any) -> Any:
    try:
        return await asyncpg.connect(**credentials)
    except Exception as error:
        raise NotConnected from error


def _is_out_of_step(error: BaseException) -> bool:
    """A transaction that failed as such, a statement that was cancelled, or had no answer."""
    failed = (TransactionManagementError, TimeoutError, OSError)
    confused = (asyncpg.InterfaceError, asyncpg.InternalClientError)
    return isinstance(error, (*failed, *confused)) or not isinstance(error, Exception)


client_class = Client
