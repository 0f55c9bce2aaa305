"""How a subscription comes to its equals: by itself up to where they are, then with them.

Its own execution follows this in the tailer's place, so that who may watch, and what is wrong with
a document or a cursor, is told to each as it always is.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol
from uuid import UUID

from models.dashboard import figures
from models.dashboard.figures import QueueStatus
from models.reset.ticket import RecoveryTicket
from models.stream import feed
from models.stream.feed import Cursor, QueueEvent
from models.stream.tailer import PAGE, Tailer
from server.live.broadcast import G
from server.live.kinds import Events, Statuses
from server.live.member import Member


class Choice(Protocol):
    """Gives the group of a kind that a member belongs to."""

    def __call__(self, kind: type[G]) -> G:
        """The group."""


class Joining:
    """What one member watches until it has joined; then its own execution ends."""

    def __init__(self, tailer: Tailer, member: Member, group: Choice) -> None:
        self._tailer = tailer
        self._member = member
        self._group = group

    async def follow(self, after: Cursor | None) -> AsyncGenerator[QueueEvent, None]:
        """The events between the member's position and the group's.

        Raises CursorExpired where the stream cannot be resumed there.
        """
        seen = self._member.seen
        if not isinstance(seen, int):
            seen = await _start(after)
        with self._group(Events).entered() as group:
            while seen < group.position and (events := await feed.read_after(seen, PAGE)):
                for event in events:
                    yield event
                seen = events[-1].number
            if group.attach(self._member, seen):
                return
        async with aclosing(self._tailer.onward(seen)) as alone:
            async for event in alone:
                yield event

    async def statuses(self) -> AsyncGenerator[QueueStatus, None]:
        """The counters as they stand."""
        with self._group(Statuses).entered() as group:
            looks = group.looks
            shown = await figures.status()
            yield shown
            if group.attach(self._member, shown, looks):
                return
        async with aclosing(self._tailer.statuses()) as alone:
            async for status in alone:
                if status != shown:
                    yield status
                shown = status

    def ticket_changes(self, ticket_id: UUID) -> AsyncGenerator[RecoveryTicket, None]:
        """A ticket's changes; customers are told of theirs one by one."""
        return self._tailer.ticket_changes(ticket_id)


async def _start(after: Cursor | None) -> int:
    if after is not None:
        await feed.check(after)
    return (after or await feed.head()).number
