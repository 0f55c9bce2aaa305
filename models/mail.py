"""The outbox: what to tell whom, written in the transaction of the change it tells of.

What waits here is encrypted, for it names people and carries codes, and wiped once delivered.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from tortoise import fields
from tortoise.models import Model

from models import clock
from models.keyring import Keyring

if TYPE_CHECKING:
    from models.account import Account

# Long enough to deliver in; a process that dies meanwhile leaves the mail to another.
_LEASE = timedelta(seconds=60)

_log = logging.getLogger("sparekey.mail")


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


class OutboxMail(Model):
    """A mail that waits to be delivered, or was."""

    id = fields.UUIDField(primary_key=True)
    payload = fields.TextField(null=True)
    """Encrypted JSON of kind, locale, recipient and params; null once delivered."""
    written_at = fields.DatetimeField()
    deliver_at = fields.DatetimeField()
    attempts = fields.IntField(default=0)
    delivered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbox_mail"


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
    mail_id, now = uuid4(), clock.now()
    content = {
        "kind": kind.value,
        "locale": account.locale,
        "to": account.email,
        "params": {name: _text(value) for name, value in params.items()},
    }
    await OutboxMail.create(
        id=mail_id,
        payload=keyring.encrypt(json.dumps(content), _aad(mail_id)),
        written_at=now,
        deliver_at=now,
    )


async def due(keyring: Keyring, limit: int = 20) -> list[Letter]:
    """Take over what is to be delivered now, for a minute; nobody else gets it meanwhile."""
    now = clock.now()
    waiting = OutboxMail.filter(delivered_at=None, deliver_at__lte=now)
    rows = await waiting.order_by("deliver_at").limit(limit)
    letters = [_opened(keyring, row) for row in rows if await _lease(row, now)]
    return [letter for letter in letters if letter is not None]


async def delivered(letter: Letter) -> None:
    """Wipe what is on its way."""
    await OutboxMail.filter(id=letter.id).update(delivered_at=clock.now(), payload=None)


async def postpone(letter: Letter, retry_at: datetime) -> None:
    """Try again later."""
    await OutboxMail.filter(id=letter.id).update(deliver_at=retry_at)


async def _lease(row: OutboxMail, now: datetime) -> bool:
    unchanged = OutboxMail.filter(id=row.id, deliver_at=row.deliver_at, delivered_at=None)
    return bool(await unchanged.update(deliver_at=now + _LEASE, attempts=row.attempts + 1))


def _opened(keyring: Keyring, row: OutboxMail) -> Letter | None:
    try:
        return _open(keyring, row)
    except (KeyError, InvalidTag) as error:
        # One that cannot be read must not keep the others from being delivered.
        _log.error("mail %s cannot be read: %s", row.id, type(error).__name__)
        return None


def _open(keyring: Keyring, row: OutboxMail) -> Letter:
    content = json.loads(keyring.decrypt(row.payload or "", _aad(row.id)))
    return Letter(
        id=row.id,
        kind=Kind(content["kind"]),
        locale=content["locale"],
        to=content["to"],
        params=content["params"],
        written_at=row.written_at,
        attempts=row.attempts + 1,
    )


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value or "")


def _aad(mail_id: UUID) -> str:
    return f"mail:{mail_id}"
