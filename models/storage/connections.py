"""Connections to PostgreSQL that are kept: at most so many, each lent to one task at a time.

To lend one costs a loan of asyncpg's own pool several times what a small statement does: proxies,
futures, timers, tasks. Here it is the end of a list. One that died is never lent; one that may be
out of step, since its last task was cancelled or got no answer, is closed and not lent again.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from models import tasks

WAIT_WITHIN = 5.0
"""Seconds until a task that waits for a connection gives up."""
_SPARE_FOR = 300.0
_CLOSE_WITHIN = 5.0
_LEFT = "The database is being left."

# asyncpg has no types.
Connection = Any
Connect = Callable[[], Awaitable[Connection]]


class Connections:
    """The connections of one process; one event loop's."""

    def __init__(self, connect: Connect, least: int, room: int) -> None:
        self._connect = connect
        self._least = least
        self.room = room
        """The most there may be."""
        self._open: set[Connection] = set()
        self._idle: list[Connection] = []
        # Open, being opened or being closed.
        self._taken = 0
        # Each gets a connection, or None: a place to open one.
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._leaving: set[asyncio.Task[None]] = set()
        self._unused = 0
        self._keeper: asyncio.Task[None] | None = None
        self._closing = False
        self._all_gone = asyncio.Event()

    @property
    def idle(self) -> int:
        """How many are open and lent to nobody."""
        return len(self._idle)

    @property
    def used(self) -> int:
        """How many are lent, or on their way in or out."""
        return self._taken - len(self._idle)

    @property
    def waiting(self) -> int:
        """How many tasks wait for one."""
        return sum(not one.done() for one in self._waiting)

    async def start(self) -> None:
        """Open the first, so that it shows at once where that is not possible."""
        try:
            opened = [await self.take() for _ in range(max(self._least, 1))]
        except BaseException:
            # Whoever tries again begins with others.
            self.terminate()
            raise
        for one in opened:
            self.put(one)
        self._keeper = asyncio.create_task(self._keep())

    async def take(self) -> Connection:
        """Borrow one. Raises TimeoutError where none gets free, and what connecting raises."""
        while self._idle:
            found = self._idle.pop()
            if not found.is_closed():
                self._unused = min(self._unused, len(self._idle))
                return found
            self._gone(found)
        if self._closing:
            raise ConnectionError(_LEFT)
        if self._taken < self.room:
            self._taken += 1
            return await self._opened()
        return await self._handed() or await self._opened()

    def put(self, connection: Connection) -> None:
        """Give one back that is ready for the next."""
        if connection.is_closed():
            self._gone(connection)
        elif self._closing or connection.is_in_transaction():
            self.drop(connection)
        elif not self._hand(connection):
            self._idle.append(connection)

    def drop(self, connection: Connection) -> None:
        """Give one back that nobody is to use again. Its place is free once it is closed."""
        if connection.is_closed():
            self._gone(connection)
            return
        leaving = asyncio.get_running_loop().create_task(self._close(connection))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """Wait until all are back, and close them. To be called once nobody borrows any more."""
        self._closing = True
        await tasks.end(self._keeper)
        for place in self._waiting:
            if not place.done():
                place.set_exception(ConnectionError(_LEFT))
        await self.expire_connections()
        if self._taken:
            await self._all_gone.wait()

    def terminate(self) -> None:
        """Cut all off, whoever uses them."""
        for one in [*self._open]:
            one.terminate()

    async def expire_connections(self) -> None:
        """Close those that nobody uses now: what they know of types is out of date."""
        idle, self._idle = self._idle, []
        for one in idle:
            self.drop(one)

    async def _opened(self) -> Connection:
        try:
            opened = await self._connect()
        except BaseException:
            self._free()
            raise
        self._open.add(opened)
        return opened

    async def _handed(self) -> Connection | None:
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Connection | None] = loop.create_future()
        self._waiting.append(place)
        patience = loop.call_later(WAIT_WITHIN, _give_up, place)
        try:
            return await place
        except asyncio.CancelledError:
            # It may have been handed over in the same moment.
            if place.done() and not place.cancelled() and not place.exception():
                self._returned(place.result())
            raise
        finally:
            patience.cancel()

    def _hand(self, connection: Connection | None) -> bool:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(connection)
                return True
        return False

    def _returned(self, handed: Connection | None) -> None:
        if handed is None:
            self._free()
        else:
            self.put(handed)

    def _gone(self, connection: Connection) -> None:
        # asyncpg tidies up when it is told to, not when the other side has hung up.
        connection.terminate()
        if connection in self._open:
            self._open.remove(connection)
            self._free()

    def _free(self) -> None:
        if self._hand(None):
            return
        self._taken -= 1
        if self._closing and not self._taken:
            self._all_gone.set()

    async def _close(self, connection: Connection) -> None:
        try:
            with suppress(Exception):  # It is cut off then.
                await connection.close(timeout=_CLOSE_WITHIN)
        finally:
            self._gone(connection)

    async def _keep(self) -> None:
        """Close those that were not used for a while: the first in the list are used last."""
        while True:
            self._unused = len(self._idle)
            await asyncio.sleep(_SPARE_FOR)
            spare = min(self._unused, self._taken - self._least)
            for one in self._idle[: max(spare, 0)]:
                self._idle.remove(one)
                self.drop(one)


def _give_up(place: asyncio.Future[Connection | None]) -> None:
    if not place.done():
        place.set_exception(TimeoutError("No connection to the database got free."))
