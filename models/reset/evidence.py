"""What is known about who is asking for a reset, and what it is worth."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models import clock
from models.accounts.account import Account
from models.origin import UNKNOWN_NETWORK, Origin, network_of
from models.storage.rows import Insertion
from models.storage.statement import Row

if TYPE_CHECKING:
    from models.reset.ticket import RecoveryTicket

LONGEST_DETAIL = 1_000
_PASSWORD_IS_FRESH = timedelta(days=7)
_SESSIONS_LOOKED_AT = 50
_NETWORK_PREFIX = 24


class EvidenceKind(StrEnum):
    """What can be held against, or for, who is asking."""

    DEVICE_SERIAL = "DEVICE_SERIAL"
    MAILBOX = "MAILBOX"
    KNOWN_NETWORK = "KNOWN_NETWORK"
    PASSWORD_AGE = "PASSWORD_AGE"
    CALLBACK = "CALLBACK"


STRONG = frozenset({EvidenceKind.DEVICE_SERIAL, EvidenceKind.CALLBACK})
"""One of these must carry a decision: the mailbox alone is where the release code goes too."""


class EvidenceOutcome(StrEnum):
    """Whether it speaks for them."""

    MATCHED = "MATCHED"
    MISMATCHED = "MISMATCHED"
    UNKNOWN = "UNKNOWN"


class Detail(StrEnum):
    """What the server found, in English; the text is also the key of its translations."""

    SERIAL_MATCHED = "The serial number given belongs to a unit of this account."
    SERIAL_MISMATCHED = "The serial number given belongs to no unit of this account."
    SERIAL_UNVOUCHED = (
        "The serial number given belongs to a unit that was added when the password was all there "
        "was: it proves nothing."
    )
    SERIAL_MISSING = "No serial number was given."
    MAILBOX_WAITING = "The link mailed to the account's address has not been followed yet."
    MAILBOX_MATCHED = "The link mailed to the account's address was followed and confirmed."
    NETWORK_MATCHED = "The account has signed in fully from this network before."
    NETWORK_MISMATCHED = "The account has never signed in fully from this network."
    NETWORK_UNKNOWN = "There is no earlier full sign-in to compare the network with."
    PASSWORD_OLD = "The password was not changed in the week before the request."
    PASSWORD_FRESH = "The password was changed in the week before the request."
    CALLBACK_WAITING = "Nobody has called back yet on a number known before the request."


class Evidence(Model):
    """What is known of one kind, on one ticket."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    ticket: fields.ForeignKeyRelation["RecoveryTicket"] = fields.ForeignKeyField(
        "models.RecoveryTicket", related_name=False
    )
    ticket_id: UUID
    kind = fields.CharEnumField(EvidenceKind, max_length=16)
    outcome = fields.CharEnumField(EvidenceOutcome, max_length=16)
    detail = fields.TextField()

    class Meta:
        table = "evidence"
        unique_together = (("ticket_id", "kind"),)


WRITTEN = Insertion(Evidence, "id ticket_id kind outcome detail")
# $1 the account, $2 the key of the serial number given.
READ = f"""
    (SELECT SPACED(ip_address) FROM (
        SELECT ip_address FROM session WHERE account_id = $1 AND verified_at IS NOT NULL
        ORDER BY started_at DESC LIMIT {_SESSIONS_LOOKED_AT}
    ) AS recent) AS networks,
    EXISTS (SELECT 1 FROM device WHERE account_id = $1 AND serial_key = $2) AS own,
    EXISTS (SELECT 1 FROM device WHERE account_id = $1 AND serial_key = $2 AND vouched) AS vouched
"""  # noqa: S608 # words of ours
"""What `prepare` judges by, to be selected."""


def prepare(
    row: Row, ticket_id: UUID, account: Account, origin: Origin, serial: str | None
) -> list[Evidence]:
    """What can be known at the time of asking, of each kind as it will be once it is written."""
    found = {
        EvidenceKind.DEVICE_SERIAL: _device_serial(row, serial),
        EvidenceKind.MAILBOX: (EvidenceOutcome.UNKNOWN, Detail.MAILBOX_WAITING),
        EvidenceKind.KNOWN_NETWORK: _known_network(row, origin),
        EvidenceKind.PASSWORD_AGE: _password_age(account),
        EvidenceKind.CALLBACK: (EvidenceOutcome.UNKNOWN, Detail.CALLBACK_WAITING),
    }
    return [
        WRITTEN.made(id=uuid4(), ticket_id=ticket_id, kind=kind, outcome=outcome, detail=detail)
        for kind, (outcome, detail) in found.items()
    ]


async def record(
    ticket_id: UUID, kind: EvidenceKind, outcome: EvidenceOutcome, detail: str
) -> Evidence:
    """Replace what was known of one kind; returns it as it stands now."""
    await Evidence.filter(ticket_id=ticket_id, kind=kind).update(outcome=outcome, detail=detail)
    return await Evidence.get(ticket_id=ticket_id, kind=kind)


async def matched(ticket_id: UUID) -> set[EvidenceKind]:
    """The kinds that speak for who is asking."""
    rows = await Evidence.filter(ticket_id=ticket_id, outcome=EvidenceOutcome.MATCHED)
    return {row.kind for row in rows}


async def evidence_of(ticket_ids: Iterable[UUID]) -> dict[UUID, list[Evidence]]:
    """The evidence on several tickets, in the order in which the kinds are declared."""
    found: dict[UUID, list[Evidence]] = defaultdict(list)
    for row in await Evidence.filter(ticket_id__in=list(ticket_ids)):
        found[row.ticket_id].append(row)
    order = list(EvidenceKind)
    return {key: sorted(rows, key=lambda row: order.index(row.kind)) for key, rows in found.items()}


async def by_ids(evidence_ids: Iterable[UUID]) -> dict[UUID, Evidence]:
    """Several pieces of evidence by their ids."""
    return {row.id: row for row in await Evidence.filter(id__in=list(evidence_ids))}


def _device_serial(row: Row, serial: str | None) -> tuple[EvidenceOutcome, Detail]:
    if serial is None:
        return EvidenceOutcome.UNKNOWN, Detail.SERIAL_MISSING
    if row["vouched"]:
        return EvidenceOutcome.MATCHED, Detail.SERIAL_MATCHED
    if row["own"]:
        return EvidenceOutcome.UNKNOWN, Detail.SERIAL_UNVOUCHED
    return EvidenceOutcome.MISMATCHED, Detail.SERIAL_MISMATCHED


def _known_network(row: Row, origin: Origin) -> tuple[EvidenceOutcome, Detail]:
    addresses = set((row["networks"] or "").split())
    asking = network_of(origin.ip, _NETWORK_PREFIX)
    known = {network_of(one, _NETWORK_PREFIX) for one in addresses} - {UNKNOWN_NETWORK}
    if not known or asking == UNKNOWN_NETWORK:
        return EvidenceOutcome.UNKNOWN, Detail.NETWORK_UNKNOWN
    if asking in known:
        return EvidenceOutcome.MATCHED, Detail.NETWORK_MATCHED
    return EvidenceOutcome.MISMATCHED, Detail.NETWORK_MISMATCHED


def _password_age(account: Account) -> tuple[EvidenceOutcome, Detail]:
    changed = account.password_changed_at
    if changed is not None and changed > clock.now() - _PASSWORD_IS_FRESH:
        return EvidenceOutcome.MISMATCHED, Detail.PASSWORD_FRESH
    return EvidenceOutcome.MATCHED, Detail.PASSWORD_OLD
