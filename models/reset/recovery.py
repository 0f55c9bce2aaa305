"""The lost phone, as the customer sees it: ask, follow, call off."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from models import clock, mail, text, tokens
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired, Throttled
from models.mail import OutboxMail
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import asking, evidence, links, receipts
from models.reset import ticket as tickets
from models.reset.asking import TICKETS_WITHIN, Standing
from models.reset.links import MailLink
from models.reset.ticket import LONGEST_PHONE, RecoveryTicket, ResetReason, TicketState
from models.second_factor import two_factor
from models.signing_in import challenge, session
from models.signing_in.challenge import Step
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import EventKind

TICKETS = 3
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
        if not await asking.hold(half.account, origin.locale):
            raise ChallengeExpired
        stands = await asking.read(half.account, form.device_serial_number)
        if stands.ticket is not None:
            receipt = await receipts.new(stands.ticket.id, can_cancel=False)
            return Submitted(stands.ticket, receipt)
        submitted = await _first(policy, origin, half.account, form, stands)
    doorbell.ring()
    return submitted


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


async def _first(
    policy: Policy, origin: Origin, account: Account, form: Form, stands: Standing
) -> Submitted:
    if stands.lately >= TICKETS:
        raise Throttled(await _next(account))
    ticket = _ticket(policy, account, form)
    found = evidence.prepare(stands.row, ticket.id, account, origin, form.device_serial_number)
    if form.reason == ResetReason.PHONE_STOLEN:
        await _stolen(policy, account, ticket.id)
    told = _telling(policy, origin, account, ticket)
    entry = audit.entry(
        policy.keyring,
        Action.RESET_REQUESTED,
        ticket=ticket.id,
        account=account.id,
        detail=form.reason.value,
    )
    receipt, token = receipts.prepare(ticket.id, can_cancel=True)
    await asking.WRITTEN.write(ticket, *found, *told, entry, receipt)
    await feed.append(ticket.id, EventKind.SUBMITTED, moved=(None, TicketState.WAITING))
    return Submitted(ticket, token)


def _ticket(policy: Policy, account: Account, form: Form) -> RecoveryTicket:
    now = clock.now()
    return tickets.WRITTEN.made(
        {"account": account},
        id=uuid4(),
        reference=tokens.new_reference(),
        account_id=account.id,
        email_key=account.email_key,
        state=TicketState.WAITING,
        reason=form.reason,
        customer_message=form.message,
        contact_phone=form.contact_phone,
        submitted_at=now,
        due_at=policy.calendar.due(now),
        emptied=False,
    )


async def _next(account: Account) -> datetime:
    """When the account may ask again that has begun all the tickets that it may."""
    newest = RecoveryTicket.filter(account_id=account.id).order_by("-submitted_at").limit(TICKETS)
    return (await newest)[-1].submitted_at + TICKETS_WITHIN


async def _stolen(policy: Policy, account: Account, ticket_id: UUID) -> None:
    await accounts.raise_version(account)
    await two_factor.suspend(policy, account, two_factor.Suspension.STOLEN, ticket_id)
    await session.end_all(account)


def _telling(
    policy: Policy, origin: Origin, account: Account, ticket: RecoveryTicket
) -> tuple[MailLink, MailLink, OutboxMail]:
    """The mail to the owner, and the links in it."""
    confirm, confirm_url = links.prepare(
        policy, links.Purpose.CONFIRM_MAILBOX, account.id, ticket.id
    )
    cancel, cancel_url = links.prepare(policy, links.Purpose.CANCEL_RESET, account.id, ticket.id)
    account.locale = origin.locale
    letter = mail.prepare(
        policy.keyring,
        account,
        mail.Kind.RESET_REQUESTED,
        reference=ticket.reference,
        reason=ticket.reason.value,
        at=ticket.submitted_at,
        ip=origin.ip,
        user_agent=origin.user_agent,
        due_at=ticket.due_at,
        confirm_link=confirm_url,
        cancel_link=cancel_url,
    )
    return confirm, cancel, letter
