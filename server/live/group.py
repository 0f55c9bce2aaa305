"""Equal subscriptions are executed once per event, and all are told the same bytes.

A group executes as nobody in particular: with the visibility that its members share, and no more.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import structlog
from strawberry.types import ExecutionResult

from models.dashboard.figures import QueueStatus
from models.reset.ticket import RecoveryTicket
from models.stream.feed import Cursor, QueueEvent
from schema.context import Context
from server import logs
from server.http import answers
from server.live import nobody
from server.live.alike import Asked
from server.live.readers import Readers

if TYPE_CHECKING:
    from server.live.broadcast import Broadcast

log = structlog.get_logger("server.group")


class Group(Readers):
    """Members, and the execution whose results they are told.

    The execution follows the group in the tailer's place, and so asks for the next event when the
    last has been handed out.
    """

    def __init__(
        self, broadcast: "Broadcast", asked: Asked, variables: Mapping[str, Any] | None
    ) -> None:
        super().__init__(asked, variables)
        self._broadcast = broadcast
        self._coming: Any = None
        """What is being executed: an event's number, or the counters."""
        self._message = ""
        self._untold: list[tuple[Any, str]] = []
        self._task = broadcast.begin(self)

    async def run(self) -> None:
        """Tell each result, for as long as there are members."""
        context = nobody.context(self._broadcast, self.asked, self)
        structlog.contextvars.bind_contextvars(request_id=context.request_id)
        try:
            await self._execute(context)
        except Exception as error:
            log.error("crashed", **logs.crash(error))
        await self._tell_all()
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
                    self._untold.append((happened, self._message))
                    if not self._may_wait(happened):
                        await self._tell_all()

    def follow(self, after: Cursor | None) -> AsyncGenerator[QueueEvent, None]:
        """As the tailer's. What is asked is no news where a group tells of something else."""
        raise NotImplementedError

    def statuses(self) -> AsyncGenerator[QueueStatus, None]:
        """As the tailer's."""
        raise NotImplementedError

    def ticket_changes(self, ticket_id: UUID) -> AsyncGenerator[RecoveryTicket, None]:
        """As the tailer's."""
        raise NotImplementedError

    def _may_wait(self, happened: Any) -> bool:
        """Whether this is told together with what is known to come right after it."""
        return False

    async def _tell_all(self) -> None:
        untold, self._untold = self._untold, []
        if untold:
            await self._tell(untold)

    def _close_if_empty(self) -> None:
        if not (self._over or self._joining or self._ready or self._slow):
            self._over = True
            self._broadcast.forget(self)
            self._task.cancel()

    def _end(self) -> None:
        """The source has ended, which it does only where it breaks."""
        self._over = True
        self._broadcast.forget(self)
        self._finish_all()
