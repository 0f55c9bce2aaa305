"""People and tickets straight into the tables, for tests that need many, or none of the way there.

What they do from then on, they do by the verbs that requests call.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import F

from models import clock, tokens
from models.accounts.account import Account, Role
from models.origin import Origin
from models.policy import Policy
from models.reset import recovery
from models.reset.recovery import Form
from models.reset.ticket import RecoveryTicket, ResetReason, TicketState
from models.signing_in import challenge, session
from models.signing_in.challenge import Step
from models.signing_in.session import Delivery, Session
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import EventKind, QueueCounter, QueueEvent

ORIGIN = Origin(ip="192.0.2.7", user_agent="a test")
_BATCH = 500


async def accounts(count: int, role: Role = Role.CUSTOMER, name: str = "c") -> list[Account]:
    """So many accounts, without password or second factor: c0@example.com, c1@example.com, …"""
    rows = [
        Account(
            email=f"{name}{number}@example.com",
            email_key=f"{name}{number}@example.com",
            password_hash="-",
            role=role,
            registered_at=clock.now(),
        )
        for number in range(count)
    ]
    await Account.bulk_create(rows, batch_size=_BATCH)
    found = {row.id: row for row in await Account.filter(email_key__startswith=name)}
    return [found[row.id] for row in rows]


async def tickets(
    owners: Sequence[Account], due_every: timedelta = timedelta(minutes=1), told: bool = True
) -> list[RecoveryTicket]:
    """A waiting ticket of each, submitted and due at such distances; `told`: with its event."""
    first = clock.now()
    rows = [_ticket(owner, first + due_every * number) for number, owner in enumerate(owners)]
    await RecoveryTicket.bulk_create(rows, batch_size=_BATCH)
    await QueueCounter.filter(id=1).update(waiting=F("waiting") + len(rows))
    if told:
        await tell(*(row.id for row in rows))
    found = {row.id: row for row in await RecoveryTicket.all()}
    return [found[row.id] for row in rows]


async def tell(*ticket_ids: UUID, kind: EventKind = EventKind.SUBMITTED) -> None:
    """Many events in one transaction, numbered as `feed.append` does; then ring."""
    async with database.transaction():
        await QueueCounter.filter(id=1).update(number=(await feed.head()).number + len(ticket_ids))
        last = (await feed.head()).number
        start = last - len(ticket_ids) + 1
        await QueueEvent.bulk_create(
            [
                QueueEvent(number=number, kind=kind, at=clock.now(), ticket_id=ticket_id)
                for number, ticket_id in enumerate(ticket_ids, start)
            ],
            batch_size=_BATCH,
        )
    doorbell.ring()


async def ticket(policy: Policy, owner: Account) -> RecoveryTicket:
    """The ticket of someone who asks for a reset."""
    return (await submit(policy, owner)).ticket


async def submit(policy: Policy, owner: Account) -> recovery.Submitted:
    """Ask for a reset, as after e-mail and password."""
    owner = await Account.get(id=owner.id)
    _, token = await challenge.open_for(owner, Delivery.BEARER, Step.CODE)
    return await recovery.submit(policy, ORIGIN, token, Form(ResetReason.PHONE_LOST))


async def staff(
    policy: Policy, name: str = "sam", role: Role = Role.SUPPORT
) -> tuple[Session, str]:
    """One of the staff with a session that was verified just now, and its bearer token."""
    (account,) = await accounts(1, role, name)
    return await signed_in(policy, account)


async def signed_in(policy: Policy, account: Account) -> tuple[Session, str]:
    """A session in which a code was entered just now, and its bearer token."""
    return await session.open_for(policy, ORIGIN, account, Delivery.BEARER, clock.now())


def _ticket(owner: Account, at: datetime) -> RecoveryTicket:
    return RecoveryTicket(
        reference=tokens.new_reference(),
        account_id=owner.id,
        email_key=owner.email_key,
        state=TicketState.WAITING,
        reason=ResetReason.PHONE_LOST,
        submitted_at=at,
        due_at=at + timedelta(days=1),
    )
