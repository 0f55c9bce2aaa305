"""What to tell whom, written into the outbox in the transaction of the change it tells of.

What waits there is encrypted, for it names people and carries codes, and wiped once delivered.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models import clock
from models.keys.keyring import Keyring
from models.storage.rows import Insertion
from models.storage.statement import Statement

if TYPE_CHECKING:
    from models.accounts.account import Account

_REMEMBERED = timedelta(days=30)


class Kind(StrEnum):
    """What a mail tells."""

    REGISTERED = "REGISTERED"
    REGISTERED_AGAIN = "REGISTERED_AGAIN"
    SECOND_FACTOR_CONFIRMED = "SECOND_FACTOR_CONFIRMED"
    SECOND_FACTOR_SUSPENDED = "SECOND_FACTOR_SUSPENDED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"
    RESET_REQUESTED = "RESET_REQUESTED"
    RESET_APPROVED = "RESET_APPROVED"
    RESET_REJECTED = "RESET_REJECTED"
    RESET_CANCELLED = "RESET_CANCELLED"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_ENABLED = "ACCOUNT_ENABLED"


class OutboxMail(Model):
    """A mail that waits to be delivered, or was."""

    id = fields.UUIDField(primary_key=True)
    payload = fields.TextField(null=True)
    """Encrypted JSON of kind, locale, recipient and params; null once delivered."""
    written_at = fields.DatetimeField()
    deliver_at = fields.DatetimeField()
    attempts = fields.IntField(default=0)
    delivered_at = fields.DatetimeField(null=True)
    given_up_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbox_mail"


WRITTEN = Insertion(OutboxMail, "id payload written_at deliver_at attempts")
_INSERT = Statement(WRITTEN.sql())


@dataclass(frozen=True)
class Letter:
    """A mail to deliver. `params` are texts: instants in ISO 8601, whole links, codes."""

    id: UUID
    kind: Kind
    locale: str
    to: str
    params: dict[str, str]
    written_at: datetime
    attempts: int

    @property
    def message_id(self) -> str:
        """The same at every try, so that mail programs show a doubled mail once."""
        return f"<{self.id}@sparekey>"


async def post(keyring: Keyring, account: "Account", kind: Kind, **params: object) -> None:
    """Tell the owner of an account something, in the language they last used."""
    await _INSERT.rows(*WRITTEN.values(prepare(keyring, account, kind, **params)))


def prepare(keyring: Keyring, account: "Account", kind: Kind, **params: object) -> OutboxMail:
    """The same as it will be once it is written."""
    mail_id, now = uuid4(), clock.now()
    content = {
        "kind": kind.value,
        "locale": account.locale,
        "to": account.email,
        "params": {name: _text(value) for name, value in params.items()},
    }
    return WRITTEN.made(
        id=mail_id,
        payload=keyring.encrypt(json.dumps(content), _aad(mail_id)),
        written_at=now,
        deliver_at=now,
        attempts=0,
    )


def opened(keyring: Keyring, row: OutboxMail) -> Letter:
    """What was written. Raises KeyError without its key, InvalidTag or ValueError where altered."""
    content = json.loads(keyring.decrypt(row.payload or "", _aad(row.id)))
    return Letter(
        id=row.id,
        kind=Kind(content["kind"]),
        locale=content["locale"],
        to=content["to"],
        params=content["params"],
        written_at=row.written_at,
        attempts=row.attempts,
    )


async def purge() -> None:
    """Drop what was delivered a month ago."""
    await OutboxMail.filter(delivered_at__lt=clock.now() - _REMEMBERED).delete()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value or "")


def _aad(mail_id: UUID) -> str:
    return f"mail:{mail_id}"
