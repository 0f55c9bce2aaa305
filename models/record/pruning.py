"""Takes the oldest entries off the record, so that what stays can still be verified.

The head remembers how far that went, signed under the key ring: whoever has only the database
cannot take entries away and say that they were too old.
"""

from datetime import datetime
from itertools import takewhile

from tortoise.expressions import F

from models.keys.keyring import Keyring
from models.record import chain, verifying
from models.record.audit import AuditEntry
from models.record.chain import AuditHead
from models.storage import database

_AT_ONCE = 1_000


class Tampered(Exception):
    """Raised before an entry is taken away that is not as it was written; `sequence` is its."""

    def __init__(self, sequence: int) -> None:
        super().__init__(sequence)
        self.sequence = sequence


async def prune(keyring: Keyring, before: datetime) -> int:
    """Take away what is sealed and was written before that instant; returns how many entries.

    Raises Tampered.
    """
    done = 0
    while removed := await _some(keyring, before):
        done += removed
    return done


async def _some(keyring: Keyring, before: datetime) -> int:
    async with database.transaction():
        # Sealing waits here, and so does another process that prunes.
        await AuditHead.all().update(sequence=F("sequence"))
        start = await chain.beginning(keyring)
        oldest = AuditEntry.filter(sequence__gt=start.sequence).order_by("sequence")
        entries = list(takewhile(lambda one: one.at < before, await oldest.limit(_AT_ONCE)))
        if not entries:
            return 0
        _check(keyring, start, entries)
        await AuditEntry.filter(sequence__lte=entries[-1].sequence).delete()
        await chain.begin_after(keyring, entries[-1])
    return len(entries)


def _check(keyring: Keyring, start: chain.Beginning, entries: list[AuditEntry]) -> None:
    sequence, seal = start.sequence, start.seal
    for entry in entries:
        sequence += 1
        if entry.sequence != sequence or verifying.fault_of(keyring, entry, seal):
            raise Tampered(sequence)
        seal = entry.seal or ""
