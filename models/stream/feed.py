"""The queue's ordered event stream.

Each change of a ticket and its event are one transaction. The event's number comes from a one-row
counter that is updated last in it, so numbers have no gaps and are in the order of the commits:
whoever has seen n can never later meet a smaller one. A cursor is the stream's epoch and a number;
a restored backup begins a new epoch.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.exceptions import DoesNotExist
from tortoise.expressions import RawSQL
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models import clock
from models.errors import ArgumentMalformed, CursorExpired
from models.reset.ticket import OPEN, RecoveryTicket, in_states
from models.storage import database
from models.stream import doorbell, numbering
from models.stream.numbering import KEPT, ONLY_ROW, Moved

_LATE = "overdue for a day"
_DIGITS = 19
"""Fewer fit the column."""


class EventKind(StrEnum):
    """What can happen to a ticket."""

    SUBMITTED = "SUBMITTED"
    CLAIMED = "CLAIMED"
    RELEASED = "RELEASED"
    NOTED = "NOTED"
    EVIDENCE_ADDED = "EVIDENCE_ADDED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class CancelledBy(StrEnum):
    """Why a ticket came to nothing."""

    CUSTOMER = "CUSTOMER"
    MAIL_LINK = "MAIL_LINK"
    SIGN_IN = "SIGN_IN"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"


class QueueCounter(Model):
    """The one row that numbers all events, and counts the tickets that are open."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    number = fields.BigIntField(default=0)
    purged = fields.BigIntField(default=0)
    """Events up to this one are no longer kept."""
    epoch = fields.CharField(max_length=16)
    waiting = fields.BigIntField(default=0, db_default=0)
    claimed = fields.BigIntField(default=0, db_default=0)
    median_seconds: float | None = fields.FloatField(null=True)
    """From submission to decision, kept where many were decided lately."""
    median_looked_at: datetime | None = fields.DatetimeField(null=True)
    overdue = fields.BigIntField(default=0, db_default=0)
    """Open tickets that were due before `overdue_before`; later ones are to be counted."""
    overdue_before: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "queue_counter"


class QueueEvent(Model):
    """One change of the queue."""

    number = fields.BigIntField(primary_key=True, generated=False)
    kind = fields.CharEnumField(EventKind, max_length=16)
    at = fields.DatetimeField()
    ticket: fields.ForeignKeyRelation[RecoveryTicket] = fields.ForeignKeyField(
        "models.RecoveryTicket", related_name=False
    )
    ticket_id: UUID
    agent_id: UUID | None = fields.UUIDField(null=True)
    note_id: UUID | None = fields.UUIDField(null=True)
    evidence_id: UUID | None = fields.UUIDField(null=True)
    lapsed = fields.BooleanField(default=False)
    cancelled_by = fields.CharEnumField(CancelledBy, max_length=16, null=True)
    epoch: str
    """Of the stream, as it was when this was read."""

    class Meta:
        table = "queue_event"
        indexes = (("ticket_id", "number"), ("kind", "at"))

    @property
    def cursor(self) -> str:
        """The position right after this event."""
        return str(Cursor(self.epoch, self.number))


@dataclass(frozen=True)
class Cursor:
    """A position in the stream: right after the event of this number."""

    epoch: str
    number: int

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.epoch}.{self.number}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, argument: str = "after") -> "Cursor":
        """Read what `str` gave. Raises ArgumentMalformed, naming the argument."""
        try:
            decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
        except (BadBase64, UnicodeError, ValueError):
            raise ArgumentMalformed(argument) from None
        epoch, _, number = decoded.partition(".")
        if not (number.isascii() and number.isdigit() and len(number) < _DIGITS):
            raise ArgumentMalformed(argument)
        return cls(epoch, int(number))


async def open_stream() -> None:
    """Make the counter where there is none yet: the stream begins. Counts the tickets anew.

    Those that are overdue are counted by whoever looks next: see `figures.keep_overdue`.
    """
    await QueueCounter.get_or_create(id=ONLY_ROW, defaults={"epoch": secrets.token_hex(8)})
    async with database.transaction():
        # Whoever moves a ticket meanwhile waits to count it, and has not committed it until then.
        await QueueCounter.select_for_update().get(id=ONLY_ROW)
        unkept: dict[str, Any] = {"overdue": 0, "overdue_before": None}
        await QueueCounter.filter(id=ONLY_ROW).update(**unkept, **await _count())


async def counted() -> tuple[dict[str, int], dict[str, int]]:
    """How many tickets wait, are claimed and are late: as it is kept, and as they are, at once."""
    async with database.snapshot():
        counter = await QueueCounter.get(id=ONLY_ROW)
        kept = {name: getattr(counter, name) for _, name in KEPT}
        late = RecoveryTicket.filter(in_states(OPEN), due_at__lt=counter.overdue_before)
        found = await late.count() if counter.overdue_before else 0
        return kept | {_LATE: counter.overdue}, await _count() | {_LATE: found}


async def append(
    ticket_id: UUID,
    kind: EventKind,
    *,
    moved: Moved | None = None,
    agent: UUID | None = None,
    note: UUID | None = None,
    evidence: UUID | None = None,
    lapsed: bool = False,
    cancelled_by: CancelledBy | None = None,
) -> None:
    """Tell of a change, last in its transaction. Ring the doorbell after the commit.

    `moved`: the ticket's state before, None for a new one, and after; left out where it stayed.
    """
    event = (kind, clock.now(), agent, note, evidence, lapsed, cancelled_by)
    if not await numbering.tell(ticket_id, moved, *event):
        raise DoesNotExist(QueueCounter)
    await doorbell.announce()


async def head() -> Cursor:
    """The position after everything that has happened."""
    counter = await QueueCounter.get(id=ONLY_ROW)
    return Cursor(counter.epoch, counter.number)


async def check(cursor: Cursor) -> None:
    """Raises CursorExpired where the stream cannot be resumed at this position."""
    counter = await QueueCounter.get(id=ONLY_ROW)
    known = counter.purged <= cursor.number <= counter.number
    if cursor.epoch != counter.epoch or not known:
        raise CursorExpired


async def read_after(number: int, limit: int) -> list[QueueEvent]:
    """The next events, each with its ticket as it stands now."""
    later = _events().filter(number__gt=number).select_related("ticket")
    return await later.order_by("number").limit(limit)


async def events_of(ticket_ids: Iterable[UUID]) -> dict[UUID, list[QueueEvent]]:
    """What happened to several tickets, oldest first."""
    found: dict[UUID, list[QueueEvent]] = defaultdict(list)
    for event in await _events().filter(ticket_id__in=list(ticket_ids)).order_by("number"):
        found[event.ticket_id].append(event)
    return found


async def _count() -> dict[str, int]:
    return {name: await RecoveryTicket.filter(in_states([state])).count() for state, name in KEPT}


def _events() -> QuerySet[QueueEvent]:
    return QueueEvent.annotate(epoch=RawSQL("(SELECT epoch FROM queue_counter)"))
