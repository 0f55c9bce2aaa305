"""Equal subscriptions are executed once per event, and all are told the same bytes.

A group executes as nobody in particular: with the visibility that its members share, and no more.
Its members have caught up with it. One who reads slowly waits apart, and goes on from what is kept
for all, or by itself from the table.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

import structlog
from strawberry.types import ExecutionResult

from models.accounts.account import Account, Role
from models.dashboard.figures import QueueStatus
from models.origin import Origin
from models.reset.ticket import RecoveryTicket
from models.signing_in.session import Session
from models.stream.feed import Cursor, QueueEvent
from schema.context import Context
from server import logs
from server.http import answers
from server.live.alike import Asked
from server.live.member import Begun, Member
from server.live.recent import Behind

if TYPE_CHECKING:
    from server.live.broadcast import Broadcast

# Then others get to run.
_AT_ONCE = 200
log = structlog.get_logger("server.group")


class Group:
    """Members, and the execution whose results they are told.

    The execution follows the group in the tailer's place, and so asks for the next event when the
    last has been handed out.
    """

    def __init__(
        self, broadcast: "Broadcast", asked: Asked, variables: Mapping[str, Any] | None
    ) -> None:
        self.asked = asked
        self.variables = dict(variables or {})
        self._broadcast = broadcast
        self._joining = 0
        self._ready: dict[Member, None] = {}
        self._slow: set[Member] = set()
        self._over = False
        self._coming: Any = None
        """What is being executed: an event's number, or the counters."""
        self._message = ""
        self._last_words: str | None = None
        self._task = broadcast.begin(self)

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

    async def run(self) -> None:
        """Tell each result, for as long as there are members."""
        context = _nobody(self._broadcast, self.asked, self)
        structlog.contextvars.bind_contextvars(request_id=context.request_id)
        try:
            await self._execute(context)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
        self._end()

    async def _execute(self, context: Context) -> None:
        stream = await self._broadcast.schema.stream(
            self.asked.query,
            variable_values=self.variables,
            context_value=context,
            operation_name=self.asked.operation_name,
        )
        async with aclosing(stream):
            async for result in stream:
                told = answers.told(cast(ExecutionResult, result))
                self._message = self._broadcast.encode(told) + "}"
                if self._coming is None:
                    # Nothing has happened: the source broke.
                    self._last_words = self._message
                else:
                    happened, self._coming = self._coming, None
                    await self._tell(happened, self._message)

    def follow(self, after: Cursor | None) -> AsyncGenerator[QueueEvent, None]:
        """As the tailer's. What is asked is no news where a group tells of something else."""
        raise NotImplementedError

    def statuses(self) -> AsyncGenerator[QueueStatus, None]:
        """As the tailer's."""
        raise NotImplementedError

    def ticket_changes(self, ticket_id: UUID) -> AsyncGenerator[RecoveryTicket, None]:
        """As the tailer's."""
        raise NotImplementedError

    def _take(self, happened: Any, message: str) -> None:
        """This is what is told from now on."""
        raise NotImplementedError

    async def _tell(self, happened: Any, message: str) -> None:
        self._take(happened, message)
        for count, member in enumerate(list(self._ready), 1):
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if member in self._ready and self._lacks(member):
                self._offer(member, happened, message)

    def _owed(self, member: Member) -> tuple[object, str] | None:
        """What this member is to be told next. Raises Behind."""
        raise NotImplementedError

    def _add(self, member: Member, seen: object) -> bool:
        if self._over:
            return False
        if not member.completed:
            member.join(self, seen)
            self._ready[member] = None
        return True

    def _lacks(self, member: Member) -> bool:
        raise NotImplementedError

    def _offer(self, member: Member, seen: object, rest: str) -> None:
        member.seen = seen
        try:
            begun = member.tell(rest)
        except Exception as error:
            self._lose(member, error)
            return
        if begun is not None:
            del self._ready[member]
            self._slow.add(member)
            member.task = asyncio.create_task(self._wait(member, begun))

    async def _wait(self, member: Member, begun: Begun) -> None:
        """Until a slow member has read what it is owed."""
        try:
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

    def _close_if_empty(self) -> None:
        if not (self._over or self._joining or self._ready or self._slow):
            self._over = True
            self._broadcast.forget(self)
            self._task.cancel()

    def _end(self) -> None:
        """The source has ended, which it does only where it breaks."""
        self._over = True
        self._broadcast.forget(self)
        for member in self._ready:
            self._finish(member)
        self._ready.clear()

    def _finish(self, member: Member) -> None:
        member.task = asyncio.create_task(member.finish(self._last_words))


def _nobody(broadcast: "Broadcast", asked: Asked, watched: Group) -> Context:
    """A context with a visibility and a language, and nobody's session."""
    return Context(
        policy=broadcast.policy,
        origin=Origin(ip=None, user_agent=None, locale=asked.locale),
        session=_session(asked.role),
        cookies=None,
        tailer=watched,
        request_id=uuid.uuid4().hex,
    )


def _session(role: Role | None) -> Session | None:
    return None if role is None else Session.construct(account=Account.construct(role=role))
