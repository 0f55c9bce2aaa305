"""What is kept only for a time: what people wrote, where they were, and the record.

Numbers stay: how many asked and what was decided, day by day, and each event of the stream.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, RawSQL

from models import clock
from models.keys.keyring import Keyring
from models.record import pruning
from models.reset.evidence import Evidence, EvidenceKind
from models.reset.notes import TicketNote
from models.reset.ticket import OPEN, RecoveryTicket
from models.signing_in.session import Session
from models.storage import database

EXPIRED = "(no longer kept)"
_AT_ONCE = 500
# To the letter the condition of the index that finds them.
_KEPT = Q(emptied=RawSQL("false"))


@dataclass(frozen=True)
class Periods:
    """How long each is kept; None for good."""

    requests: timedelta | None = None
    """What was written in and on a request, from when it was sent; open ones keep it."""
    sessions: timedelta | None = None
    """Sessions with their network addresses and browsers, from when they ended."""
    record: timedelta | None = None
    """Entries of the audit record, from when they were written."""


@dataclass(frozen=True)
class Removed:
    """How much of each was taken away."""

    requests: int = 0
    sessions: int = 0
    record: int = 0


async def apply(keyring: Keyring, periods: Periods) -> Removed:
    """Take away what has been kept for its time; safe to repeat, and beside other processes.

    In small commits, so that nobody waits for it. Raises pruning.Tampered where the record is not
    as it was written.
    """
    now = clock.now()
    return Removed(
        await _requests(now - periods.requests) if periods.requests else 0,
        await _sessions(now - periods.sessions) if periods.sessions else 0,
        await pruning.prune(keyring, now - periods.record) if periods.record else 0,
    )


async def empty(ticket_ids: list[UUID], words: str) -> None:
    """Put `words` in place of what people wrote in and on these requests."""
    await TicketNote.filter(ticket_id__in=ticket_ids).update(text=words)
    called = Evidence.filter(ticket_id__in=ticket_ids, kind=EvidenceKind.CALLBACK)
    await called.update(detail=words)
    await RecoveryTicket.filter(id__in=ticket_ids).update(
        customer_message=None, contact_phone=None, emptied=True
    )


async def _requests(before: datetime) -> int:
    done = 0
    closed = RecoveryTicket.filter(_KEPT, submitted_at__lt=before).exclude(state__in=OPEN)
    while ids := await closed.order_by("submitted_at").limit(_AT_ONCE).values_list("id", flat=True):
        async with database.transaction():
            await empty(ids, EXPIRED)  # type: ignore[arg-type]
        done += len(ids)
    return done


async def _sessions(before: datetime) -> int:
    """Walks the table in pieces: no index is kept for what is done once a day."""
    done, last = 0, UUID(int=0)
    while (
        rows := await Session.filter(id__gt=last)
        .order_by("id")
        .limit(_AT_ONCE)
        .values("id", "expires_at", "ended_at")
    ):
        over = [row["id"] for row in rows if _end(row) < before]
        done += await Session.filter(id__in=over).delete() if over else 0
        last = rows[-1]["id"]
    return done


def _end(row: dict[str, Any]) -> datetime:
    end: datetime = min(row["expires_at"], row["ended_at"] or row["expires_at"])
    return end
