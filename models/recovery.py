"""The lost phone, as the customer sees it: ask, follow, call off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models import account as accounts
from models import (
    audit,
    challenge,
    clock,
    database,
    doorbell,
    evidence,
    feed,
    links,
    mail,
    receipts,
    session,
    text,
    tokens,
    two_factor,
)
from models.account import Account
from models.challenge import Step
from models.errors import ChallengeExpired, Throttled
from models.feed import CancelledBy, EventKind
from models.origin import Origin
from models.policy import Policy

TICKETS = 3
TICKETS_WITHIN = timedelta(days=7)
_LONGEST_MESSAGE = 4_000
_LONGEST_PHONE = 50
_LONGEST_REFERENCE = 16


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "WAITING"
    CLAIMED = "CLAIMED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


OPEN = (TicketState.WAITING, TicketState.CLAIMED)


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
    reference = fields.CharField(max_length=_LONGEST_REFERENCE, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False
    )
    account_id: UUID
    state = fields.CharEnumField(TicketState, max_length=16)
    reason = fields.CharEnumField(ResetReason, max_length=16)
    customer_message: str | None = fields.TextField(null=True)
    contact_phone = fields.CharField(max_length=_LONGEST_PHONE, null=True)
    submitted_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    claimed_by_id: UUID | None = fields.UUIDField(null=True)
    claim_expires_at: datetime | None = fields.DatetimeField(null=True)
    decided_by_id: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    seconds_to_decision: float | None = fields.FloatField(null=True)

    class Meta:
        table = "recovery_ticket"
        indexes = (("account_id", "submitted_at"), ("submitted_at", "id"), ("decided_at",))

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state in OPEN

    @property
    def overdue(self) -> bool:
        """Whether it should have been answered by now."""
        return self.is_open and self.due_at < clock.now()


@dataclass(frozen=True)
class Form:
    """What the customer filled in, as it came."""

    reason: ResetReason
    message: str | None = None
    contact_phone: str | None = None
    device_serial_number: str | None = None

    def cleaned(self) -> "Form":
        """Raises InvalidInput."""
        serial = text.optional("deviceSerialNumber", self.device_serial_number, 64)
        return Form(
            self.reason,
            text.optional("message", self.message, _LONGEST_MESSAGE),
            text.optional("contactPhone", self.contact_phone, _LONGEST_PHONE),
            serial,
        )


@dataclass(frozen=True)
class Submitted:
    """The ticket, and a new receipt for it."""

    ticket: RecoveryTicket
    receipt: str


async def submit(policy: Policy, origin: Origin, token: str, form: Form) -> Submitted:
    """Ask support to reset the second factor; needs a challenge of CodeRequired.

    An account has one open ticket: asking again returns it unchanged, with a receipt that can
    follow but not cancel. Raises ChallengeExpired, Throttled, InvalidInput.
    """
    half = await challenge.find(token, Step.CODE)
    form = form.cleaned()
    await policy.network.reset(origin.network)
    async with database.transaction():
        if not await accounts.hold_version(half.account, locale=origin.locale):
            raise ChallengeExpired
        ticket = await RecoveryTicket.get_or_none(account_id=half.account_id, state__in=OPEN)
        first = ticket is None
        if ticket is None:
            ticket = await _new_ticket(policy, origin, half.account, form)
        receipt = await receipts.new(ticket.id, can_cancel=first)
        if first:
            await feed.append(ticket.id, EventKind.SUBMITTED)
    doorbell.ring()
    return Submitted(ticket, receipt)


async def find(ticket_id: UUID) -> RecoveryTicket | None:
    """The ticket of an id, if there is one."""
    return await RecoveryTicket.get_or_none(id=ticket_id)


async def find_by_reference(reference: str) -> RecoveryTicket | None:
    """The ticket of a reference, however it was typed."""
    typed = reference.strip().upper()
    if len(typed) > _LONGEST_REFERENCE or not text.is_plain(typed):
        return None
    return await RecoveryTicket.get_or_none(reference=typed)


async def find_by_receipt(receipt: str) -> RecoveryTicket | None:
    """The ticket that a receipt follows; None for an unknown or expired one."""
    found = await receipts.find(receipt)
    return await find(found.ticket_id) if found else None


async def by_ids(ticket_ids: set[UUID]) -> dict[UUID, RecoveryTicket]:
    """Several tickets by their ids."""
    rows = await RecoveryTicket.filter(id__in=list(ticket_ids))
    return {ticket.id: ticket for ticket in rows}


async def confirm_mailbox(policy: Policy, token: str) -> RecoveryTicket:
    """The mailed link was followed and its button pressed. Raises ChallengeExpired."""
    link = await links.find(links.Purpose.CONFIRM_MAILBOX, token)
    if link is None or link.ticket_id is None:
        raise ChallengeExpired
    async with database.transaction():
        await links.use(link)
        ticket = await RecoveryTicket.get(id=link.ticket_id)
        if not await hold_open(ticket):
            raise ChallengeExpired
        found = await evidence.record(
            ticket.id,
            evidence.EvidenceKind.MAILBOX,
            evidence.EvidenceOutcome.MATCHED,
            evidence.Detail.MAILBOX_MATCHED.value,
        )
        await audit.write(
            policy.keyring, "ticket:mailbox:confirmed", ticket=ticket.id, account=ticket.account_id
        )
        await feed.append(ticket.id, EventKind.EVIDENCE_ADDED, evidence=found.id)
    doorbell.ring()
    return ticket


async def hold_open(ticket: RecoveryTicket) -> bool:
    """Keep a ticket open until the caller's transaction ends. False where it was closed."""
    unclosed = RecoveryTicket.filter(id=ticket.id, state__in=OPEN)
    return bool(await unclosed.update(reference=ticket.reference))


