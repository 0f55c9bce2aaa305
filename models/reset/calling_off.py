"""How a reset that was asked for or granted comes to nothing: nobody needs it, or nobody asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models import mail
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired, NotAllowed, Reason
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import grant, links, receipts
from models.reset import ticket as tickets
from models.reset.links import MailLink, Purpose
from models.reset.ticket import OPEN, RecoveryTicket, TicketState
from models.second_factor import two_factor
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import CancelledBy, EventKind


@dataclass(frozen=True)
class Withdrawn:
    """An operator's grant that was taken back, told as a ticket would tell it."""

    reference: str
    submitted_at: datetime
    due_at: datetime
    decided_at: datetime
    state: TicketState = TicketState.CANCELLED


async def cancel(policy: Policy, token: str) -> RecoveryTicket | Withdrawn:
    """Cancel by the first receipt, or by the link in a mail; returns the ticket as it stands then.

    The receipt cancels an open ticket; the link also ends a grant, and the suspension of a factor
    that was reported stolen. Raises ChallengeExpired, NotAllowed.
    """
    link = await links.find(Purpose.CANCEL_RESET, token)
    if link is not None and link.ticket_id is None:
        return await _withdraw(policy, link)
    ticket = await (_by_link(policy, link) if link else _by_receipt(policy, token))
    doorbell.ring()
    return await RecoveryTicket.get(id=ticket.id)


async def call_off(
    policy: Policy, account: Account, by: CancelledBy, only: UUID | None = None
) -> bool:
    """Cancel the account's open ticket, or the one whose grant is unused; last in a transaction.

    `only` names the ticket that it must be. True where there was one: ring the doorbell after the
    commit.
    """
    ticket = await RecoveryTicket.get_or_none(account_id=account.id, state__in=OPEN)
    granted = await grant.unended(account)
    if ticket is None and granted is not None and granted.ticket_id is not None:
        ticket = await tickets.find(granted.ticket_id)
    if only is not None and (ticket is None or ticket.id != only):
        return False
    if granted is not None:
        await grant.end(granted)
    if ticket is None:
        return False
    return await _close(policy, ticket, by, was=(*OPEN, TicketState.APPROVED))


async def _by_receipt(policy: Policy, token: str) -> RecoveryTicket:
    receipt = await receipts.find(token)
    ticket = await tickets.find(receipt.ticket_id) if receipt else None
    if receipt is None or ticket is None:
        raise ChallengeExpired
    if not receipt.can_cancel:
        raise NotAllowed(Reason.FOLLOW_ONLY)
    if ticket.state == TicketState.CANCELLED:
        return ticket
    async with database.transaction():
        if not await _close(policy, ticket, CancelledBy.CUSTOMER):
            raise NotAllowed(Reason.DECIDED)
    return ticket


async def _by_link(policy: Policy, link: MailLink) -> RecoveryTicket:
    async with database.transaction():
        await links.use(link)
        account = await Account.get(id=link.account_id)
        ticket = await tickets.find(link.ticket_id) if link.ticket_id else None
        if ticket is None or not await accounts.raise_version(account):
            raise ChallengeExpired
        # Also where it was called off before: whoever has the receipt cannot keep the owner out.
        lifted = await two_factor.lift_theft(policy, account.id, ticket.id)
        called_off = await call_off(policy, account, CancelledBy.MAIL_LINK, only=ticket.id)
        if not (lifted or called_off):
            raise ChallengeExpired
    return ticket


async def _withdraw(policy: Policy, link: MailLink) -> Withdrawn:
    async with database.transaction():
        await links.use(link)
        account = await Account.get(id=link.account_id)
        granted = await grant.unended(account)
        if granted is None or granted.ticket_id is not None:
            raise ChallengeExpired
        if not await accounts.raise_version(account):
            raise ChallengeExpired
        await grant.end(granted)
        await _tell_withdrawn(policy, account, granted.reference)
    at = granted.expires_at - grant.LIFETIME
    return Withdrawn(granted.reference, submitted_at=at, due_at=granted.expires_at, decided_at=at)


async def _tell_withdrawn(policy: Policy, account: Account, reference: str) -> None:
    await audit.write(policy.keyring, Action.RESET_WITHDRAWN, account=account.id, detail=reference)
    await mail.post(
        policy.keyring,
        account,
        mail.Kind.RESET_CANCELLED,
        reference=reference,
        by=CancelledBy.MAIL_LINK.value,
    )


async def _close(
    policy: Policy, ticket: RecoveryTicket, by: CancelledBy, was: tuple[TicketState, ...] = OPEN
) -> bool:
    """Cancel a ticket in the caller's transaction, last in it; ring the doorbell afterwards.

    False where it is in no state of `was` any more.
    """
    # Locked, so that it is counted out of the state in which it was closed.
    unclosed = RecoveryTicket.filter(id=ticket.id, state__in=was).select_for_update(no_key=True)
    held = await unclosed.get_or_none()
    if held is None:
        return False
    await RecoveryTicket.filter(id=held.id).update(
        state=TicketState.CANCELLED, claimed_by_id=None, claim_expires_at=None
    )
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
        Action.RESET_CANCELLED,
        ticket=ticket.id,
        account=owner.id,
        detail=by.value,
    )
    moved = (held.state, TicketState.CANCELLED)
    await feed.append(ticket.id, EventKind.CANCELLED, moved=moved, cancelled_by=by)
    return True
