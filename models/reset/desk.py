"""The support desk: who works on a ticket, and what they find out."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from models import text
from models.accounts.account import Role
from models.errors import InvalidInput, NotAllowed, Reason, TicketConflict, TicketNotFound
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import evidence, notes
from models.reset import ticket as tickets
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.reset.ticket import RecoveryTicket, TicketState
from models.signing_in.session import Session
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import EventKind

CLAIM = timedelta(minutes=15)


async def claim(policy: Policy, session: Session | None, ticket_id: UUID) -> RecoveryTicket:
    """Work on a ticket: a lease of 15 minutes, by the database's clock; again, to renew it.

    A supervisor may take one over. Raises TicketNotFound, TicketConflict, NotAllowed.
    """
    session, ticket = await at_desk(session, ticket_id)
    async with database.transaction():
        # Twice, for the other may have been the same agent's other window.
        if not (
            await _try_claim(policy, session, ticket) or await _try_claim(policy, session, ticket)
        ):
            raise TicketConflict(await _fresh(ticket))
    doorbell.ring()
    return await _fresh(ticket)


async def release(policy: Policy, session: Session | None, ticket_id: UUID) -> RecoveryTicket:
    """Give a ticket back to the queue. Raises TicketNotFound, TicketConflict, NotAllowed."""
    session, ticket = await at_desk(session, ticket_id)
    async with database.transaction():
        await hold(
            session, ticket, state=TicketState.WAITING, claimed_by_id=None, claim_expires_at=None
        )
        await record(policy, Action.CLAIM_RELEASED, session, ticket)
        await feed.append(
            ticket.id, EventKind.RELEASED, moved=tickets.GIVEN_BACK, agent=session.account_id
        )
    doorbell.ring()
    return await _fresh(ticket)


async def note(
    policy: Policy, session: Session | None, ticket_id: UUID, written: str
) -> RecoveryTicket:
    """Write a note for the other agents. Raises TicketNotFound, NotAllowed, InvalidInput."""
    session, ticket = await at_desk(session, ticket_id)
    cleaned = text.required("text", written, notes.LONGEST)
    async with database.transaction():
        added = await notes.add(ticket.id, session.account_id, cleaned)
        await record(policy, Action.NOTE_ADDED, session, ticket)
        await feed.append(ticket.id, EventKind.NOTED, agent=session.account_id, note=added.id)
    doorbell.ring()
    return await _fresh(ticket)


async def record_evidence(
    policy: Policy,
    session: Session | None,
    ticket_id: UUID,
    kind: EvidenceKind,
    outcome: EvidenceOutcome,
    detail: str,
) -> RecoveryTicket:
    """Record a call back; what the server finds out by itself is not for agents to say.

    Raises TicketNotFound, TicketConflict, NotAllowed, InvalidInput.
    """
    session, ticket = await at_desk(session, ticket_id)
    cleaned = text.required("detail", detail, evidence.LONGEST_DETAIL)
    if kind != EvidenceKind.CALLBACK:
        raise InvalidInput("kind", Reason.EVIDENCE_KIND)
    async with database.transaction():
        if not await tickets.hold_open(ticket):
            raise TicketConflict(await _fresh(ticket))
        found = await evidence.record(ticket.id, kind, outcome, cleaned)
        await record(policy, Action.EVIDENCE_RECORDED, session, ticket, f"{kind} {outcome}")
        await feed.append(ticket.id, EventKind.EVIDENCE_ADDED, evidence=found.id)
    doorbell.ring()
    return await _fresh(ticket)


async def at_desk(session: Session | None, ticket_id: UUID) -> tuple[Session, RecoveryTicket]:
    """Who works on what. Raises NotAllowed, TicketNotFound."""
    if session is None:
        raise NotAllowed(Reason.NO_SESSION)
    if not session.account.staff:
        raise NotAllowed(Reason.ROLE)
    ticket = await tickets.find(ticket_id)
    if ticket is None:
        raise TicketNotFound
    if ticket.account_id == session.account_id:
        raise NotAllowed(Reason.OWN_TICKET)
    return session, ticket


async def hold(session: Session, ticket: RecoveryTicket, **changes: object) -> None:
    """Change a ticket while its claim is the session's, by the database's clock.

    Raises TicketConflict.
    """
    held = RecoveryTicket.filter(
        id=ticket.id,
        state=TicketState.CLAIMED,
        claimed_by_id=session.account_id,
        claim_expires_at__gt=database.now(),
    )
    if not await held.update(**changes):
        raise TicketConflict(await _fresh(ticket))


async def record(
    policy: Policy,
    action: Action,
    session: Session,
    ticket: RecoveryTicket,
    detail: str | None = None,
) -> None:
    """Write down what an agent did to a ticket."""
    await audit.write(
        policy.keyring,
        action,
        actor=session.account_id,
        ticket=ticket.id,
        account=ticket.account_id,
        detail=detail,
    )


async def _try_claim(policy: Policy, session: Session, ticket: RecoveryTicket) -> bool:
    before, now = await _fresh(ticket), await database.read_clock()
    # What was read must still stand, so that what became of its holder is told rightly.
    free = RecoveryTicket.filter(
        _claimable(session), id=ticket.id, state=before.state, claimed_by_id=before.claimed_by_id
    )
    won = await free.update(
        state=TicketState.CLAIMED, claimed_by_id=session.account_id, claim_expires_at=now + CLAIM
    )
    if won:
        await record(policy, Action.CLAIM_TAKEN, session, ticket)
        await _tell_claimed(session, before, now)
    return bool(won)


def _claimable(session: Session) -> Q:
    mine = Q(claimed_by_id=session.account_id)
    lapsed = Q(claim_expires_at__lte=database.now())
    if session.account.role == Role.SUPERVISOR:
        return Q(state__in=tickets.OPEN)
    return Q(state=TicketState.WAITING) | (Q(state=TicketState.CLAIMED) & (mine | lapsed))


async def _tell_claimed(session: Session, before: RecoveryTicket, now: datetime) -> None:
    state = before.state
    if before.claimed_by_id not in (None, session.account_id):
        lapsed = before.claim_expires_at is not None and before.claim_expires_at <= now
        await feed.append(
            before.id,
            EventKind.RELEASED,
            moved=tickets.GIVEN_BACK,
            agent=before.claimed_by_id,
            lapsed=lapsed,
        )
        state = TicketState.WAITING
    await feed.append(
        before.id,
        EventKind.CLAIMED,
        moved=(state, TicketState.CLAIMED),
        agent=session.account_id,
    )


async def _fresh(ticket: RecoveryTicket) -> RecoveryTicket:
    return await RecoveryTicket.get(id=ticket.id)
