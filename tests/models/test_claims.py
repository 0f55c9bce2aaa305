"""Claims: leases of 15 minutes by the database's clock, for one agent at a time."""

import asyncio
from datetime import timedelta

import pytest

from models import sweep
from models.accounts.account import Role
from models.errors import TicketConflict
from models.mail import Kind
from models.record.audit import AuditEntry
from models.reset import calling_off, desk
from models.reset.ticket import RecoveryTicket, TicketState
from models.storage import database
from tests.support import postgres
from tests.support.databases import on_postgres
from tests.support.scenes import Scene

LEASE = timedelta(minutes=15)
SOON = timedelta(seconds=5)
CLAIMED, WAITING = TicketState.CLAIMED, TicketState.WAITING


async def told(scene: Scene) -> list[tuple[str, object, bool]]:
    """What the desk was told since the ticket came: kind, whose claim, whether it lapsed."""
    return [(one.kind.value, one.agent_id, one.lapsed) for one in (await scene.told())[1:]]


async def held_by(ticket: RecoveryTicket) -> object:
    """Whose the ticket is."""
    found = await RecoveryTicket.get(id=ticket.id)
    assert (found.state == CLAIMED) == (found.claimed_by_id is not None)
    return found.claimed_by_id


class TestClaim:
    async def test_it_is_a_lease_of_fifteen_minutes(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        before = await database.read_clock()
        claimed = await desk.claim(scene.policy, sam, ticket.id)
        after = await database.read_clock()
        assert (claimed.state, claimed.claimed_by_id) == (CLAIMED, sam.account_id)
        assert claimed.claim_expires_at
        assert before + LEASE <= claimed.claim_expires_at <= after + LEASE
        assert await told(scene) == [("CLAIMED", sam.account_id, False)]

    async def test_its_holder_renews_it(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        first = await desk.claim(scene.policy, sam, ticket.id)
        await scene.travel(minutes=14)
        again = await desk.claim(scene.policy, sam, ticket.id)
        assert first.claim_expires_at and again.claim_expires_at
        assert again.claim_expires_at - first.claim_expires_at >= timedelta(minutes=14)
        await scene.travel(minutes=14)
        with pytest.raises(TicketConflict):
            await desk.claim(scene.policy, await scene.agent("kim@example.com"), ticket.id)

    async def test_others_have_to_wait(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        kim = await scene.agent("kim@example.com")
        await desk.claim(scene.policy, sam, ticket.id)
        await scene.clock.travel(LEASE - SOON)
        async with scene.refused(TicketConflict) as refused:
            await desk.claim(scene.policy, kim, ticket.id)
        assert refused.value.ticket.claimed_by_id == sam.account_id
        await scene.clock.travel(SOON)
        await desk.claim(scene.policy, kim, ticket.id)
        assert await told(scene) == [
            ("CLAIMED", sam.account_id, False),
            ("RELEASED", sam.account_id, True),
            ("CLAIMED", kim.account_id, False),
        ]

    async def test_a_supervisor_takes_over_at_once(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        sue = await scene.agent("sue@example.com", Role.SUPERVISOR)
        await desk.claim(scene.policy, sam, ticket.id)
        await desk.claim(scene.policy, sue, ticket.id)
        assert await told(scene) == [
            ("CLAIMED", sam.account_id, False),
            ("RELEASED", sam.account_id, False),
            ("CLAIMED", sue.account_id, False),
        ]
        async with scene.refused(TicketConflict):
            await desk.claim(scene.policy, sam, ticket.id)

    async def test_what_is_decided_or_cancelled_cannot_be_claimed(self, scene: Scene) -> None:
        sam, sue = await scene.agent(), await scene.agent("sue@example.com", Role.SUPERVISOR)
        approved = await scene.ticket()
        await scene.approve(sam, approved)
        cancelled = await scene.ticket("bea@example.com")
        link = (await scene.letters(Kind.RESET_REQUESTED, "bea@example.com"))[0]
        await calling_off.cancel(scene.policy, link.params["cancel_link"].partition("#")[2])
        for ticket in (approved, cancelled):
            for agent in (sam, sue):
                async with scene.refused(TicketConflict):
                    await desk.claim(scene.policy, agent, ticket.id)

    async def test_sixteen_at_once_by_four_agents_have_one_winner(self, scene: Scene) -> None:
        ticket = await scene.ticket()
        agents = [await scene.agent(f"agent{number}@example.com") for number in range(4)]
        answers = await asyncio.gather(
            *(desk.claim(scene.policy, agent, ticket.id) for agent in agents * 4),
            return_exceptions=True,
        )
        winner = await held_by(ticket)
        won = [one for one in answers if isinstance(one, RecoveryTicket)]
        assert {one.claimed_by_id for one in won} == {winner}
        assert [type(one) for one in answers].count(TicketConflict) == 12
        assert await told(scene) == [("CLAIMED", winner, False)] * 4

    async def test_after_a_lapse_too(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        await scene.clock.travel(LEASE)
        agents = [await scene.agent(f"agent{number}@example.com") for number in range(4)]
        await asyncio.gather(
            *(desk.claim(scene.policy, agent, ticket.id) for agent in agents),
            return_exceptions=True,
        )
        winner = await held_by(ticket)
        released, claimed = (await told(scene))[1:]
        assert released == ("RELEASED", sam.account_id, True)
        assert claimed == ("CLAIMED", winner, False)

    @on_postgres
    async def test_the_databases_clock_is_the_one_that_counts(
        self, scene: Scene, dialect: str
    ) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        kim = await scene.agent("kim@example.com")
        await desk.claim(scene.policy, sam, ticket.id)
        await scene.clock.travel(LEASE)
        await postgres.set_ahead(scene.database_url, SOON)
        async with scene.refused(TicketConflict):
            await desk.claim(scene.policy, kim, ticket.id)
        assert await sweep.lapse_claims(scene.policy) == 0
        await desk.hold(sam, ticket, claimed_by_id=sam.account_id)
        await scene.clock.travel(-LEASE)
        await postgres.set_ahead(scene.database_url, LEASE)
        with pytest.raises(TicketConflict):
            await desk.hold(sam, ticket, claimed_by_id=sam.account_id)
        await desk.claim(scene.policy, kim, ticket.id)
        assert await held_by(ticket) == kim.account_id


class TestRelease:
    async def test_it_waits_again(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        released = await desk.release(scene.policy, sam, ticket.id)
        assert (released.state, released.claim_expires_at) == (WAITING, None)
        assert await held_by(ticket) is None
        assert (await told(scene))[-1] == ("RELEASED", sam.account_id, False)

    async def test_by_its_holder_from_another_window(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        elsewhere = await scene.session(sam.account)
        assert (await desk.release(scene.policy, elsewhere, ticket.id)).state == WAITING

    async def test_only_by_who_holds_it(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        sue = await scene.agent("sue@example.com", Role.SUPERVISOR)
        async with scene.refused(TicketConflict):
            await desk.release(scene.policy, sam, ticket.id)
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(TicketConflict):
            await desk.release(scene.policy, sue, ticket.id)
        await scene.clock.travel(LEASE)
        async with scene.refused(TicketConflict):
            await desk.release(scene.policy, sam, ticket.id)


class TestLapseClaims:
    async def test_in_time_nothing_lapses(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        await scene.clock.travel(LEASE - SOON)
        assert await sweep.lapse_claims(scene.policy) == 0
        assert await held_by(ticket) == sam.account_id
        await scene.clock.travel(SOON)
        assert await sweep.lapse_claims(scene.policy) == 1
        assert await held_by(ticket) is None
        assert (await told(scene))[-1] == ("RELEASED", sam.account_id, True)

    async def test_many_sweepers_give_each_back_once(self, scene: Scene) -> None:
        sam = await scene.agent()
        for number in range(5):
            await desk.claim(scene.policy, sam, (await scene.ticket(f"c{number}@example.com")).id)
        await scene.clock.travel(LEASE)
        counts = await asyncio.gather(*(sweep.lapse_claims(scene.policy) for _ in range(4)))
        assert sum(counts) == 5
        assert await RecoveryTicket.filter(state=WAITING).count() == 5
        assert (await scene.kinds()).count("RELEASED") == 5
        lapses = AuditEntry.filter(action="ticket:claim:lapsed", actor_id=None)
        assert await lapses.count() == 5
        assert await sweep.lapse_claims(scene.policy) == 0

    async def test_what_was_renewed_or_decided_stays(self, scene: Scene) -> None:
        sam = await scene.agent()
        renewed, decided = await scene.ticket(), await scene.ticket("bea@example.com")
        await desk.claim(scene.policy, sam, renewed.id)
        await scene.approve(sam, decided)
        await scene.travel(minutes=10)
        await desk.claim(scene.policy, sam, renewed.id)
        await scene.travel(minutes=10)
        assert await sweep.lapse_claims(scene.policy) == 0
        assert await held_by(renewed) == sam.account_id

    async def test_a_claim_and_a_sweep_at_once_tell_of_the_lapse_once(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        kim = await scene.agent("kim@example.com")
        await desk.claim(scene.policy, sam, ticket.id)
        await scene.clock.travel(LEASE)
        await asyncio.gather(
            sweep.lapse_claims(scene.policy),
            desk.claim(scene.policy, kim, ticket.id),
            sweep.lapse_claims(scene.policy),
        )
        assert await held_by(ticket) == kim.account_id
        assert (await told(scene))[1:] == [
            ("RELEASED", sam.account_id, True),
            ("CLAIMED", kim.account_id, False),
        ]
