"""Who did what to whom: append-only, written with the change it tells of.

Entries hold no personal data themselves: people are named by the ids of their accounts, and what
is signed are hashes of these, so that erasing somebody changes no entry. Each entry is marked when
it is written; the `chain` takes it in afterwards, so that nothing that people do waits for it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from models import clock, text
from models.errors import ArgumentMalformed
from models.keys.keyring import Keyring
from models.record.actions import Action
from models.storage.rows import Insertion
from models.storage.statement import Statement

if TYPE_CHECKING:
    from models.accounts.account import Account
    from models.reset.ticket import RecoveryTicket

_LONGEST_SEARCH = 254
_MARK = "audit-entry"


class AuditEntry(Model):
    """One thing that was done."""

    id = fields.BigIntField(primary_key=True)
    uid = fields.UUIDField(unique=True)
    at = fields.DatetimeField()
    action = fields.CharField(max_length=80)
    """One of `Action`."""
    actor: fields.ForeignKeyNullableRelation["Account"] = fields.ForeignKeyField(
        "models.Account", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    actor_id: UUID | None
    account: fields.ForeignKeyNullableRelation["Account"] = fields.ForeignKeyField(
        "models.Account", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    account_id: UUID | None
    ticket: fields.ForeignKeyNullableRelation["RecoveryTicket"] = fields.ForeignKeyField(
        "models.RecoveryTicket", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    ticket_id: UUID | None
    named = fields.CharField(max_length=80)
    """Hashes of the ids of actor, account and ticket: what stays when they are erased."""
    detail = fields.TextField(null=True)
    mark = fields.CharField(max_length=100)
    """Made with the entry: that this house wrote it."""
    sequence = fields.BigIntField(null=True, unique=True)
    seal = fields.CharField(max_length=100, null=True)
    """Its place in the chain; null until sealed."""

    class Meta:
        table = "audit_entry"

    def is_genuine(self, keyring: Keyring) -> bool:
        """Whether it says what was written. Raises KeyError without the key it was marked by."""
        return keyring.is_signed(_MARK, _content(self), self.mark) and self._names_its_people()

    def _names_its_people(self) -> bool:
        """Whether the ids that are there are those that were written; erased ones are not."""
        people = (self.actor_id, self.account_id, self.ticket_id)
        written = self.named.split(".")
        return all(
            one is None or _hash(one) == known for one, known in zip(people, written, strict=True)
        )


WRITTEN = Insertion(AuditEntry, "uid at action actor_id account_id ticket_id named detail mark")
_INSERT = Statement(WRITTEN.sql())


@dataclass(frozen=True)
class Record:
    """An entry as a supervisor reads it: `actor` and `subject` by e-mail or reference."""

    id: int
    at: datetime
    action: str
    actor: str | None
    subject: str | None
    detail: str | None


@dataclass(frozen=True)
class AuditPage:
    """Some of the record, newest first."""

    entries: list[Record]
    has_next: bool


async def write(
    keyring: Keyring,
    action: Action,
    *,
    actor: UUID | None = None,
    account: UUID | None = None,
    ticket: UUID | None = None,
    detail: str | None = None,
) -> None:
    """Add an entry, inside the transaction of the change. `detail` holds nothing personal."""
    made = entry(keyring, action, actor=actor, account=account, ticket=ticket, detail=detail)
    await _INSERT.rows(*WRITTEN.values(made))


def entry(
    keyring: Keyring,
    action: Action,
    *,
    actor: UUID | None = None,
    account: UUID | None = None,
    ticket: UUID | None = None,
    detail: str | None = None,
) -> AuditEntry:
    """An entry to be saved with others, inside the transaction of the changes."""
    made = WRITTEN.made(
        uid=uuid4(),
        at=clock.now(),
        action=action.value,
        actor_id=actor,
        account_id=account,
        ticket_id=ticket,
        named=".".join(_hash(one) for one in (actor, account, ticket)),
        detail=detail,
    )
    made.mark = keyring.sign(_MARK, _content(made))
    return made


async def page(search: str | None, first: int, after: str | None) -> AuditPage:
    """Entries newest first; `search` is the start of an action, an address or a reference.

    Raises ArgumentMalformed for a cursor that `position` did not give.
    """
    entries = AuditEntry.all()
    if after is not None:
        entries = entries.filter(id__lt=_id(after))
    if search is not None:
        entries = entries.filter(_matching(search))
    rows = (
        await entries.order_by("-id")
        .limit(first + 1)
        .values(
            "id", "at", "action", "detail", "actor__email", "account__email", "ticket__reference"
        )
    )
    return AuditPage([_record(row) for row in rows[:first]], len(rows) > first)


def position(entry: Record) -> str:
    """The cursor of an entry."""
    return str(entry.id)


def _content(entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    return json.dumps([str(entry.uid), at, entry.action, entry.named, entry.detail])


def _hash(key: UUID | None) -> str:
    # Cut short: it need not be found again, only told from all others of one database.
    return hashlib.sha256(key.bytes).hexdigest()[:24] if key else ""


def _matching(search: str) -> Q:
    start = search.strip()
    if not text.is_plain(start) or len(start) > _LONGEST_SEARCH:
        raise ArgumentMalformed("search")
    return (
        Q(action__startswith=start)
        | Q(actor__email_key__startswith=start.lower())
        | Q(account__email_key__startswith=start.lower())
        | Q(ticket__reference__startswith=start.upper())
    )


def _record(row: dict[str, object]) -> Record:
    subject = row["ticket__reference"] or row["account__email"]
    named = {key: row[key] for key in ("id", "at", "action", "detail")}
    return Record(actor=row["actor__email"], subject=subject, **named)  # type: ignore[arg-type]


def _id(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise ArgumentMalformed("after")
    return int(cursor)
