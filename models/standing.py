"""How everything stands, for whoever watches over the house: numbers and ages, of nobody's."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import clock
from models.dashboard import figures
from models.dashboard.figures import QueueStatus
from models.storage.statement import Statement

# Each by an index that holds just these rows.
_READ = Statement("""
SELECT c.number, h.sequence,
    (SELECT min(due_at) FROM recovery_ticket
        WHERE state = 'WAITING' OR state = 'CLAIMED') AS next_due,
    (SELECT count(*) FROM outbox_mail WHERE delivered_at IS NULL AND given_up_at IS NULL) AS mails,
    (SELECT min(written_at) FROM outbox_mail
        WHERE delivered_at IS NULL AND given_up_at IS NULL) AS oldest_mail,
    (SELECT count(*) FROM outbox_mail WHERE delivered_at IS NULL
        AND given_up_at IS NOT NULL AND payload IS NOT NULL) AS given_up,
    (SELECT count(*) FROM audit_entry WHERE seal IS NULL) AS unsealed,
    (SELECT at FROM audit_entry WHERE seal IS NULL ORDER BY id LIMIT 1) AS oldest_unsealed,
    w.number AS told, w.failing_since
FROM queue_counter AS c
LEFT JOIN audit_head AS h ON h.id = 1
LEFT JOIN webhook_position AS w ON w.address_hash = $1 AND w.epoch = c.epoch
""")


@dataclass(frozen=True)
class Standing:
    """Ages are in seconds; 0 where there is nothing that could be old."""

    queue: QueueStatus
    oldest: float
    next_due: float | None
    """Time that is left, negative when it is over; None without an open ticket."""
    head: int
    mails: int
    oldest_mail: float
    given_up: int
    sealed: int
    unsealed: int
    oldest_unsealed: float
    untold: int | None
    """Events that the webhook is to be told; None where it was told of none yet."""
    failing: float


async def read(webhook: str = "") -> Standing:
    """As it stands now; of a webhook, by its address."""
    queue = await figures.status()
    (row,) = await _READ.rows(hashlib.sha256(webhook.encode()).hexdigest())
    now = clock.now()
    next_due = _instant(row["next_due"])
    return Standing(
        queue=queue,
        oldest=_age(queue.oldest_submitted_at, now),
        next_due=(next_due - now).total_seconds() if next_due else None,
        head=row["number"],
        mails=row["mails"],
        oldest_mail=_age(row["oldest_mail"], now),
        given_up=row["given_up"],
        sealed=row["sequence"] or 0,
        unsealed=row["unsealed"],
        oldest_unsealed=_age(row["oldest_unsealed"], now),
        untold=None if row["told"] is None else row["number"] - row["told"],
        failing=_age(row["failing_since"], now),
    )


def _age(since: Any, now: datetime) -> float:
    found = _instant(since)
    return max((now - found).total_seconds(), 0.0) if found else 0.0


def _instant(kept: Any) -> datetime | None:
    # SQLite has no type for it.
    return datetime.fromisoformat(kept) if isinstance(kept, str) else kept
