"""Says "look": something was added to the queue's event stream. It carries nothing, so that one
that is lost costs a poll and no more.

On PostgreSQL it is a NOTIFY inside the transaction, heard by all processes once it commits; in the
process itself, and on SQLite, `ring` after the commit. A poll backs both up.
"""

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import Self
from weakref import WeakSet

import asyncpg

from models import tasks
from models.storage import database

_CHANNEL = "sparekey_queue"
_POLL_SECONDS = 2.0
_RECONNECT_SECONDS = 1.0
# A connection may be dead without anybody saying so: who only listens would never know.
_ASK_SECONDS = 10.0
_ANSWER_SECONDS = 5.0

_log = logging.getLogger("sparekey.doorbell")
_doorbells: "WeakSet[Doorbell]" = WeakSet()


async def announce() -> None:
    """Tell the other processes, when the running transaction commits."""
    if database.dialect() == "postgres":
        await database.connection().execute_query(f"SELECT pg_notify('{_CHANNEL}', '')")


def ring() -> None:
    """Tell this process; to be called after the commit."""
    for doorbell in _doorbells:
        doorbell.heard()


class Doorbell:
    """Waits for the next ring. Use it as a context manager while the database is connected."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._rung = 0
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        _doorbells.add(self)
        if database.dialect() == "postgres":
            self._listener = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _doorbells.discard(self)
        await tasks.end(self._listener)

    def heard(self) -> None:
        """Wake whoever waits."""
        self._rung += 1
        self._event.set()

    async def wait(self, within: float | None = None) -> int:
        """Return at the next ring, or after so many seconds, else two; says how often it rang."""
        # Not wait_for: before Python 3.12 it loses a cancellation that comes with a ring.
        with suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS if within is None else within):
                await self._event.wait()
        self._event.clear()
        rung, self._rung = self._rung, 0
        return rung

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_until_lost()
            except Exception as error:
                _log.warning("doorbell lost: %s", type(error).__name__)
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_until_lost(self) -> None:
        lost = asyncio.Event()
        bounds = {"timeout": _ANSWER_SECONDS, "command_timeout": _ANSWER_SECONDS}
        connection = await asyncpg.connect(**database.address() | bounds)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(_CHANNEL, lambda *_: self.heard())
            self.heard()
            while not await _is_set(lost, _ASK_SECONDS):
                # Changes nothing, where it is heard.
                await connection.execute(f"LISTEN {_CHANNEL}")
        finally:
            connection.terminate()


async def _is_set(event: asyncio.Event, within: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()
