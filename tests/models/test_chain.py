"""The sealed record: whatever is done to it by hand shows, row and kind."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from tortoise.context import TortoiseContext

from models.accounts import account
from models.accounts.account import Account, Role
from models.keys.keyring import Keyring
from models.policy import Policy
from models.record import audit, chain, verifying
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.record.chain import AuditHead
from models.record.verifying import Fault, Tampering
from models.storage import database

PASSWORD = "seven quiet turbines"


@pytest.fixture
async def sealed(connected: TortoiseContext, policy: Policy) -> AsyncIterator[list[AuditEntry]]:
    """Ten entries about one account, sealed."""
    ada = await account.add(policy, "ada@example.com", PASSWORD, Role.CUSTOMER)
    for number in range(9):
        await audit.write(policy.keyring, Action.SESSION_OPENED, actor=ada.id, detail=f"{number}")
    assert await chain.seal(policy.keyring) == 10
    yield await AuditEntry.all().order_by("sequence")


async def faults(policy: Policy) -> list[Fault]:
    return [fault async for fault in verifying.verify(policy.keyring)]


async def change(entry: AuditEntry, **columns: object) -> None:
    """As somebody does who has the database, but not the keys."""
    await AuditEntry.filter(id=entry.id).update(**columns)


class TestSeal:
    async def test_numbers_entries_without_gaps(self, sealed: list[AuditEntry]) -> None:
        assert [entry.sequence for entry in sealed] == list(range(1, 11))

    async def test_what_nobody_touched_is_whole(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        assert await faults(policy) == []

    async def test_goes_on_where_it_ended(self, sealed: list[AuditEntry], policy: Policy) -> None:
        await audit.write(policy.keyring, Action.SESSION_OPENED)
        assert await chain.seal(policy.keyring) == 1
        assert await chain.seal(policy.keyring) == 0
        assert (await AuditHead.get(id=1)).sequence == 11
        assert await faults(policy) == []

    async def test_several_processes_seal_each_entry_once(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        for _ in range(30):
            await audit.write(policy.keyring, Action.SESSION_OPENED)
        counts = await asyncio.gather(*(chain.seal(policy.keyring) for _ in range(4)))
        assert sum(counts) == 30
        assert await faults(policy) == []

    async def test_many_entries_take_several_batches(
        self, connected: TortoiseContext, policy: Policy
    ) -> None:
        async with database.transaction():
            for _ in range(520):
                await audit.write(policy.keyring, Action.SESSION_OPENED)
        assert await chain.seal(policy.keyring) == 520
        assert await faults(policy) == []


class TestVerify:
    async def test_a_changed_entry(self, sealed: list[AuditEntry], policy: Policy) -> None:
        await change(sealed[4], detail="nothing happened")
        assert await faults(policy) == [Fault(5, sealed[4].id, Tampering.CHANGED)]

    async def test_an_entry_that_names_somebody_else(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        eve = await account.add(policy, "eve@example.com", PASSWORD, Role.CUSTOMER)
        await chain.seal(policy.keyring)
        await change(sealed[4], actor_id=eve.id)
        assert await faults(policy) == [Fault(5, sealed[4].id, Tampering.CHANGED)]

    async def test_an_entry_taken_out(self, sealed: list[AuditEntry], policy: Policy) -> None:
        await sealed[4].delete()
        assert await faults(policy) == [Fault(5, None, Tampering.DELETED)]

    async def test_entries_taken_from_the_end(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        await sealed[8].delete()
        await sealed[9].delete()
        assert await faults(policy) == [Fault(9, None, Tampering.DELETED)]

    async def test_two_entries_that_changed_places(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        await change(sealed[4], sequence=None)
        await change(sealed[5], sequence=5)
        await change(sealed[4], sequence=6)
        assert (await faults(policy))[0] == Fault(5, sealed[5].id, Tampering.MOVED)

    async def test_an_entry_added_at_the_end(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        forged = await self.forged(sequence=11, seal=sealed[9].seal)
        assert await faults(policy) == [Fault(11, forged.id, Tampering.ADDED)]

    async def test_an_entry_added_to_be_sealed(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        forged = await self.forged(mark=sealed[3].mark)
        await chain.seal(policy.keyring)
        assert await faults(policy) == [Fault(None, forged.id, Tampering.ADDED)]

    async def test_a_forged_entry_does_not_hold_up_the_others(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        await self.forged()
        await audit.write(policy.keyring, Action.SESSION_OPENED)
        await chain.seal(policy.keyring)
        assert (await AuditHead.get(id=1)).sequence == 11

    async def test_an_entry_added_beside_the_chain(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        forged = await self.forged(seal="made up")
        assert await faults(policy) == [Fault(None, forged.id, Tampering.ADDED)]

    async def test_an_end_that_was_set_back(self, sealed: list[AuditEntry], policy: Policy) -> None:
        await AuditHead.filter(id=1).update(sequence=9, seal=sealed[8].seal)
        assert await faults(policy) == [Fault(10, None, Tampering.END_MOVED)]
        await AuditHead.all().delete()
        assert await faults(policy) == [Fault(10, None, Tampering.END_MOVED)]

    async def test_what_is_sealed_meanwhile_is_not_missing(
        self, sealed: list[AuditEntry], policy: Policy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chain, "_BATCH", 3)
        reading = asyncio.create_task(faults(policy))
        for _ in range(20):
            await audit.write(policy.keyring, Action.SESSION_OPENED)
            await chain.seal(policy.keyring)
        assert await reading == []

    async def test_an_entry_under_a_key_not_yet_in_the_ring_waits(
        self, sealed: list[AuditEntry], policy: Policy, secret_keys: str
    ) -> None:
        ahead = Keyring.parse(f"{Keyring.generate_text()},{secret_keys}")
        await audit.write(ahead, Action.SESSION_OPENED)
        await audit.write(policy.keyring, Action.SESSION_OPENED)
        assert await chain.seal(policy.keyring) == 1
        assert [fault.kind for fault in await faults(policy)] == [Tampering.KEY_MISSING]
        assert await chain.seal(ahead) == 1
        assert [fault async for fault in verifying.verify(ahead)] == []

    async def test_a_key_that_left_the_ring(self, sealed: list[AuditEntry], policy: Policy) -> None:
        ring = Keyring.parse(Keyring.generate_text())
        found = [fault async for fault in verifying.verify(ring)]
        assert {fault.kind for fault in found} == {Tampering.KEY_MISSING}

    async def test_an_erased_person_breaks_nothing(
        self, sealed: list[AuditEntry], policy: Policy
    ) -> None:
        await Account.filter(email="ada@example.com").delete()
        assert (await AuditEntry.get(id=sealed[4].id)).actor_id is None
        assert await faults(policy) == []

    @staticmethod
    async def forged(**columns: Any) -> AuditEntry:
        entry = await AuditEntry.all().order_by("id").first()
        assert entry
        copied: dict[str, Any] = {
            "at": entry.at,
            "action": entry.action,
            "named": entry.named,
            "mark": entry.mark,
        }
        return await AuditEntry.create(**({"uid": uuid4()} | copied | columns))
