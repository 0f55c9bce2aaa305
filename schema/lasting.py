"""An executor for subscriptions that last.

graphql-core 3.3 remembers which fields were collected for each event, under the identity of lists
that it makes anew for each, and shares this among all events of a subscription: about 12 kB an
event of the contract's documents, for as long as somebody watches.
"""

from typing import Any

from graphql import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class Lasting(StrawberryGraphQLCoreExecutionContext):
    """Forgets with each event what was remembered for it."""

    def build_per_event_executor(self, payload: Any) -> Executor[Any]:
        """The executor of one event."""
        executor = super().build_per_event_executor(payload)
        executor._relevant_sub_fields = {}
        return executor
