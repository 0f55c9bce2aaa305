"""The recovery queue as the desk reads it: pages, counters, days."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from tortoise.expressions import Q, RawSQL

from models import clock, database, feed, text
from models.errors import ArgumentMalformed
from models.feed import Cursor, EventKind, QueueEvent
from models.policy import Policy
from models.positions import Position
from models.recovery import OPEN, RecoveryTicket, TicketState
from models.session import Session

MEDIAN_OF = timedelta(days=30)
_LONGEST_SEARCH = 254
_EVENT_NUMBER = RawSQL("(SELECT number FROM queue_counter)")
_EPOCH = RawSQL("(SELECT epoch FROM queue_counter)")


@dataclass(frozen=True)
class Filter:
    """Which tickets are wanted; None does not ask."""

    states: Sequence[TicketState] | None = None
    claimed_by_me: bool | None = None
    overdue: bool | None = None
    search: str | None = None


@dataclass(frozen=True)
class Page:
    """Tickets in order, and the position in the event stream that they reflect."""

    tickets: list[RecoveryTicket]
    has_next: bool
    has_previous: bool
    event_cursor: str
    count: Callable[[], Awaitable[int]]
    """Counts all that the filter lets through; asked only where it is wanted."""


@dataclass(frozen=True)
class QueueStatus:
    """The counters of the dashboard."""

    waiting: int
    claimed: int
    overdue: int
    median_seconds_to_decision: float | None
    oldest_submitted_at: datetime | None


@dataclass(frozen=True)
class QueueDay:
    """What came in and what was decided on one local day."""

    day: date
    submitted: int
    approved: int
    rejected: int
    cancelled: int
    median_seconds_to_decision: float | None


async def page(
    session: Session,
    filter: Filter,
    newest_first: bool,
    size: int,
    after: str | None = None,
    before: str | None = None,
    backwards: bool = False,
) -> Page:
    """`size` tickets after or before a position; `backwards` takes the last ones of what is left.

    Raises ArgumentMalformed for a cursor that `position` did not give.
    """
    chosen = RecoveryTicket.filter(_chosen(filter, session))
    order = Position.order(newest_first)
    window = chosen
    if after is not None:
        window = window.filter(Position.parse(after, "after").beyond(newest_first, forwards=True))
    if before is not None:
        window = window.filter(
            Position.parse(before, "before").beyond(newest_first, forwards=False)
        )
    keys = [_turned(key) for key in order] if backwards else order
    rows, cursor = await _snapshot(window.order_by(*keys).limit(size + 1))
    more, tickets = len(rows) > size, rows[:size]
    if backwards:
        tickets.reverse()
    return Page(
        tickets,
        has_next=(before is not None) if backwards else more,
        has_previous=more if backwards else (after is not None),
        event_cursor=str(cursor),
        count=chosen.count,
    )


def position(ticket: RecoveryTicket, newest_first: bool) -> str:
    """The cursor of a ticket in this order."""
    return str(Position(ticket.submitted_at if newest_first else ticket.due_at, ticket.id))


async def status() -> QueueStatus:
    """The counters of the dashboard, as they stand."""
    now = clock.now()
    open_ = RecoveryTicket.filter(state__in=OPEN)
    oldest = await open_.order_by("submitted_at").first()
    return QueueStatus(
        waiting=await RecoveryTicket.filter(state=TicketState.WAITING).count(),
        claimed=await RecoveryTicket.filter(state=TicketState.CLAIMED).count(),
        overdue=await open_.filter(due_at__lt=now).count(),
        median_seconds_to_decision=await _median(now - MEDIAN_OF),
        oldest_submitted_at=oldest.submitted_at if oldest else None,
    )


async def history(policy: Policy, days: int) -> list[QueueDay]:
    """What came in and what was decided on the last `days` local days, oldest first."""
    last = policy.calendar.day(clock.now())
    first = last - timedelta(days=days - 1)
    start = policy.calendar.start_of(first)
    counts: dict[tuple[date, EventKind], int] = defaultdict(int)
    events = QueueEvent.filter(at__gte=start)
    for kind, at in await events.values_list("kind", "at"):
        counts[policy.calendar.day(at), kind] += 1
    seconds = await _seconds_by_day(policy, start)
    wanted = [first + timedelta(days=number) for number in range(days)]
    return [_day(day, counts, seconds.get(day)) for day in wanted]


async def _snapshot(window: Any) -> tuple[list[RecoveryTicket], Cursor]:
    """Tickets and the event number they reflect, in one statement.

    No row carries the number of an empty page: that is read in one snapshot with the page.
    """
    numbered = window.annotate(event_number=_EVENT_NUMBER, epoch=_EPOCH)
    # By a copy: a query keeps to the connection it was first sent on, outside of the snapshot.
    if rows := await numbered.all():
        return rows, Cursor(rows[0].epoch, rows[0].event_number)
    async with database.snapshot():
        rows = await numbered
        return rows, await feed.head()


def _chosen(filter: Filter, session: Session) -> Q:
    chosen = Q(state__in=list(OPEN if filter.states is None else filter.states))
    if filter.claimed_by_me is not None:
        mine = Q(state=TicketState.CLAIMED, claimed_by_id=session.account_id)
        chosen &= mine if filter.claimed_by_me else ~mine
    if filter.overdue is not None:
        late = Q(due_at__lt=clock.now(), state__in=list(OPEN))
        chosen &= late if filter.overdue else ~late
    return chosen & _matching(filter.search) if filter.search else chosen


def _matching(search: str) -> Q:
    start = search.strip()
    if not text.is_plain(start) or len(start) > _LONGEST_SEARCH:
        raise ArgumentMalformed("search")
    return Q(reference__startswith=start.upper()) | Q(account__email_key__startswith=start.lower())


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


async def _median(since: datetime) -> float | None:
    decided = RecoveryTicket.filter(decided_at__gte=since).order_by("seconds_to_decision")
    count = await decided.count()
    if not count:
        return None
    middle = decided.offset((count - 1) // 2).limit(2 - count % 2)
    return median([ticket.seconds_to_decision or 0.0 for ticket in await middle])


async def _seconds_by_day(policy: Policy, start: datetime) -> dict[date, list[float]]:
    found: dict[date, list[float]] = defaultdict(list)
    decided = RecoveryTicket.filter(decided_at__gte=start)
    for at, seconds in await decided.values_list("decided_at", "seconds_to_decision"):
        found[policy.calendar.day(at)].append(seconds)
    return found


def _day(
    day: date, counts: dict[tuple[date, EventKind], int], seconds: list[float] | None
) -> QueueDay:
    return QueueDay(
        day,
        submitted=counts[day, EventKind.SUBMITTED],
        approved=counts[day, EventKind.APPROVED],
        rejected=counts[day, EventKind.REJECTED],
        cancelled=counts[day, EventKind.CANCELLED],
        median_seconds_to_decision=median(seconds) if seconds else None,
    )
