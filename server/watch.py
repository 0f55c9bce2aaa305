"""What one process counts, tells of itself and traces, for whoever watches over it."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from models.policy import Policy
from models.stream.tailer import Tailer
from schema import Schema
from server.live.sockets import Sockets
from server.metrics.operations import Operations
from server.metrics.ours import Counts, Ours
from server.metrics.together import Workers
from server.settings import Settings
from server.tracing import choice

if TYPE_CHECKING:
    from server.tracing.traces import Traces


@dataclass(frozen=True)
class Watch:
    """All of it, for one process."""

    counts: Counts
    workers: Workers
    traces: "Traces | None"

    @classmethod
    def over(
        cls, settings: Settings, schema: Schema, policy: Policy, tailer: Tailer, sockets: Sockets
    ) -> Self:
        """A watch over these parts."""
        counts = Counts(Operations(schema.documents))
        ours = Ours(schema, counts, policy, tailer, sockets)
        return cls(counts, Workers(ours.registry), choice.traces(settings))

    def tracing(self) -> AbstractAsyncContextManager[None]:
        """Around all that is done; to be entered before the database is connected."""
        return nullcontext() if self.traces is None else self.traces.running()
