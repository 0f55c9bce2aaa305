"""The hook by which our server publishes events that no table holds.

They take the place of what the tailer reads; from there on everything is as it always is. The
variable SPAREKEY_CONTROL names the Unix socket of `publishing`.
"""

import asyncio
import copy
from collections import deque
from datetime import UTC, datetime
from os import environ

from models.reset.ticket import RecoveryTicket
from models.stream import doorbell, feed
from models.stream.feed import Cursor, EventKind, QueueEvent
from models.stream.tailer import Tailer
from tests.benchmarks.load import publishing

# More than is under way at any time. Few, or their growing number would pass for the server's own.
_KEPT = 256


class Stream:
    """Stands where the table of events stood."""

    def __init__(self, model: RecoveryTicket, start: Cursor) -> None:
        self._model = model
        self._start = start
        self._last = start.number
        self._events: deque[QueueEvent] = deque(maxlen=_KEPT)
        self.control: asyncio.Server | None = None  # which is closed when nobody has it

    async def head(self) -> Cursor:
        """As `feed.head`."""
        return Cursor(self._start.epoch, self._last)

    async def read_after(self, number: int, limit: int) -> list[QueueEvent]:
        """As `feed.read_after`."""
        if number >= self._last:
            return []
        return [event for event in self._events if event.number > number][:limit]

    def publish(self, number: int, mark: str) -> None:
        """One more: somebody claimed the ticket, whose reference is the mark."""
        self._last += 1
        ticket = copy.copy(self._model)
        ticket.reference = mark
        event = QueueEvent(
            number=self._last,
            kind=EventKind.CLAIMED,
            at=datetime.now(UTC),
            ticket=ticket,
            agent_id=ticket.claimed_by_id,
        )
        event.epoch = self._start.epoch
        self._events.append(event)
        doorbell.ring()


def install() -> None:
    """In the server's process, before it serves."""
    enter = Tailer.__aenter__

    async def entered(self: Tailer) -> Tailer:
        model = await RecoveryTicket.all().first()
        assert model is not None
        stream = Stream(model, await feed.head())
        feed.head, feed.read_after = stream.head, stream.read_after
        stream.control = await publishing.listen(environ["SPAREKEY_CONTROL"], stream.publish)
        return await enter(self)

    Tailer.__aenter__ = entered  # type: ignore[method-assign, assignment]
