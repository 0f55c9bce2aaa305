"""What is kept only for a time: it goes when that is over, and not before."""

from datetime import timedelta

import pytest

from models import retention
from models.record import audit, chain, verifying
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.record.chain import AuditHead
from models.record.pruning import Tampered
from models.record.verifying import Fault, Tampering
from models.reset import calling_off, desk
from models.reset.notes import TicketNote
from models.reset.ticket import RecoveryTicket
from models.retention import EXPIRED, Periods, Removed
from models.signing_in import session
from models.signing_in.session import Session
from models.storage import database
from models.stream import feed
from tests.support.databases import on_sqlite
from tests.support.scenes import Scene

YEAR = timedelta(days=365)
NOTE, MESSAGE = "Knew the unit.", "It fell into the fan."


async def closed(scene: Scene, email: str = "ada@example.com") -> RecoveryTicket:
    ada = await scene.customer(email)
    asked = await ada.request(message=MESSAGE, contact_phone="+46 8 123 456 78")
    sam = await scene.agent(f"sam-{email}")
    await desk.note(scene.policy, sam, asked.ticket.id, NOTE)
    await calling_off.cancel(scene.policy, asked.receipt)
    return asked.ticket


async def faults(scene: Scene) -> list[Fault]:
    return [fault async for fault in verifying.verify(scene.policy.keyring)]


class TestRequests:
    async def test_a_closed_one_is_emptied_when_its_time_is_over(self, scene: Scene) -> None:
        ticket = await closed(scene)
        await scene.travel(days=364)
        assert await self.apply(scene) == 0
        await scene.travel(days=2)
        assert await self.apply(scene) == 1
        row = await RecoveryTicket.get(id=ticket.id)
        assert (row.customer_message, row.contact_phone) == (None, None)
        assert {note.text for note in await TicketNote.all()} == {EXPIRED}
        assert await self.apply(scene) == 0

    async def test_an_open_one_keeps_what_was_written(self, scene: Scene) -> None:
        ticket = await scene.ticket(message=MESSAGE)
        await scene.travel(days=366)
        assert await self.apply(scene) == 0
        assert (await RecoveryTicket.get(id=ticket.id)).customer_message == MESSAGE

    async def test_figures_and_stream_stay(self, scene: Scene) -> None:
        await closed(scene)
        before = await feed.read_after(0, 100)
        await scene.travel(days=366)
        await self.apply(scene)
        after = await feed.read_after(0, 100)
        assert [one.number for one in after] == [one.number for one in before]

    async def apply(self, scene: Scene) -> int:
        return (await retention.apply(scene.policy.keyring, Periods(requests=YEAR))).requests


class TestSessions:
    async def test_go_some_time_after_their_end(self, scene: Scene) -> None:
        sam = await scene.agent()
        other = await scene.session(sam.account)
        await session.end(scene.policy, other)
        await scene.travel(days=6)
        assert await self.apply(scene) == 0
        await scene.travel(days=1, seconds=1)
        assert await self.apply(scene) == 1
        await scene.travel(days=1)
        assert await self.apply(scene) == 1
        assert await Session.all().count() == 0

    async def test_live_ones_stay(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.verify(await ada.challenge())
        await scene.travel(days=20)
        assert await self.apply(scene) == 0

    async def apply(self, scene: Scene) -> int:
        periods = Periods(sessions=timedelta(days=7))
        return (await retention.apply(scene.policy.keyring, periods)).sessions


class TestRecord:
    async def entries(self, scene: Scene, count: int) -> None:
        for _ in range(count):
            await audit.write(scene.policy.keyring, Action.SESSION_OPENED)
        await chain.seal(scene.policy.keyring)

    async def apply(self, scene: Scene) -> int:
        return (await retention.apply(scene.policy.keyring, Periods(record=YEAR))).record

    async def test_the_oldest_go_and_the_rest_is_whole(self, scene: Scene) -> None:
        await self.entries(scene, 5)
        await scene.travel(days=200)
        await self.entries(scene, 4)
        await scene.travel(days=200)
        assert await self.apply(scene) == 5
        assert await AuditEntry.all().count() == 4
        assert await faults(scene) == []
        await self.entries(scene, 3)
        assert await faults(scene) == []
        await scene.travel(days=200)
        assert await self.apply(scene) == 4
        assert await faults(scene) == []

    async def test_all_may_go(self, scene: Scene) -> None:
        await self.entries(scene, 5)
        await scene.travel(days=366)
        assert await self.apply(scene) == 5
        assert await faults(scene) == []
        await self.entries(scene, 1)
        assert (await AuditEntry.get()).sequence == 6
        assert await faults(scene) == []

    async def test_what_is_not_sealed_yet_stays(self, scene: Scene) -> None:
        await audit.write(scene.policy.keyring, Action.SESSION_OPENED)
        await scene.travel(days=366)
        assert await self.apply(scene) == 0

    async def test_taken_away_by_hand_shows(self, scene: Scene) -> None:
        await self.entries(scene, 5)
        third = await AuditEntry.get(sequence=3)
        await AuditEntry.filter(sequence__lte=3).delete()
        await AuditHead.all().update(pruned=3, pruned_seal=third.seal, pruned_mark="")
        assert [fault.kind for fault in await faults(scene)] == [Tampering.DELETED]

    async def test_no_mark_of_another_place_will_do(self, scene: Scene) -> None:
        await self.entries(scene, 2)
        await scene.travel(days=366)
        await self.apply(scene)
        await self.entries(scene, 3)
        fourth = await AuditEntry.get(sequence=4)
        await AuditEntry.filter(sequence__lte=4).delete()
        await AuditHead.all().update(pruned=4, pruned_seal=fourth.seal)
        assert Tampering.DELETED in [fault.kind for fault in await faults(scene)]

    async def test_one_put_back_shows(self, scene: Scene) -> None:
        await self.entries(scene, 2)
        first = await AuditEntry.get(sequence=1)
        await scene.travel(days=366)
        await self.apply(scene)
        await AuditEntry.bulk_create([first])
        assert [fault.kind for fault in await faults(scene)] == [Tampering.ADDED]

    @pytest.mark.parametrize("columns", [{"detail": "another"}, {"seal": "other"}])
    async def test_what_was_changed_is_not_taken_away(
        self, scene: Scene, columns: dict[str, str]
    ) -> None:
        await self.entries(scene, 5)
        await AuditEntry.filter(sequence=3).update(**columns)
        before = await faults(scene)
        await scene.travel(days=366)
        with pytest.raises(Tampered) as found:
            await self.apply(scene)
        assert found.value.sequence == 3
        assert await faults(scene) == before

    async def test_several_at_once_take_each_away_once(self, scene: Scene) -> None:
        await self.entries(scene, 5)
        await scene.travel(days=366)
        assert sorted([await self.apply(scene), await self.apply(scene)]) == [0, 5]


async def test_without_periods_nothing_goes(scene: Scene) -> None:
    await closed(scene)
    await scene.travel(days=10_000)
    assert await retention.apply(scene.policy.keyring, Periods()) == Removed()


@on_sqlite
async def test_found_by_the_index(scene: Scene) -> None:
    wanted = RecoveryTicket.filter(retention._KEPT, submitted_at__lt=scene.clock.now())
    asked = f"EXPLAIN QUERY PLAN {wanted.sql(params_inline=True)}"
    rows = await database.connection().execute_query_dict(asked)
    assert any("ticket_to_empty" in str(row) for row in rows), rows
