"""What groups tell of: the queue's events, or its counters."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from time import perf_counter
from typing import TYPE_CHECKING, Any

from models.dashboard.figures import QueueStatus
from models.stream.feed import Cursor, QueueEvent
from server.live.alike import Asked
from server.live.group import Group
from server.live.member import Member
from server.live.outgoing import Finished
from server.live.recent import Recent

if TYPE_CHECKING:
    from server.live.broadcast import Broadcast

# To write to so many takes longer than to execute what comes next; then it goes out in one piece.
MANY = 100
TOGETHER = 8


class Events(Group):
    """Those who follow the queue's events."""

    def __init__(
        self, broadcast: "Broadcast", asked: Asked, variables: Mapping[str, Any] | None
    ) -> None:
        super().__init__(broadcast, asked, variables)
        self.position = broadcast.tailer.position
        """The number of the last event that was told."""
        self._recent = Recent()

    def attach(self, member: Member, seen: int) -> bool:
        """Whether this member, who has seen as much as the group, is told the rest from now on."""
        return self._add(member, seen)

    async def follow(self, after: Cursor | None) -> AsyncGenerator[QueueEvent, None]:
        """Every event from the group's position on."""
        async with aclosing(self._broadcast.tailer.onward(self.position)) as events:
            async for event in events:
                self._coming = event.number
                yield event

    def _may_wait(self, happened: int) -> bool:
        is_known = self._broadcast.tailer.position > happened
        return is_known and len(self._ready) >= MANY and len(self._untold) < TOGETHER

    async def _tell(self, untold: Sequence[tuple[Any, str]]) -> None:
        began = perf_counter()
        await super()._tell(untold)
        if len(self._ready) >= MANY:
            self._broadcast.tailer.rest(perf_counter() - began)

    def _take(self, happened: int, message: str) -> None:
        self.position = happened
        self._recent.keep(happened, message)

    def _lacks(self, member: Member) -> bool:
        return bool(member.seen < self.position)

    def _owed(self, member: Member) -> tuple[object, str] | None:
        return self._recent.next(member.seen) if self._lacks(member) else None


class Statuses(Group):
    """Those who watch the counters; who is slow gets the latest only."""

    def __init__(
        self, broadcast: "Broadcast", asked: Asked, variables: Mapping[str, Any] | None
    ) -> None:
        super().__init__(broadcast, asked, variables)
        self.looks = 0
        self._told: QueueStatus | None = None
        self._rest = ""

    def attach(self, member: Member, shown: QueueStatus, looks: int) -> bool:
        """Whether this member, who was shown this after so many looks, is told of changes."""
        added = self._add(member, shown)
        if added and self.looks != looks and self._lacks(member):
            self._offer(member, self._told, Finished([self._rest]))
        return added

    async def statuses(self) -> AsyncGenerator[QueueStatus, None]:
        """The counters at each change."""
        latest = None
        async with aclosing(self._broadcast.tailer.looks()) as looks:
            async for status in looks:
                if status != latest:
                    latest = self._coming = status
                    yield status
                else:
                    # Somebody may have been shown something else in between.
                    await self._tell([(status, self._message)])

    def _take(self, happened: QueueStatus, message: str) -> None:
        self._told, self._rest = happened, message
        self.looks += 1

    def _lacks(self, member: Member) -> bool:
        return bool(member.seen != self._told)

    def _owed(self, member: Member) -> tuple[object, str] | None:
        return (self._told, self._rest) if self._lacks(member) else None
