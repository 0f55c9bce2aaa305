"""The counters of the dashboard: kept with each change, so that nobody counts the queue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.reset.ticket import OPEN, RecoveryTicket, TicketState, in_states
from models.storage import database
from models.stream.feed import QueueCounter

MEDIAN_OF = timedelta(days=30)
LOOK_AGAIN = timedelta(minutes=10)
LATELY = timedelta(days=1)
"""What fell due since is counted when somebody asks."""
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
        overdue=await _overdue(counter, now),
        median_seconds_to_decision=await _median(now) if kept is None else kept,
        oldest_submitted_at=oldest.submitted_at if oldest else None,
    )


async def standing(states: Collection[TicketState]) -> int:
    """How many tickets stand in one of these states, which are of those that are open."""
    counter = await QueueCounter.get()
    kept = {TicketState.WAITING: counter.waiting, TicketState.CLAIMED: counter.claimed}
    return sum(kept[state] for state in set(states))


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


async def keep_overdue() -> bool:
    """Count what fell due up to a day ago into what is kept, where nobody did for ten minutes.

    True if it was done now. From then on whoever closes such a ticket takes it out: `feed.append`.
    """
    before = clock.now() - LATELY
    long_ago = Q(overdue_before=None) | Q(overdue_before__lte=before - LOOK_AGAIN)
    if not await QueueCounter.filter(long_ago).exists():
        return False
    async with database.transaction():
        # Whoever closes a ticket meanwhile waits for the counter, and finds it counted.
        counter = await QueueCounter.select_for_update().filter(long_ago).first()
        if counter is None:
            return False
        late = counter.overdue + await _fell_due(counter.overdue_before, before)
        await QueueCounter.all().update(overdue=late, overdue_before=before)
    return True


async def _overdue(counter: QueueCounter, now: datetime) -> int:
    kept: int = counter.overdue
    if counter.overdue_before is None or counter.overdue_before > now:
        return await _fell_due(None, now)
    return kept + await _fell_due(counter.overdue_before, now)


async def _fell_due(since: datetime | None, until: datetime) -> int:
    late = RecoveryTicket.filter(in_states(OPEN), due_at__lt=until)
    if since is not None:
        late = late.filter(due_at__gte=since)
    return await late.count()


def _decided(now: datetime) -> QuerySet[RecoveryTicket]:
    return RecoveryTicket.filter(decided_at__gte=now - MEDIAN_OF)


async def _median(now: datetime) -> float | None:
    count = await _decided(now).count()
    if not count:
        return None
    middle = _decided(now).order_by("seconds_to_decision").offset((count - 1) // 2)
    found = await middle.limit(2 - count % 2)
    return median([ticket.seconds_to_decision or 0.0 for ticket in found]) if found else None
