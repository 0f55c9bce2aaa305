"""What changes by time alone, and what is no longer needed."""

from models import mail
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import links, receipts
from models.reset.ticket import GIVEN_BACK, RecoveryTicket, TicketState
from models.second_factor import pending, two_factor
from models.signing_in import challenge, throttle
from models.storage import database
from models.stream import doorbell, feed
from models.stream.feed import EventKind

_AT_ONCE = 100


async def lapse_claims(policy: Policy) -> int:
    """Give tickets whose claim has run out back to the queue; returns how many.

    Any number of processes may do so at once: each ticket is given back by one of them.
    """
    lapsed = RecoveryTicket.filter(state=TicketState.CLAIMED, claim_expires_at__lte=database.now())
    tickets = await lapsed.limit(_AT_ONCE)
    given_back = sum([await _lapse(policy, ticket) for ticket in tickets])
    if given_back:
        doorbell.ring()
    return given_back


async def purge() -> None:
    """Drop rows that no rule looks at any more."""
    for room in (challenge, links, mail, pending, receipts, throttle, two_factor):
        await room.purge()


async def _lapse(policy: Policy, ticket: RecoveryTicket) -> bool:
    async with database.transaction():
        still = RecoveryTicket.filter(
            id=ticket.id, state=TicketState.CLAIMED, claim_expires_at__lte=database.now()
        )
        if not await still.update(
            state=TicketState.WAITING, claimed_by_id=None, claim_expires_at=None
        ):
            return False
        await audit.write(
            policy.keyring, Action.CLAIM_LAPSED, ticket=ticket.id, account=ticket.account_id
        )
        agent = ticket.claimed_by_id
        await feed.append(ticket.id, EventKind.RELEASED, moved=GIVEN_BACK, agent=agent, lapsed=True)
    return True
