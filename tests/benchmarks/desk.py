"""A queue as the desk sees it: tickets with account, units, evidence and some claims."""

from datetime import timedelta

from models import clock
from models.accounts.account import Account, Device
from models.calendar import WorkingCalendar
from models.keys.keyring import Keyring
from models.policy import Policy
from models.reset.evidence import Detail, Evidence, EvidenceKind, EvidenceOutcome
from models.reset.ticket import RecoveryTicket, TicketState
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.storage import database
from tests.benchmarks.serving import Data
from tests.support import rows

PAGE = 50
_MORE = 10
_FOUND = (
    (EvidenceKind.DEVICE_SERIAL, EvidenceOutcome.MATCHED, Detail.SERIAL_MATCHED),
    (EvidenceKind.MAILBOX, EvidenceOutcome.UNKNOWN, Detail.MAILBOX_WAITING),
    (EvidenceKind.KNOWN_NETWORK, EvidenceOutcome.MISMATCHED, Detail.NETWORK_MISMATCHED),
    (EvidenceKind.PASSWORD_AGE, EvidenceOutcome.MATCHED, Detail.PASSWORD_OLD),
    (EvidenceKind.CALLBACK, EvidenceOutcome.UNKNOWN, Detail.CALLBACK_WAITING),
)


async def fill(given: Data) -> str:
    """More open tickets than a page holds, every third claimed; the bearer token of an agent."""
    async with database.connect(given.url):
        policy = _policy(given.keys)
        try:
            agent, token = await rows.staff(policy)
            owners = await rows.accounts(PAGE + _MORE)
            tickets = await rows.tickets(owners)
            await _register(owners)
            await _find_out(tickets)
            await RecoveryTicket.filter(id__in=[one.id for one in tickets[::3]]).update(
                state=TicketState.CLAIMED,
                claimed_by_id=agent.account_id,
                claim_expires_at=clock.now() + timedelta(hours=8),
            )
        finally:
            policy.passwords.close()
    return token


async def _register(owners: list[Account]) -> None:
    await Device.bulk_create(
        Device(
            account_id=owner.id,
            serial_number=f"AHU-{number:08}",
            serial_key=f"AHU{number:08}",
            name="Roof, east",
            registered_at=clock.now(),
        )
        for number, owner in enumerate(owners)
    )


async def _find_out(tickets: list[RecoveryTicket]) -> None:
    await Evidence.bulk_create(
        Evidence(ticket_id=one.id, kind=kind, outcome=outcome, detail=detail.value)
        for one in tickets
        for kind, outcome, detail in _FOUND
    )


def _policy(keys: str) -> Policy:
    return Policy(
        keyring=Keyring.parse(keys),
        passwords=Passwords(memory_kib=64, time_cost=1),
        calendar=WorkingCalendar("Europe/Berlin", "DE"),
        network=NetworkLimits(),
    )
