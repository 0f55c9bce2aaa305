"""The counters of the dashboard: kept with each change, so that nobody counts the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.feed import QueueCounter
from models.ticket import OPEN, RecoveryTicket, in_states

MEDIAN_OF = timedelta(days=30)
LOOK_AGAIN = timedelta(minutes=10)
FEW = 1_000
"""So many decisions are looked at whenever somebody asks."""


@dataclass(frozen=True)
class QueueStatus:
    """The counters of the dashboard."""

    waiting: int
    claimed: int
    overdue: int
    median_seconds_to_decision: float | None
    oldest_submitted_at: datetime | None


async def status() -> QueueStatus:
    """The counters of the dashboard, as they stand.

    The median is of the decisions of 30 days: exact and at once for a desk that made up to 1,000
    of them, up to ten minutes old for one that made more.
    """
    now = clock.now()
    counter = await QueueCounter.get()
    open_ = RecoveryTicket.filter(in_states(OPEN))
    oldest = await open_.order_by("submitted_at", "id").first()
    kept = counter.median_seconds
    return QueueStatus(
        waiting=counter.waiting,
        claimed=counter.claimed,
        overdue=await open_.filter(due_at__lt=now).count(),
        median_seconds_to_decision=await _median(now) if kept is None else kept,
        oldest_submitted_at=oldest.submitted_at if oldest else None,
    )


async def keep_median() -> bool:
    """Look at the decisions of 30 days where nobody did for ten minutes; True if it was done now.

    Any number of processes may ask; one of them looks. What is few is not kept: see `status`.
    """
    now = clock.now()
    long_ago = Q(median_looked_at=None) | Q(median_looked_at__lte=now - LOOK_AGAIN)
    if not await QueueCounter.filter(long_ago).update(median_looked_at=now):
        return False
    many = await _decided(now).offset(FEW).limit(1).values_list("id")
    await QueueCounter.all().update(median_seconds=await _median(now) if many else None)
    return True


def _decided(now: datetime) -> QuerySet[RecoveryTicket]:
    return RecoveryTicket.filter(decided_at__gte=now - MEDIAN_OF)


async def _median(now: datetime) -> float | None:
    count = await _decided(now).count()
    if not count:
        return None
    middle = _decided(now).order_by("seconds_to_decision").offset((count - 1) // 2)
    found = await middle.limit(2 - count % 2)
    return median([ticket.seconds_to_decision or 0.0 for ticket in found]) if found else None
