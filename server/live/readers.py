"""Those who are told the same, and have heard all of it so far.

One who reads slowly waits apart, and goes on from what is kept for all, or by itself from the
table. Nobody else waits for it, and nothing is kept for it alone.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import structlog

from server import logs
from server.live.alike import Asked
from server.live.member import Begun, Member
from server.live.outgoing import Finished
from server.live.recent import Behind

# Then others get to run.
_AT_ONCE = 200
log = structlog.get_logger("server.group")


class Readers:
    """Members of a group, ready or slow."""

    def __init__(self, asked: Asked, variables: Mapping[str, Any] | None) -> None:
        self.asked = asked
        self.variables = dict(variables or {})
        self._joining = 0
        self._ready: dict[Member, None] = {}
        self._slow: set[Member] = set()
        self._over = False
        self._last_words: str | None = None

    @contextmanager
    def entered(self) -> Iterator[Self]:
        """While somebody is about to join, the group stays."""
        self._joining += 1
        try:
            yield self
        finally:
            self._joining -= 1
            self._close_if_empty()

    def remove(self, member: Member) -> None:
        """A member has left; the last one closes the source."""
        self._ready.pop(member, None)
        self._slow.discard(member)
        self._close_if_empty()

    def _take(self, happened: Any, message: str) -> None:
        """This is what is told from now on."""
        raise NotImplementedError

    def _owed(self, member: Member) -> tuple[object, str] | None:
        """What this member is to be told next. Raises Behind."""
        raise NotImplementedError

    def _lacks(self, member: Member) -> bool:
        """Whether there is something that this member has not been told."""
        raise NotImplementedError

    def _close_if_empty(self) -> None:
        """Where nobody is here, and nobody is about to join, there is nothing more to do."""
        raise NotImplementedError

    async def _tell(self, untold: Sequence[tuple[Any, str]]) -> None:
        for happened, message in untold:
            self._take(happened, message)
        (first, _), (last, _) = untold[0], untold[-1]
        messages = Finished([message for _, message in untold])
        for count, member in enumerate(list(self._ready), 1):
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if member in self._ready and self._lacks(member):
                is_level = len(untold) == 1 or member.seen < first
                self._offer(member, last, messages if is_level else None)

    def _add(self, member: Member, seen: object) -> bool:
        if self._over:
            return False
        if not member.completed:
            member.join(self, seen)
            self._ready[member] = None
        return True

    def _offer(self, member: Member, last: object, messages: Finished | None) -> None:
        """All at once where that is possible, and else one by one, at the reader's pace."""
        try:
            if messages and member.takes(messages):
                member.seen = last
                return
            begun = self._begun(member)
        except Exception as error:
            self._lose(member, error)
            return
        if begun or self._lacks(member):
            del self._ready[member]
            self._slow.add(member)
            member.task = asyncio.create_task(self._wait(member, begun))

    def _begun(self, member: Member) -> Begun | None:
        try:
            if owed := self._owed(member):
                member.seen, rest = owed
                return member.tell(rest)
        except Behind:
            pass  # which `_wait` finds out for itself
        return None

    async def _wait(self, member: Member, begun: Begun | None) -> None:
        """Until a slow member has read what it is owed."""
        try:
            if begun:
                await begun
            while not self._over and (owed := self._owed(member)):
                member.seen, rest = owed
                await member.told(rest)
        except Behind:
            await self._send_ahead(member)
        except Exception as error:
            self._lose(member, error)
        else:
            self._take_back(member)

    def _take_back(self, member: Member) -> None:
        member.task = None
        self._slow.discard(member)
        if self._over:
            self._finish(member)
        else:
            self._ready[member] = None

    async def _send_ahead(self, member: Member) -> None:
        with self.entered():
            self.remove(member)
            await member.go_alone(self.asked.query, self.variables)

    def _lose(self, member: Member, error: Exception) -> None:
        if not isinstance(error, OSError | RuntimeError):  # as `send` says that nobody is there
            log.error("crashed", **logs.crash(error))
        member.task = None
        member.leave()

    def _finish_all(self) -> None:
        for member in self._ready:
            self._finish(member)
        self._ready.clear()

    def _finish(self, member: Member) -> None:
        member.task = asyncio.create_task(member.finish(self._last_words))
