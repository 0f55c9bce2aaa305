"""Reads the event stream once for the whole process and hands each event to all who follow it.

Who joins attaches to the live buffer first, then replays from the table and drops what it has
seen; who falls behind the bounded buffer goes on from the table. So nothing is lost or doubled.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from models import clock, tasks
from models.dashboard.figures import QueueStatus
from models.dashboard.status_watch import StatusWatch
from models.reset import ticket as tickets
from models.reset.ticket import RecoveryTicket
from models.stream import feed
from models.stream.doorbell import Doorbell
from models.stream.feed import Cursor, QueueEvent
from models.tally import Durations

PAGE = 200
_BUFFER = 500
_LONGEST_REST = 0.2
"""Seconds: nobody sees that."""
_ENOUGH = 4
"""So many events are worth telling at once, however short the rest was."""

_log = logging.getLogger("sparekey.tailer")


class Following(Protocol):
    """What can be watched of the queue."""

    def follow(self, after: Cursor | None) -> AsyncGenerator[QueueEvent, None]:
        """Every event after a position, or from now on: in order, each once."""

    def statuses(self) -> AsyncGenerator[QueueStatus, None]:
        """The queue's counters, first as they stand, then at each change."""

    def ticket_changes(self, ticket_id: UUID) -> AsyncGenerator[RecoveryTicket, None]:
        """A ticket, first as it stands, then whenever its state changes, until it is closed."""


class Tailer:
    """One per process, as a context manager while the database is connected."""

    def __init__(self) -> None:
        self.lag = Durations()
        """From a change until it is handed out."""
        self._doorbell = Doorbell()
        self._followers: set[_Follower] = set()
        self._statuses = StatusWatch()
        self._last = 0
        self._rests_until = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._doorbell.__aenter__()
        self._last = (await feed.head()).number
        self._task = asyncio.create_task(self._tail())
        await self._statuses.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._statuses.__aexit__(kind, error, trace)
        await tasks.end(self._task)
        await self._doorbell.__aexit__(kind, error, trace)

    async def follow(self, after: Cursor | None) -> AsyncGenerator[QueueEvent, None]:
        """Every event after a position, or from now on: in order, each once.

        Raises CursorExpired where the stream cannot be resumed there.
        """
        if after is not None:
            await feed.check(after)
        seen = (after or await feed.head()).number
        async with aclosing(self.onward(seen)) as events:
            async for event in events:
                yield event

    @property
    def position(self) -> int:
        """The number of the last event that was handed out."""
        return self._last

    async def onward(self, seen: int) -> AsyncGenerator[QueueEvent, None]:
        """Every event after the one of this number: in order, each once."""
        while True:
            follower = _Follower()
            self._followers.add(follower)
            try:
                async with aclosing(self._replay_then_live(seen, follower)) as events:
                    async for event in events:
                        seen = event.number
                        yield event
            finally:
                self._followers.discard(follower)

    def rest(self, telling: float) -> None:
        """It took so many seconds to tell many what was handed out last.

        What happens within three times as long is then told in one go: the longer telling takes,
        for there are many or the machine is busy, the less often it is done.
        """
        rest = min(3 * telling, _LONGEST_REST)
        self._rests_until = asyncio.get_running_loop().time() + rest

    def looks(self) -> AsyncGenerator[QueueStatus, None]:
        """The queue's counters each time that they are looked at, changed or not."""
        return self._statuses.looks()

    def statuses(self) -> AsyncGenerator[QueueStatus, None]:
        """The queue's counters, first as they stand, then at each change."""
        return self._statuses.follow()

    async def ticket_changes(self, ticket_id: UUID) -> AsyncGenerator[RecoveryTicket, None]:
        """A ticket, first as it stands, then whenever its state changes, until it is closed."""
        start = await feed.head()
        ticket = await tickets.find(ticket_id)
        if ticket is None:
            return
        yield ticket
        state = ticket.state
        if not ticket.is_open:
            return
        async with aclosing(self.follow(start)) as events:
            async for event in events:
                if event.ticket_id == ticket_id and event.ticket.state != state:
                    yield event.ticket
                    state = event.ticket.state
                    if not event.ticket.is_open:
                        return

    async def _replay_then_live(
        self, seen: int, follower: "_Follower"
    ) -> AsyncGenerator[QueueEvent, None]:
        # What was not handed out before the follower was there is offered to it.
        while seen < self._last and (events := await feed.read_after(seen, PAGE)):
            for event in events:
                yield event
            seen = events[-1].number
        async with aclosing(follower.events()) as live:
            async for event in live:
                if event.number > seen:
                    yield event

    async def _tail(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self._hand_out()
            except Exception as error:
                # The database may be away for a while; the stream is read on when it is back.
                _log.warning("event stream not readable: %s", type(error).__name__)
            rung = await self._doorbell.wait()
            while rung < _ENOUGH and (rest := self._rests_until - loop.time()) > 0:
                rung += await self._doorbell.wait(rest)

    async def _hand_out(self) -> None:
        while events := await feed.read_after(self._last, PAGE):
            now = clock.now()
            for event in events:
                for follower in self._followers:
                    follower.offer(event)
                self.lag.add(max((now - event.at).total_seconds(), 0.0))
            self._last = events[-1].number
            self._statuses.look()


class _Follower:
    """A bounded buffer; once it has overflown, the rest is to be read from the table."""

    def __init__(self) -> None:
        self._buffer: asyncio.Queue[QueueEvent] = asyncio.Queue(_BUFFER)
        self._overflown = False

    def offer(self, event: QueueEvent) -> None:
        if not self._overflown:
            try:
                self._buffer.put_nowait(event)
            except asyncio.QueueFull:
                self._overflown = True

    async def events(self) -> AsyncGenerator[QueueEvent, None]:
        while not (self._overflown and self._buffer.empty()):
            yield await self._buffer.get()
