"""The dashboard's counters, kept fresh once for the whole process while somebody watches."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from types import TracebackType
from typing import Self

from models import tasks
from models.dashboard import figures
from models.dashboard.figures import QueueStatus

# What changes by time alone (overdue) is to be seen within 5 seconds.
_LOOK_SECONDS = 3.0

_log = logging.getLogger("sparekey.status")


class StatusWatch:
    """One per process, as a context manager."""

    def __init__(self) -> None:
        self._look = asyncio.Event()
        self._watchers: set[asyncio.Event] = set()
        self._current: QueueStatus | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await tasks.end(self._task)

    def look(self) -> None:
        """Something has happened in the queue."""
        self._look.set()

    async def follow(self) -> AsyncGenerator[QueueStatus, None]:
        """The counters as they stand, then at each change; who is slow gets the latest only."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            shown = await figures.status()
            yield shown
            while True:
                await changed.wait()
                changed.clear()
                if self._current is not None and self._current != shown:
                    shown = self._current
                    yield shown
        finally:
            self._watchers.discard(changed)

    async def looks(self) -> AsyncGenerator[QueueStatus, None]:
        """The counters at each look from now on, changed or not."""
        looked = asyncio.Event()
        self._watchers.add(looked)
        try:
            while True:
                await looked.wait()
                looked.clear()
                if self._current is not None:
                    yield self._current
        finally:
            self._watchers.discard(looked)

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._look.wait()
            self._look.clear()
            if self._watchers:
                await self._refresh()

    async def _refresh(self) -> None:
        try:
            self._current = await figures.status()
        except Exception as error:
            _log.warning("queue status not readable: %s", type(error).__name__)
            return
        for changed in self._watchers:
            changed.set()
