"""The dashboard: the queue's counters, and its days."""

from collections.abc import AsyncGenerator
from datetime import date, datetime
from typing import Annotated

import strawberry

from models.dashboard import days as queue_days
from models.dashboard import figures
from schema import pages
from schema.context import Info
from schema.streams import told

DAYS = 366


@strawberry.type
class QueueStatus:
    """The counters of the dashboard."""

    waiting: int
    claimed: int
    overdue: int
    median_seconds_to_decision: float | None = strawberry.field(
        description="Submission to decision, of tickets decided in the last 30 days, in seconds."
    )
    oldest_submitted_at: datetime | None = strawberry.field(description="Of the open tickets.")

    @classmethod
    def of(cls, status: figures.QueueStatus) -> "QueueStatus":
        """As the API shows it."""
        return cls(
            waiting=status.waiting,
            claimed=status.claimed,
            overdue=status.overdue,
            median_seconds_to_decision=status.median_seconds_to_decision,
            oldest_submitted_at=status.oldest_submitted_at,
        )


@strawberry.type
class QueueDay:
    """What one day brought, in the time zone of the working calendar."""

    day: date
    submitted: int
    approved: int
    rejected: int
    cancelled: int
    median_seconds_to_decision: float | None = strawberry.field(
        description="Submission to decision, of tickets decided on this day, in seconds."
    )

    @classmethod
    def of(cls, row: queue_days.QueueDay) -> "QueueDay":
        """As the API shows it."""
        return cls(
            day=row.day,
            submitted=row.submitted,
            approved=row.approved,
            rejected=row.rejected,
            cancelled=row.cancelled,
            median_seconds_to_decision=row.median_seconds_to_decision,
        )


async def queue_status() -> QueueStatus:
    """SUPPORT: the counters of the dashboard."""
    return QueueStatus.of(await figures.status())


async def queue_history(
    info: Info,
    days: Annotated[int, strawberry.argument(description="Today and before: 1 to 366.")] = 30,
) -> list[QueueDay]:
    """SUPPORT: what came in and what was decided, day by day, oldest first."""
    pages.within("days", days, DAYS)
    return [QueueDay.of(row) for row in await queue_days.history(info.context.policy, days)]


def watch_queue_status(info: Info) -> AsyncGenerator[QueueStatus, None]:
    """SUPPORT: the counters, first as they stand, then at each change."""
    return told(info.context.tailer.statuses(), QueueStatus.of)
