"""The outbox: what to tell whom, written in the transaction of the change it tells of.

What waits here is encrypted, for it names people and carries codes, and wiped once delivered.
A mail that was given up keeps its encrypted content: an operator who has mended the reason sets
`given_up_at` to null, and it is due again.
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
from tortoise.queryset import QuerySet

from models import clock
from models.keys.keyring import Keyring
from models.record import audit
from models.record.actions import Action
from models.storage import database

if TYPE_CHECKING:
    from models.accounts.account import Account

# Longer than any attempt takes; a process that dies meanwhile leaves the mail to another.
_REMEMBERED = timedelta(days=30)
LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=3)
# For a mail whose key is missing: an operator has to bring that back.
_UNREADABLE_WAIT = timedelta(minutes=15)
# What others take at the same moment is passed over.
_SPARE = 20

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
    waiting = _undelivered().filter(deliver_at__lte=now).order_by("deliver_at")
    letters: list[Letter] = []
    for row in await waiting.limit(limit + _SPARE):
        if len(letters) == limit:
            break
        if await _lease(row, now) and (letter := await _opened(keyring, row)):
            letters.append(letter)
    return letters


async def delivered(letter: Letter) -> None:
    """Wipe what is on its way."""
    await OutboxMail.filter(id=letter.id).update(
        delivered_at=clock.now(), payload=None, given_up_at=None
    )


async def postpone(letter: Letter, retry_at: datetime) -> None:
    """Try again later, unless somebody else has taken it over by now."""
    await _held(letter.id, letter.attempts).update(deliver_at=retry_at)


async def purge() -> None:
    """Drop what was delivered a month ago."""
    await OutboxMail.filter(delivered_at__lt=clock.now() - _REMEMBERED).delete()


async def forget(keyring: Keyring, address: str) -> int:
    """Wipe what was given up of the mails to an address; returns how many.

    What is still to be delivered is not touched: it is wiped as soon as it is.
    """
    wiped = 0
    for row in await OutboxMail.filter(given_up_at__not_isnull=True, payload__not_isnull=True):
        letter = await _opened(keyring, row)
        if letter is not None and letter.to.lower() == address:
            wiped += await OutboxMail.filter(id=row.id).update(payload=None)
    return wiped


async def give_up(keyring: Keyring, letter: Letter) -> None:
    """Try no more, and leave a record of it, unless somebody else has taken it over by now."""
    await _give_up(keyring, letter.id, letter.attempts, letter.kind.value)


def is_too_old(written_at: datetime) -> bool:
    """Whether a mail that could not be delivered this time either is to be given up."""
    return clock.now() - written_at >= GIVEN_UP_AFTER


def _undelivered() -> QuerySet[OutboxMail]:
    return OutboxMail.filter(delivered_at=None, given_up_at=None)


def _held(mail_id: UUID, attempts: int) -> QuerySet[OutboxMail]:
    # Each taking over counts as an attempt.
    return _undelivered().filter(id=mail_id, attempts=attempts)


async def _lease(row: OutboxMail, now: datetime) -> bool:
    unchanged = _held(row.id, row.attempts).filter(deliver_at=row.deliver_at)
    return bool(await unchanged.update(deliver_at=now + LEASE, attempts=row.attempts + 1))


async def _give_up(keyring: Keyring, mail_id: UUID, attempts: int, detail: str) -> None:
    async with database.transaction():
        if await _held(mail_id, attempts).update(given_up_at=clock.now()):
            await audit.write(keyring, Action.MAIL_GIVEN_UP, detail=detail)


async def _opened(keyring: Keyring, row: OutboxMail) -> Letter | None:
    try:
        return _open(keyring, row)
    except (KeyError, ValueError, InvalidTag) as error:
        # One that cannot be read must not keep the others from being delivered.
        _log.error("mail %s cannot be read: %s", row.id, type(error).__name__)
    attempts = row.attempts + 1
    if is_too_old(row.written_at):
        await _give_up(keyring, row.id, attempts, "unreadable")
    else:
        await _held(row.id, attempts).update(deliver_at=clock.now() + _UNREADABLE_WAIT)
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