async def close(
    policy: Policy, ticket: RecoveryTicket, by: CancelledBy, was: tuple[TicketState, ...] = OPEN
) -> bool:
    """Cancel a ticket in the caller's transaction, last in it; ring the doorbell afterwards.

    False where it is in no state of `was` any more.
    """
    unclosed = RecoveryTicket.filter(id=ticket.id, state__in=was)
    if not await unclosed.update(
        state=TicketState.CANCELLED, claimed_by_id=None, claim_expires_at=None
    ):
        return False
    await receipts.expire(ticket.id)
    owner = await Account.get(id=ticket.account_id)
    await mail.post(
        policy.keyring,
        owner,
        mail.Kind.RESET_CANCELLED,
        reference=ticket.reference,
        by=by.value,
    )
    await audit.write(
        policy.keyring,
        "ticket:reset:cancelled",
        ticket=ticket.id,
        account=owner.id,
        detail=by.value,
    )
    await feed.append(ticket.id, EventKind.CANCELLED, cancelled_by=by)
    return True


async def _new_ticket(
    policy: Policy, origin: Origin, account: Account, form: Form
) -> RecoveryTicket:
    now = clock.now()
    await _limit(account, now)
    ticket = await RecoveryTicket.create(
        reference=tokens.new_reference(),
        account=account,
        state=TicketState.WAITING,
        reason=form.reason,
        customer_message=form.message,
        contact_phone=form.contact_phone,
        submitted_at=now,
        due_at=policy.calendar.due(now),
    )
    await evidence.gather(ticket.id, account, origin, form.device_serial_number)
    if form.reason == ResetReason.PHONE_STOLEN:
        await _stolen(policy, account, ticket.id)
    await _tell_owner(policy, origin, account, ticket)
    await audit.write(
        policy.keyring,
        "ticket:reset:requested",
        ticket=ticket.id,
        account=account.id,
        detail=form.reason.value,
    )
    return ticket


async def _limit(account: Account, now: datetime) -> None:
    recent = RecoveryTicket.filter(
        account_id=account.id, submitted_at__gt=now - TICKETS_WITHIN
    ).order_by("-submitted_at")
    asked = await recent.limit(TICKETS)
    if len(asked) == TICKETS:
        raise Throttled(asked[-1].submitted_at + TICKETS_WITHIN)


async def _stolen(policy: Policy, account: Account, ticket_id: UUID) -> None:
    await accounts.raise_version(account)
    await two_factor.suspend(policy, account, two_factor.Suspension.STOLEN, ticket_id)
    await session.end_all(account)


async def _tell_owner(
    policy: Policy, origin: Origin, account: Account, ticket: RecoveryTicket
) -> None:
    confirm = await links.new(policy, links.Purpose.CONFIRM_MAILBOX, account.id, ticket.id)
    cancel = await links.new(policy, links.Purpose.CANCEL_RESET, account.id, ticket.id)
    account.locale = origin.locale
    await mail.post(
        policy.keyring,
        account,
        mail.Kind.RESET_REQUESTED,
        reference=ticket.reference,
        reason=ticket.reason.value,
        at=ticket.submitted_at,
        ip=origin.ip,
        user_agent=origin.user_agent,
        due_at=ticket.due_at,
        confirm_link=confirm,
        cancel_link=cancel,
    )
