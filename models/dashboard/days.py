"""What each local day brought, counted by the database."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from models import clock
from models.calendar import WorkingCalendar
from models.policy import Policy
from models.storage import database
from models.stream import feed
from models.stream.feed import EventKind

SETTLED = timedelta(days=1)
"""So long after its end a day is over for everybody: what happened on it stands."""
_ROOM = 1_000
# Each count is a range of an index.
_EVENTS = """
, kind (name) AS (VALUES ('SUBMITTED'), ('APPROVED'), ('REJECTED'), ('CANCELLED'))
SELECT day.number AS day, kind.name AS kind, (
    SELECT count(*) FROM queue_event AS event
    WHERE event.kind = kind.name AND event.at >= day.starts AND event.at < day.ends
) AS events
FROM day CROSS JOIN kind
"""
_MEDIANS = """
SELECT day, avg(seconds) AS median FROM (
    SELECT day.number AS day, seconds_to_decision AS seconds,
        row_number() OVER (PARTITION BY day.number ORDER BY seconds_to_decision) AS place,
        count(*) OVER (PARTITION BY day.number) AS size
    FROM day JOIN recovery_ticket ON decided_at >= day.starts AND decided_at < day.ends
) AS decided
WHERE place = (size + 1) / 2 OR place = (size + 2) / 2
GROUP BY day
"""


@dataclass(frozen=True)
class QueueDay:
    """What came in and what was decided on one local day."""

    day: date
    submitted: int
    approved: int
    rejected: int
    cancelled: int
    median_seconds_to_decision: float | None


@dataclass(frozen=True)
class _Span:
    """A local day, as instants of one stream."""

    epoch: str
    day: date
    starts: datetime
    ends: datetime


_known: WeakKeyDictionary[WorkingCalendar, dict[_Span, QueueDay]] = WeakKeyDictionary()


async def history(policy: Policy, days: int) -> list[QueueDay]:
    """What came in and what was decided on the last `days` local days, oldest first.

    Days that are settled are counted once by each process.
    """
    now = clock.now()
    first = policy.calendar.day(now) - timedelta(days=days - 1)
    epoch = (await feed.head()).epoch
    wanted = [_span(policy, epoch, first + timedelta(days=number)) for number in range(days)]
    known = _known.setdefault(policy.calendar, {})
    told = {span: known[span] for span in wanted if span in known}
    told |= await _counted([span for span in wanted if span not in told])
    if len(known) > _ROOM:
        known.clear()
    known.update({span: day for span, day in told.items() if span.ends <= now - SETTLED})
    return [told[span] for span in wanted]


def _span(policy: Policy, epoch: str, day: date) -> _Span:
    starts, ends = (policy.calendar.start_of(one) for one in (day, day + timedelta(days=1)))
    return _Span(epoch, day, starts, ends)


async def _counted(spans: Collection[_Span]) -> dict[_Span, QueueDay]:
    bounds = _bounds(spans)
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for row in await _rows(bounds + _EVENTS):
        counts[row["day"], row["kind"]] = row["events"]
    medians = {row["day"]: row["median"] for row in await _rows(bounds + _MEDIANS)}
    return {
        span: QueueDay(
            span.day,
            submitted=counts[number, EventKind.SUBMITTED],
            approved=counts[number, EventKind.APPROVED],
            rejected=counts[number, EventKind.REJECTED],
            cancelled=counts[number, EventKind.CANCELLED],
            median_seconds_to_decision=medians.get(number),
        )
        for number, span in enumerate(spans)
    }


def _bounds(spans: Collection[_Span]) -> str:
    """The days as a table; they are our own dates, so that they can stand in the statement."""
    kind = "timestamptz" if database.dialect() == "postgres" else "text"
    rows = [
        f"({number}, CAST('{span.starts.isoformat(' ')}' AS {kind}),"
        f" CAST('{span.ends.isoformat(' ')}' AS {kind}))"
        for number, span in enumerate(spans)
    ]
    return f"WITH day (number, starts, ends) AS (VALUES {', '.join(rows)})"


async def _rows(statement: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await database.connection().execute_query_dict(statement)
    return rows
