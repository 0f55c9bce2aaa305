"""What asking for a reset asks of the database: hold the account, read, and write all at once."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from models import clock, mail
from models.accounts.account import Account, serial_key
from models.record import audit
from models.reset import evidence, links, receipts
from models.reset import ticket as tickets
from models.reset.evidence import EvidenceKind
from models.reset.ticket import RecoveryTicket
from models.storage.rows import Columns
from models.storage.statement import Row, Statement
from models.storage.together import Together

TICKETS_WITHIN = timedelta(days=7)

WRITTEN = Together(
    tickets.WRITTEN,
    *[evidence.WRITTEN] * len(EvidenceKind),
    *[links.WRITTEN] * 2,
    mail.WRITTEN,
    audit.WRITTEN,
    receipts.WRITTEN,
)

_TICKET = Columns(RecoveryTicket, "t")
_HOLD = Statement(
    "UPDATE account SET locale = $1 "
    "WHERE id = $2 AND security_version = $3 AND disabled_at IS NULL RETURNING id"
)


@dataclass(frozen=True)
class Standing:
    """How an account stands that asks: its open ticket, and how many it began lately."""

    ticket: RecoveryTicket | None
    lately: int
    row: Row
    """What evidence is prepared from."""


async def hold(account: Account, locale: str) -> bool:
    """Keep the account as it was read until the transaction ends, and remember the language.

    False where it has moved on since. What is read next is what those left who held it before.
    """
    return bool(await _HOLD.rows(locale, account.id, account.security_version))


async def read(account: Account, serial: str | None) -> Standing:
    """All that an asking is judged by; `serial` as it was given."""
    key = serial_key(serial) if serial is not None else None
    (row,) = await _reading().rows(account.id, key, clock.now() - TICKETS_WITHIN)
    ticket = _TICKET.made(row) if row["t_id"] is not None else None
    return Standing(ticket, row["lately"], row)


@cache
def _reading() -> Statement:
    return Statement(f"""
SELECT {_TICKET.listed}, {evidence.READ},
    (SELECT count(*) FROM recovery_ticket WHERE account_id = $1 AND submitted_at > $3) AS lately
FROM account AS a LEFT JOIN recovery_ticket AS t
    ON t.account_id = a.id AND (t.state = 'WAITING' OR t.state = 'CLAIMED')
WHERE a.id = $1
""")  # noqa: S608 # words of ours
