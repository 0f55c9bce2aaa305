"""How a reset is decided: never a way around the second step.

A decision needs a claim, a code entered within the last 15 minutes, a note and, to approve,
evidence. Nobody decides on their own ticket; tickets of staff need a supervisor.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from models import clock, mail, text
from models.accounts import account as accounts
from models.accounts.account import Account, Role
from models.errors import InvalidInput, NotAllowed, Reason, Throttled, TicketConflict
from models.policy import Policy
from models.record.actions import Action
from models.reset import desk, evidence, grant, notes, receipts
from models.reset.evidence import EvidenceKind
from models.reset.ticket import RecoveryTicket, TicketState
from models.second_factor import two_factor
from models.signing_in import step_up, throttle
from models.signing_in.session import Session
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import EventKind


async def approve(
    policy: Policy,
    session: Session | None,
    ticket_id: UUID,
    checked: Collection[EvidenceKind],
    written: str,
) -> RecoveryTicket:
    """Grant the reset: a release code is mailed; the second step stays on.

    All of `checked` must be matched on the ticket, a serial number or a call back among them.
    Raises TicketNotFound, TicketConflict, StepUpRequired, NotAllowed, InvalidInput.
    """
    session, ticket, owner = await _at_decision(session, ticket_id)
    cleaned = text.required("note", written, notes.LONGEST)
    charge = await _charge_approval(policy, session)
    try:
        async with database.transaction():
            if not await accounts.raise_version(owner):
                raise TicketConflict(ticket)
            await _decide(session, ticket, TicketState.APPROVED, cleaned)
            await _check_evidence(ticket, checked)
            await _grant(policy, session, ticket, owner)
    except (TicketConflict, InvalidInput):
        await charge.give_back()
        raise
    doorbell.ring()
    return await RecoveryTicket.get(id=ticket.id)


async def reject(
    policy: Policy, session: Session | None, ticket_id: UUID, written: str
) -> RecoveryTicket:
    """Refuse the reset; a factor that was only reported stolen works again.

    Raises TicketNotFound, TicketConflict, StepUpRequired, NotAllowed, InvalidInput.
    """
    session, ticket, owner = await _at_decision(session, ticket_id)
    cleaned = text.required("note", written, notes.LONGEST)
    async with database.transaction():
        await two_factor.lift_theft(policy, owner.id, ticket.id)
        await _decide(session, ticket, TicketState.REJECTED, cleaned)
        await mail.post(policy.keyring, owner, mail.Kind.RESET_REJECTED, reference=ticket.reference)
        await desk.record(policy, Action.RESET_REJECTED, session, ticket)
        await feed.append(
            ticket.id,
            EventKind.REJECTED,
            moved=(TicketState.CLAIMED, TicketState.REJECTED),
            agent=session.account_id,
        )
    doorbell.ring()
    return await RecoveryTicket.get(id=ticket.id)


async def _at_decision(
    session: Session | None, ticket_id: UUID
) -> tuple[Session, RecoveryTicket, Account]:
    session, ticket = await desk.at_desk(session, ticket_id)
    owner = await Account.get(id=ticket.account_id)
    if owner.staff and session.account.role != Role.SUPERVISOR:
        raise NotAllowed(Reason.STAFF_TICKET)
    await desk.hold(session, ticket, claimed_by_id=session.account_id)
    await step_up.require(session)
    return session, ticket, owner


async def _check_evidence(ticket: RecoveryTicket, checked: Collection[EvidenceKind]) -> None:
    if not set(checked) & evidence.STRONG:
        raise InvalidInput("checked", Reason.EVIDENCE_WEAK)
    if not set(checked) <= await evidence.matched(ticket.id):
        raise InvalidInput("checked", Reason.EVIDENCE_UNMATCHED)


async def _charge_approval(policy: Policy, session: Session) -> throttle.Charge:
    limit = throttle.Limit(policy.approvals_per_hour, timedelta(hours=1))
    try:
        return await throttle.charge(f"approve:{session.account_id}", (limit,))
    except Throttled:
        raise NotAllowed(Reason.APPROVALS) from None


async def _grant(policy: Policy, session: Session, ticket: RecoveryTicket, owner: Account) -> None:
    await grant.give(policy, owner, ticket.id, ticket.reference)
    await desk.record(policy, Action.RESET_APPROVED, session, ticket)
    await feed.append(
        ticket.id,
        EventKind.APPROVED,
        moved=(TicketState.CLAIMED, TicketState.APPROVED),
        agent=session.account_id,
    )


async def _decide(
    session: Session, ticket: RecoveryTicket, state: TicketState, written: str
) -> None:
    now = clock.now()
    await desk.hold(
        session,
        ticket,
        state=state,
        claim_expires_at=None,
        decided_by_id=session.account_id,
        decided_at=now,
        seconds_to_decision=(now - ticket.submitted_at).total_seconds(),
    )
    await notes.add(ticket.id, session.account_id, written)
    await receipts.expire(ticket.id)
