"""Tickets as a page shows them: one statement for all that is asked for, and for nothing else.

A row is none of Tortoise's: it has `id` and the attributes that were asked for. What each needs of
the database is said here.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from tortoise.expressions import RawSQL, Subquery
from tortoise.queryset import QuerySet

from models import clock
from models.accounts.account import Role
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.reset.ticket import OPEN, RecoveryTicket, ResetReason, TicketState
from models.storage import database
from models.stream.feed import Cursor

OWN = frozenset(
    "reference state reason customer_message contact_phone submitted_at due_at overdue "
    "claim_expires_at decided_at".split()
)
"""What a ticket by itself can be asked for."""

_PLAIN = OWN - {"overdue"}
_OWNER = "account."
_NEEDED = {
    **{name: (name,) for name in _PLAIN},
    "overdue": ("state", "due_at"),
    "account": ("account_id",),
    "account.email": ("account__email",),
    "account.registered_at": ("account__registered_at",),
    "account.last_sign_in_at": ("account__last_sign_in_at",),
    "account.staff": ("account__role",),
    "account.device_count": ("device_count",),
    "claimed_by": ("claimed_by_id", "claimed_by_email"),
    "decided_by": ("decided_by_id", "decided_by_email"),
    "evidence": ("evidence",),
}
_BESIDE = {
    "device_count": "SELECT count(*) FROM device d WHERE d.account_id = recovery_ticket.account_id",
    "claimed_by_email": "SELECT email FROM account a WHERE a.id = recovery_ticket.claimed_by_id",
    "decided_by_email": "SELECT email FROM account a WHERE a.id = recovery_ticket.decided_by_id",
    "event_number": "SELECT number FROM queue_counter",
    "epoch": "SELECT epoch FROM queue_counter",
}
_EVIDENCE = (
    "SELECT {all}({each}(e.kind, e.outcome, e.detail)) FROM evidence e "
    "WHERE e.ticket_id = recovery_ticket.id"
)
_IN_JSON = {
    "sqlite": {"all": "json_group_array", "each": "json_array"},
    "postgres": {"all": "json_agg", "each": "json_build_array"},
}

Row: TypeAlias = Mapping[str, Any]
Part: TypeAlias = Callable[[Row], Any]
T = TypeVar("T")


class Finding(NamedTuple):
    """A piece of evidence."""

    kind: EvidenceKind
    outcome: EvidenceOutcome
    detail: str


class Person(NamedTuple):
    """Who works on a ticket, or decided on it."""

    id: UUID
    email: str


class Owner:
    """The account behind a ticket, as far as it was asked for."""

    id: UUID
    email: str
    registered_at: datetime
    last_sign_in_at: datetime | None
    staff: bool
    device_count: int


class Listed:
    """A ticket, as far as it was asked for."""

    id: UUID
    account_id: UUID
    claimed_by_id: UUID | None
    decided_by_id: UUID | None
    reference: str
    state: TicketState
    reason: ResetReason
    customer_message: str | None
    contact_phone: str | None
    submitted_at: datetime
    due_at: datetime
    overdue: bool
    claim_expires_at: datetime | None
    decided_at: datetime | None
    account: Owner
    claimed_by: Person | None
    decided_by: Person | None
    evidence: Sequence[Finding]


async def read(
    window: QuerySet[RecoveryTicket], order: Sequence[str], wanted: Collection[str]
) -> tuple[list[Listed], Cursor | None]:
    """The tickets of a window in their order, with what is wanted of each.

    `wanted`: names of `OWN`, `account` and `account.…`, `claimed_by`, `decided_by`, `evidence`;
    others are passed over. Also the position in the event stream that they reflect, where there
    is a row to carry it.
    """
    names = _names(wanted)
    at = {name: _read(name, itemgetter(name)) for name in names}
    # Chosen first: what belongs to a ticket is looked up for those that are shown.
    shown = RecoveryTicket.filter(id__in=Subquery(window.values("id")))
    values = await shown.annotate(**_beside(names)).order_by(*order).values(*names)
    parts = _parts(at, wanted)
    cursors = (Cursor(at["epoch"](row), at["event_number"](row)) for row in values)
    return [_made(Listed(), parts, row) for row in values], next(cursors, None)


def _names(wanted: Collection[str]) -> list[str]:
    needed = [column for name in sorted(wanted) for column in _NEEDED.get(name, ())]
    return list(dict.fromkeys(["id", "epoch", "event_number", *needed]))


def _beside(names: Collection[str]) -> dict[str, RawSQL]:
    beside = {**_BESIDE, "evidence": _EVIDENCE.format(**_IN_JSON[database.dialect()])}
    return {name: RawSQL(f"({beside[name]})") for name in names if name in beside}


def _read(name: str, part: Part) -> Part:
    # SQLite's come with a zone that takes its time whenever such an instant is written.
    return _utc(part) if name.endswith("_at") else part


def _utc(instant: Part) -> Part:
    return lambda row: None if (at := instant(row)) is None else at.astimezone(UTC)


def _parts(at: Mapping[str, Part], wanted: Collection[str]) -> dict[str, Part]:
    """What a row is made of, each by its name and as it comes of a row of the database."""
    parts = {"id": at["id"], **{name: at[name] for name in _PLAIN.intersection(wanted)}}
    if "overdue" in wanted:
        parts["overdue"] = _overdue(at["state"], at["due_at"])
    if "account" in wanted:
        parts["account"] = _owner(at, wanted)
    for role in {"claimed_by", "decided_by"}.intersection(wanted):
        parts[role] = _person(at[f"{role}_id"], at[f"{role}_email"])
    if "evidence" in wanted:
        parts["evidence"] = _evidence(at["evidence"])
    return parts


def _overdue(state: Part, due_at: Part) -> Part:
    now = clock.now()
    return lambda row: state(row) in OPEN and due_at(row) < now


def _person(key: Part, email: Part) -> Part:
    return lambda row: None if key(row) is None else Person(key(row), email(row))


def _owner(at: Mapping[str, Part], wanted: Collection[str]) -> Part:
    parts = {"id": at["account_id"]}
    for name in wanted:
        if name in _NEEDED and name.startswith(_OWNER):
            parts[name.removeprefix(_OWNER)] = at[_NEEDED[name][0]]
    if "staff" in parts:
        role = parts["staff"]
        parts["staff"] = lambda row: role(row) != Role.CUSTOMER
    return lambda row: _made(Owner(), parts, row)


def _evidence(gathered: Part) -> Part:
    # Most tickets of a page bear the same evidence, word for word.
    read: dict[str | None, list[Finding]] = {}

    def part(row: Row) -> list[Finding]:
        text = gathered(row)
        if text not in read:
            read[text] = _findings(text)
        return read[text]

    return part


def _findings(text: str | None) -> list[Finding]:
    found = {kind: (outcome, detail) for kind, outcome, detail in json.loads(text or "[]")}
    return [
        Finding(kind, EvidenceOutcome(found[kind][0]), found[kind][1])
        for kind in EvidenceKind
        if kind in found
    ]


def _made(thing: T, parts: Mapping[str, Part], row: Row) -> T:
    vars(thing).update({name: part(row) for name, part in parts.items()})
    return thing
