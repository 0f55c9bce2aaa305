"""Seals the record into a chain, so that what is changed, taken out, moved or added shows.

One process at a time takes what was written since and gives it consecutive numbers; each seal is
made over the number, the seal before and the entry's mark, under the key ring. Sign-ins never wait
for it. The head is also told to the log, where a chain that was cut short at its end shows.
"""

import logging
from dataclasses import dataclass

from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model

from models.keys.keyring import Keyring
from models.record.audit import AuditEntry
from models.storage import database
from models.storage.statement import Statement

_ONLY_ROW = 1
_BATCH = 500
PURPOSE = "audit-chain"
_PRUNED = "audit-pruned"
_FORGED = "forged"
"""Stands in place of the seal of an entry that this house did not write."""

_SEAL = Statement("UPDATE audit_entry SET sequence = $2, seal = $3 WHERE id = $1")

_log = logging.getLogger("sparekey.audit")


class AuditHead(Model):
    """The one row that knows the end of the chain."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    sequence = fields.BigIntField(default=0)
    seal = fields.CharField(max_length=100, default="")
    pruned = fields.BigIntField(default=0, db_default=0)
    """Entries up to this one are no longer kept."""
    pruned_seal = fields.CharField(max_length=100, default="", db_default="")
    pruned_mark = fields.CharField(max_length=100, default="", db_default="")
    """Made over both: that this house took them away."""

    class Meta:
        table = "audit_head"


@dataclass(frozen=True)
class Beginning:
    """What the first entry that is kept follows."""

    sequence: int = 0
    seal: str = ""


async def seal(keyring: Keyring) -> int:
    """Seal what was written since, in order; returns how many entries.

    What was marked under a key that is not in the ring waits for a process that has it.
    """
    sealed = last = 0
    while await AuditEntry.filter(seal=None, id__gt=last).exists():
        done, last = await _seal_batch(keyring, last)
        sealed += done
    return sealed


async def beginning(keyring: Keyring) -> Beginning:
    """Where the record begins: after what was pruned, if that was done by whoever has the keys."""
    head = await AuditHead.get_or_none(id=_ONLY_ROW)
    if head is None or not head.pruned:
        return Beginning()
    try:
        signed = keyring.is_signed(_PRUNED, _cut(head.pruned, head.pruned_seal), head.pruned_mark)
    except KeyError:
        signed = False
    return Beginning(head.pruned, head.pruned_seal) if signed else Beginning()


async def begin_after(keyring: Keyring, entry: AuditEntry) -> None:
    """Let the record begin after this entry, in the caller's transaction."""
    sequence, seal = entry.sequence or 0, entry.seal or ""
    await AuditHead.filter(id=_ONLY_ROW).update(
        pruned=sequence, pruned_seal=seal, pruned_mark=keyring.sign(_PRUNED, _cut(sequence, seal))
    )


async def _seal_batch(keyring: Keyring, last: int) -> tuple[int, int]:
    async with database.transaction():
        # Whoever comes second waits here, and then finds nothing left.
        await AuditHead.filter(id=_ONLY_ROW).update(sequence=F("sequence"))
        head = await AuditHead.get(id=_ONLY_ROW)
        found = await AuditEntry.filter(seal=None, id__gt=last).order_by("id").limit(_BATCH)
        entries = [entry for entry in found if has_key(keyring, entry)]
        for entry in entries:
            _append(keyring, head, entry)
        if entries:
            await _SEAL.each((one.id, one.sequence, one.seal) for one in entries)
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
    entry.seal = head.seal = keyring.sign(PURPOSE, link(entry, head.seal))


def link(entry: AuditEntry, seal_before: str) -> str:
    """What the seal of an entry is made over."""
    return f"{entry.sequence}|{seal_before}|{entry.mark}"


def _cut(sequence: int, seal: str) -> str:
    return f"{sequence}|{seal}"


def has_key(keyring: Keyring, entry: AuditEntry) -> bool:
    """Whether the key is there under which an entry was marked."""
    return entry.mark.partition(":")[0] in keyring.ids
