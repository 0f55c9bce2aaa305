"""Reads the sealed record, and finds whatever is not as it was written."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from enum import StrEnum

from tortoise.expressions import Q

from models.keys.keyring import Keyring
from models.record import chain
from models.record.audit import AuditEntry
from models.record.chain import AuditHead

_BATCH = 500


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


async def verify(
    keyring: Keyring, progress: Callable[[int], object] = lambda done: None
) -> AsyncGenerator[Fault, None]:
    """Everything that is not as it was sealed, in order; the first is where to look first."""
    # Looked up before: what is sealed meanwhile must not seem to be missing.
    end = await _end()
    start = await chain.beginning(keyring)
    last, seal_before, trusted = start.sequence, start.seal, True
    sound = 0
    while entries := await _after(last):
        for entry in entries:
            sequence = entry.sequence or 0
            if sequence != last + 1:
                start = await chain.beginning(keyring)
                if start.sequence != sequence - 1:
                    yield Fault(last + 1, None, Tampering.DELETED)
                # Else those between were pruned just now.
                trusted, seal_before = start.sequence == sequence - 1, start.seal
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
    async for fault in _outside(keyring, start.sequence):
        yield fault


def fault_of(keyring: Keyring, entry: AuditEntry, seal_before: str) -> Tampering | None:
    """What was done to an entry that follows a seal; None for one that is as it was written."""
    return _tampering(keyring, entry, seal_before, trusted=True)


async def _end() -> int:
    head = await AuditHead.get_or_none()
    return head.sequence if head else -1


async def _outside(keyring: Keyring, start: int) -> AsyncGenerator[Fault, None]:
    # Only what is still to be sealed has no place in the chain, and has no seal either.
    places = AuditEntry.filter(Q(sequence=None) | Q(sequence__lte=start))
    last = 0
    while entries := await places.filter(id__gt=last).order_by("id").limit(_BATCH):
        for entry in entries:
            if entry.seal is not None or entry.sequence is not None:
                yield Fault(None, entry.id, Tampering.ADDED)
            elif not chain.has_key(keyring, entry):
                yield Fault(None, entry.id, Tampering.KEY_MISSING)
            elif not entry.is_genuine(keyring):
                yield Fault(None, entry.id, Tampering.ADDED)
        last = entries[-1].id


def _tampering(
    keyring: Keyring, entry: AuditEntry, seal_before: str, trusted: bool
) -> Tampering | None:
    seal = entry.seal or f"{keyring.newest}:"
    try:
        in_place = keyring.is_signed(chain.PURPOSE, chain.link(entry, seal_before), seal)
        genuine = entry.is_genuine(keyring)
    except KeyError:
        return Tampering.KEY_MISSING
    if genuine:
        # After a gap the seal before is not known; the gap itself has been told.
        return Tampering.MOVED if trusted and not in_place else None
    return Tampering.CHANGED if in_place or not trusted else Tampering.ADDED


async def _after(sequence: int) -> list[AuditEntry]:
    return await AuditEntry.filter(sequence__gt=sequence).order_by("sequence").limit(_BATCH)
