"""The outbox as a postman sees it: mails are taken over, then delivered, postponed or given up.

A mail that was given up keeps its encrypted content: an operator who has mended the reason sets
`given_up_at` to null, and it is due again.
"""

import logging
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from tortoise.queryset import QuerySet

from models import clock, mail
from models.keys.keyring import Keyring
from models.mail import Letter, OutboxMail
from models.record import audit
from models.record.actions import Action
from models.storage import database
from models.storage.rows import Columns
from models.storage.statement import Statement

# Longer than any attempt takes; a process that dies meanwhile leaves the mail to another.
LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=3)
# For a mail whose key is missing: an operator has to bring that back.
_UNREADABLE_WAIT = timedelta(minutes=15)

_MAIL = Columns(OutboxMail, "outbox_mail")
_DUE = "delivered_at IS NULL AND given_up_at IS NULL AND deliver_at <= $1"
_WAITING = Statement(f"SELECT 1 FROM outbox_mail WHERE {_DUE} LIMIT 1")  # noqa: S608 # words of ours
_WIPE = Statement(
    "UPDATE outbox_mail SET delivered_at = $2, payload = NULL, given_up_at = NULL WHERE id = $1"
)

_log = logging.getLogger("sparekey.mail")


async def due(keyring: Keyring, limit: int = 20) -> list[Letter]:
    """Take over what is to be delivered now, for a minute; nobody else gets it meanwhile."""
    letters: list[Letter] = []
    while asked := limit - len(letters):
        taken = await _take(asked)
        opened = [await _opened(keyring, row) for row in taken]
        letters += [letter for letter in opened if letter]
        if len(taken) < asked:
            break
    return letters


async def delivered(letter: Letter) -> None:
    """Wipe what is on its way."""
    await _WIPE.rows(letter.id, clock.now())


async def postpone(letter: Letter, retry_at: datetime) -> None:
    """Try again later, unless somebody else has taken it over by now."""
    await _held(letter.id, letter.attempts).update(deliver_at=retry_at)


async def give_up(keyring: Keyring, letter: Letter) -> None:
    """Try no more, and leave a record of it, unless somebody else has taken it over by now."""
    await _give_up(keyring, letter.id, letter.attempts, letter.kind.value)


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


def is_too_old(written_at: datetime) -> bool:
    """Whether a mail that could not be delivered this time either is to be given up."""
    return clock.now() - written_at >= GIVEN_UP_AFTER


def _held(mail_id: UUID, attempts: int) -> QuerySet[OutboxMail]:
    # Each taking over counts as an attempt.
    return OutboxMail.filter(id=mail_id, attempts=attempts, delivered_at=None, given_up_at=None)


async def _take(limit: int) -> list[OutboxMail]:
    now = clock.now()
    # Who looks in vain, as most do, is not to wait for who writes.
    if not await _WAITING.rows(now):
        return []
    rows = await _taking().rows(now, now + LEASE, limit)
    return sorted(map(_MAIL.made, rows), key=lambda row: row.written_at)


@cache
def _taking() -> Statement:
    # What others take at the same moment is passed over.
    return Statement(f"""
WITH free AS (SELECT id FROM outbox_mail WHERE {_DUE} ORDER BY deliver_at LIMIT $3 UNLOCKED)
UPDATE outbox_mail SET deliver_at = $2, attempts = attempts + 1
WHERE id IN (SELECT id FROM free) RETURNING {_MAIL.listed}
""")  # noqa: S608 # words of ours


async def _opened(keyring: Keyring, row: OutboxMail) -> Letter | None:
    try:
        return mail.opened(keyring, row)
    except (KeyError, ValueError, InvalidTag) as error:
        # One that cannot be read must not keep the others from being delivered.
        _log.error("mail %s cannot be read: %s", row.id, type(error).__name__)
    if is_too_old(row.written_at):
        await _give_up(keyring, row.id, row.attempts, "unreadable")
    else:
        await _held(row.id, row.attempts).update(deliver_at=clock.now() + _UNREADABLE_WAIT)
    return None


async def _give_up(keyring: Keyring, mail_id: UUID, attempts: int, detail: str) -> None:
    async with database.transaction():
        if await _held(mail_id, attempts).update(given_up_at=clock.now()):
            await audit.write(keyring, Action.MAIL_GIVEN_UP, detail=detail)
