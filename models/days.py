"""What each local day brought, counted by the database."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import clock, database
from models.feed import EventKind
from models.policy import Policy

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


async def history(policy: Policy, days: int) -> list[QueueDay]:
    """What came in and what was decided on the last `days` local days, oldest first."""
    first = policy.calendar.day(clock.now()) - timedelta(days=days - 1)
    wanted = [first + timedelta(days=number) for number in range(days)]
    bounds = _bounds(policy, wanted)
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for row in await _rows(bounds + _EVENTS):
        counts[row["day"], row["kind"]] = row["events"]
    medians = {row["day"]: row["median"] for row in await _rows(bounds + _MEDIANS)}
    return [
        QueueDay(
            day,
            submitted=counts[number, EventKind.SUBMITTED],
            approved=counts[number, EventKind.APPROVED],
            rejected=counts[number, EventKind.REJECTED],
            cancelled=counts[number, EventKind.CANCELLED],
            median_seconds_to_decision=medians.get(number),
        )
        for number, day in enumerate(wanted)
    ]


def _bounds(policy: Policy, days: list[date]) -> str:
    """The days as a table; they are our own dates, so that they can stand in the statement."""
    kind = "timestamptz" if database.dialect() == "postgres" else "text"
    starts = [policy.calendar.start_of(day) for day in [*days, days[-1] + timedelta(days=1)]]
    instants = [f"CAST('{at.isoformat(' ')}' AS {kind})" for at in starts]
    rows = [f"({n}, {instants[n]}, {instants[n + 1]})" for n in range(len(days))]
    return f"WITH day (number, starts, ends) AS (VALUES {', '.join(rows)})"


async def _rows(statement: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await database.connection().execute_query_dict(statement)
    return rows
