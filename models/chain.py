"""Seals the record into a chain, so that what is changed, taken out, moved or added shows.

One process at a time takes what was written since and gives it consecutive numbers; each seal is
made over the number, the seal before and the entry's mark, under the key ring. Sign-ins never wait
for it. The head is also told to the log, where a chain that was cut short at its end shows.
"""

import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from enum import StrEnum

from tortoise import fields
from tortoise.expressions import F, Q
from tortoise.models import Model

from models import database
from models.audit import AuditEntry
from models.keyring import Keyring

_ONLY_ROW = 1
_BATCH = 500
_PURPOSE = "audit-chain"
_FORGED = "forged"
"""Stands in place of the seal of an entry that this house did not write."""

_log = logging.getLogger("sparekey.audit")


class AuditHead(Model):
    """The one row that knows the end of the chain."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    sequence = fields.BigIntField(default=0)
    seal = fields.CharField(max_length=100, default="")

    class Meta:
        table = "audit_head"


class Tampering(StrEnum):
    """What was done to an entry."""

    CHANGED = "changed"
    DELETED = "deleted"
    MOVED = "moved to another place"
    ADDED = "added by hand"
    KEY_MISSING = "sealed under a key that is not in the ring"
    END_MOVED = "the end of the chain was set to another place"


@dataclass(frozen=True)
class Fault:
    """An entry that is not as it was sealed; `sequence` is None where it never was."""

    sequence: int | None
    row: int | None
    kind: Tampering


async def seal(keyring: Keyring) -> int:
    """Seal what was written since, in order; returns how many entries.

    What was marked under a key that is not in the ring waits for a process that has it.
    """
    sealed = last = 0
    while await AuditEntry.filter(seal=None, id__gt=last).exists():
        done, last = await _seal_batch(keyring, last)
        sealed += done
    return sealed


async def verify(
    keyring: Keyring, progress: Callable[[int], object] = lambda done: None
) -> AsyncGenerator[Fault, None]:
    """Everything that is not as it was sealed, in order; the first is where to look first."""
    # Looked up before: what is sealed meanwhile must not seem to be missing.
    end = await _end()
    last, seal_before, trusted = 0, "", True
    sound = 0
    while entries := await _after(last):
        for entry in entries:
            sequence = entry.sequence or 0
            if sequence != last + 1:
                yield Fault(last + 1, None, Tampering.DELETED)
                trusted = False
            kind = _tampering(keyring, entry, seal_before, trusted)
            if kind is not None:
                yield Fault(sequence, entry.id, kind)
            else:
                sound = sequence
            last, seal_before = sequence, entry.seal or ""
            trusted = kind is not Tampering.MOVED
        progress(last)
    if end > last:
        yield Fault(last + 1, None, Tampering.DELETED)
    if await _end() < sound:
        yield Fault(sound, None, Tampering.END_MOVED)
    async for fault in _outside(keyring):
        yield fault


async def _end() -> int:
    head = await AuditHead.get_or_none(id=_ONLY_ROW)
    return head.sequence if head else -1


async def _outside(keyring: Keyring) -> AsyncGenerator[Fault, None]:
    # Only what is still to be sealed has no place in the chain, and has no seal either.
    places = AuditEntry.filter(Q(sequence=None) | Q(sequence__lte=0))
    last = 0
    while entries := await places.filter(id__gt=last).order_by("id").limit(_BATCH):
        for entry in entries:
            if entry.seal is not None or entry.sequence is not None:
                yield Fault(None, entry.id, Tampering.ADDED)
            elif not _has_key(keyring, entry):
                yield Fault(None, entry.id, Tampering.KEY_MISSING)
            elif not entry.is_genuine(keyring):
                yield Fault(None, entry.id, Tampering.ADDED)
        last = entries[-1].id


async def _seal_batch(keyring: Keyring, last: int) -> tuple[int, int]:
    async with database.transaction():
        # Whoever comes second waits here, and then finds nothing left.
        await AuditHead.filter(id=_ONLY_ROW).update(sequence=F("sequence"))
        head = await AuditHead.get(id=_ONLY_ROW)
        found = await AuditEntry.filter(seal=None, id__gt=last).order_by("id").limit(_BATCH)
        entries = [entry for entry in found if _has_key(keyring, entry)]
        for entry in entries:
            _append(keyring, head, entry)
        if entries:
            await AuditEntry.bulk_update(entries, fields=["sequence", "seal"])
            await AuditHead.filter(id=_ONLY_ROW).update(sequence=head.sequence, seal=head.seal)
    if entries:
        _log.info("audit sealed up to %d: %s", head.sequence, head.seal)
    return len(entries), found[-1].id if found else last


def _append(keyring: Keyring, head: AuditHead, entry: AuditEntry) -> None:
    if not entry.is_genuine(keyring):
        _log.error("audit entry %d was added by hand", entry.id)
        entry.seal = _FORGED
        return
    entry.sequence = head.sequence = head.sequence + 1
    entry.seal = head.seal = keyring.sign(_PURPOSE, _link(entry, head.seal))


def _tampering(
    keyring: Keyring, entry: AuditEntry, seal_before: str, trusted: bool
) -> Tampering | None:
    seal = entry.seal or f"{keyring.newest}:"
    try:
        in_place = keyring.is_signed(_PURPOSE, _link(entry, seal_before), seal)
        genuine = entry.is_genuine(keyring)
    except KeyError:
        return Tampering.KEY_MISSING
    if genuine:
        # After a gap the seal before is not known; the gap itself has been told.
        return Tampering.MOVED if trusted and not in_place else None
    return Tampering.CHANGED if in_place or not trusted else Tampering.ADDED


async def _after(sequence: int) -> list[AuditEntry]:
    return await AuditEntry.filter(sequence__gt=sequence).order_by("sequence").limit(_BATCH)


def _link(entry: AuditEntry, seal_before: str) -> str:
    return f"{entry.sequence}|{seal_before}|{entry.mark}"


def _has_key(keyring: Keyring, entry: AuditEntry) -> bool:
    return entry.mark.partition(":")[0] in keyring.ids
