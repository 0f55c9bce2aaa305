"""The lost phone, as the customer sees it: ask, follow, call off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models import clock, mail, text, tokens
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired, Throttled
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import evidence, links, receipts
from models.reset import ticket as tickets
from models.reset.ticket import LONGEST_PHONE, OPEN, RecoveryTicket, ResetReason, TicketState
from models.second_factor import two_factor
from models.signing_in import challenge, session
from models.signing_in.challenge import Step
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import EventKind

TICKETS = 3
TICKETS_WITHIN = timedelta(days=7)
_LONGEST_MESSAGE = 4_000


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
            text.optional("contactPhone", self.contact_phone, LONGEST_PHONE),
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
            await feed.append(ticket.id, EventKind.SUBMITTED, moved=(None, TicketState.WAITING))
    doorbell.ring()
    return Submitted(ticket, receipt)


async def find_by_receipt(receipt: str) -> RecoveryTicket | None:
    """The ticket that a receipt follows; None for an unknown or expired one."""
    found = await receipts.find(receipt)
    return await tickets.find(found.ticket_id) if found else None


async def confirm_mailbox(policy: Policy, token: str) -> RecoveryTicket:
    """The mailed link was followed and its button pressed. Raises ChallengeExpired."""
    link = await links.find(links.Purpose.CONFIRM_MAILBOX, token)
    if link is None or link.ticket_id is None:
        raise ChallengeExpired
    async with database.transaction():
        await links.use(link)
        ticket = await RecoveryTicket.get(id=link.ticket_id)
        if not await tickets.hold_open(ticket):
            raise ChallengeExpired
        found = await evidence.record(
            ticket.id,
            evidence.EvidenceKind.MAILBOX,
            evidence.EvidenceOutcome.MATCHED,
            evidence.Detail.MAILBOX_MATCHED.value,
        )
        await audit.write(
            policy.keyring, Action.MAILBOX_CONFIRMED, ticket=ticket.id, account=ticket.account_id
        )
        await feed.append(ticket.id, EventKind.EVIDENCE_ADDED, evidence=found.id)
    doorbell.ring()
    return ticket


async def _new_ticket(
    policy: Policy, origin: Origin, account: Account, form: Form
) -> RecoveryTicket:
    now = clock.now()
    await _limit(account, now)
    ticket = await RecoveryTicket.create(
        reference=tokens.new_reference(),
        account=account,
        email_key=account.email_key,
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
        Action.RESET_REQUESTED,
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
