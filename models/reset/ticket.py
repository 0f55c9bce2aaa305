"""A ticket of the recovery queue: a request to reset a second factor."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.expressions import Q, RawSQL
from tortoise.models import Model

from models import clock, text
from models.accounts.account import Account
from models.storage.rows import Insertion

LONGEST_PHONE = 50
LONGEST_REFERENCE = 16


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "WAITING"
    CLAIMED = "CLAIMED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


OPEN = (TicketState.WAITING, TicketState.CLAIMED)
GIVEN_BACK = (TicketState.CLAIMED, TicketState.WAITING)


class ResetReason(StrEnum):
    """Why the phone does not serve any more."""

    PHONE_LOST = "PHONE_LOST"
    PHONE_STOLEN = "PHONE_STOLEN"
    PHONE_BROKEN = "PHONE_BROKEN"
    PHONE_REPLACED = "PHONE_REPLACED"
    APP_REMOVED = "APP_REMOVED"
    OTHER = "OTHER"


class RecoveryTicket(Model):
    """A request to reset a second factor."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    reference = fields.CharField(max_length=LONGEST_REFERENCE, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False
    )
    account_id: UUID
    email_key = fields.CharField(max_length=320, null=True)
    """A copy of the account's, to be searched by; whoever erases that one erases this."""
    state = fields.CharEnumField(TicketState, max_length=16)
    reason = fields.CharEnumField(ResetReason, max_length=16)
    customer_message: str | None = fields.TextField(null=True)
    contact_phone = fields.CharField(max_length=LONGEST_PHONE, null=True)
    submitted_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    claimed_by_id: UUID | None = fields.UUIDField(null=True)
    claim_expires_at: datetime | None = fields.DatetimeField(null=True)
    decided_by_id: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    emptied = fields.BooleanField(default=False, db_default=False)
    """Whether what people wrote on it was taken away."""
    seconds_to_decision: float | None = fields.FloatField(null=True)

    class Meta:
        table = "recovery_ticket"
        indexes = (
            ("account_id", "submitted_at"),
            ("submitted_at", "id", "email_key"),
            ("decided_at", "seconds_to_decision"),
            ("email_key",),
        )

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state in OPEN

    @property
    def overdue(self) -> bool:
        """Whether it should have been answered by now."""
        return self.is_open and self.due_at < clock.now()


WRITTEN = Insertion(
    RecoveryTicket,
    "id reference account_id email_key state reason customer_message contact_phone "
    "submitted_at due_at emptied",
)


def in_states(states: Collection[TicketState]) -> Q:
    """Which tickets stand so. Open ones are found by the indexes that hold no others."""
    if not states or not set(states) <= set(OPEN):
        return Q(state__in=list(states))
    # SQLite takes such an index only where the query repeats its condition to the letter.
    stand = [Q(state=RawSQL(f"'{state}'")) for state in OPEN if state in states]
    return Q(*stand, join_type=Q.OR)


async def find(ticket_id: UUID) -> RecoveryTicket | None:
    """The ticket of an id, if there is one."""
    return await RecoveryTicket.get_or_none(id=ticket_id)


async def find_by_reference(reference: str) -> RecoveryTicket | None:
    """The ticket of a reference, however it was typed."""
    typed = reference.strip().upper()
    if len(typed) > LONGEST_REFERENCE or not text.is_plain(typed):
        return None
    return await RecoveryTicket.get_or_none(reference=typed)


async def hold_open(ticket: RecoveryTicket) -> bool:
    """Keep a ticket open until the caller's transaction ends. False where it was closed."""
    unclosed = RecoveryTicket.filter(id=ticket.id, state__in=OPEN)
    return bool(await unclosed.update(reference=ticket.reference))
