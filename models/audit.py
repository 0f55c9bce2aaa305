"""Who did what to whom: append-only, written with the change it tells of.

Entries hold no personal data themselves: people are named by the ids of their accounts, so that
erasing one does not change the record.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from models import clock, text
from models.errors import ArgumentMalformed

if TYPE_CHECKING:
    from models.account import Account
    from models.recovery import RecoveryTicket

_LONGEST_SEARCH = 254


class AuditEntry(Model):
    """One thing that was done."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    action = fields.CharField(max_length=80)
    """`subject:noun:verb`, such as `account:second_factor:confirmed`."""
    actor: fields.ForeignKeyNullableRelation["Account"] = fields.ForeignKeyField(
        "models.Account", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    account: fields.ForeignKeyNullableRelation["Account"] = fields.ForeignKeyField(
        "models.Account", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    ticket: fields.ForeignKeyNullableRelation["RecoveryTicket"] = fields.ForeignKeyField(
        "models.RecoveryTicket", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    detail = fields.TextField(null=True)

    class Meta:
        table = "audit_entry"


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
    action: str,
    *,
    actor: UUID | None = None,
    account: UUID | None = None,
    ticket: UUID | None = None,
    detail: str | None = None,
) -> None:
    """Add an entry, inside the transaction of the change. `detail` holds nothing personal."""
    await AuditEntry.create(
        at=clock.now(),
        action=action,
        actor_id=actor,
        account_id=account,
        ticket_id=ticket,
        detail=detail,
    )


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


def _matching(search: str) -> Q:
    start = search.strip()
    if not text.is_plain(start) or len(start) > _LONGEST_SEARCH:
        raise ArgumentMalformed("search")
    return (
        Q(action__startswith=start)
        | Q(actor__email_key__startswith=start.casefold())
        | Q(account__email_key__startswith=start.casefold())
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
