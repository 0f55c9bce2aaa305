"""Approving and rejecting: what it takes, and what it changes."""

import dataclasses
from datetime import timedelta

import pytest

from models.accounts.account import Role
from models.errors import InvalidInput, NotAllowed, Reason, StepUpRequired, TicketConflict
from models.mail import Kind
from models.record.audit import AuditEntry
from models.reset import decision, desk, evidence, notes, recovery
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.reset.grant import ResetGrant
from models.reset.ticket import RecoveryTicket, ResetReason, TicketState
from models.second_factor import two_factor
from models.second_factor.two_factor import Suspension
from models.signing_in import step_up
from models.signing_in.session import Session
from tests.support.scenes import ORIGIN, SERIAL, Customer, Scene

SERIAL_KIND, CALLBACK = EvidenceKind.DEVICE_SERIAL, EvidenceKind.CALLBACK
MATCHED = EvidenceOutcome.MATCHED
COUNTED = "approve:"
"""In the key of the row that counts approvals."""


async def approve(
    scene: Scene, agent: Session, ticket: RecoveryTicket, *kinds: EvidenceKind
) -> RecoveryTicket:
    """Approve on that evidence, or on the serial number."""
    checked = kinds or (SERIAL_KIND,)
    return await decision.approve(scene.policy, agent, ticket.id, checked, "Checked.")


class TestApprove:
    async def test_it_grants_and_tells_everybody(self, scene: Scene) -> None:
        ada, sam = await scene.customer(), await scene.agent()
        ticket = (await ada.request(device_serial_number=SERIAL)).ticket
        await scene.travel(minutes=10)
        approved = await scene.approve(sam, ticket)
        assert (approved.state, approved.decided_by_id) == (TicketState.APPROVED, sam.account_id)
        assert approved.claim_expires_at is None
        assert approved.decided_at and approved.seconds_to_decision
        waited = approved.decided_at - ticket.submitted_at
        assert approved.seconds_to_decision == pytest.approx(waited.total_seconds(), abs=0.01)
        assert await scene.kinds() == ["SUBMITTED", "CLAIMED", "APPROVED"]
        (note,) = (await notes.notes_of([ticket.id]))[ticket.id]
        assert (note.author_id, note.text) == (sam.account_id, "Serial matches.")
        (letter,) = await scene.letters(Kind.RESET_APPROVED)
        assert letter.params["reference"] == ticket.reference

    async def test_the_factor_stays_where_it_is(self, scene: Scene) -> None:
        ada = await scene.customer()
        before = await two_factor.find(await ada.account())
        await scene.granted(ada)
        after = await two_factor.find(await ada.account())
        assert before and after and after.secret == before.secret

    async def test_not_without_a_claim(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        async with scene.refused(TicketConflict) as refused:
            await approve(scene, sam, ticket)
        assert refused.value.ticket.state == TicketState.WAITING

    async def test_not_on_another_agents_claim(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, await scene.agent("kim@example.com"), ticket.id)
        async with scene.refused(TicketConflict):
            await approve(scene, sam, ticket)
        async with scene.refused(TicketConflict):
            await decision.reject(scene.policy, sam, ticket.id, "No.")

    async def test_not_after_the_claim_lapsed_before_any_sweep(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        await scene.travel(minutes=15)
        sam = await scene.session(sam.account)
        async with scene.refused(TicketConflict) as refused:
            await approve(scene, sam, ticket)
        assert refused.value.ticket.state == TicketState.CLAIMED
        async with scene.refused(TicketConflict):
            await decision.reject(scene.policy, sam, ticket.id, "No.")

    async def test_not_twice(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await scene.approve(sam, ticket)
        for verb in (
            approve(scene, sam, ticket),
            decision.reject(scene.policy, sam, ticket.id, "x"),
        ):
            async with scene.refused(TicketConflict):
                await verb


class TestAFreshCode:
    async def test_is_needed_fifteen_minutes_after_the_last(self, scene: Scene) -> None:
        sam = await scene.customer("sam@example.com", Role.SUPPORT)
        own, ticket = await scene.session(await sam.account()), await scene.ticket()
        await scene.travel(minutes=14, seconds=55)
        await desk.claim(scene.policy, own, ticket.id)
        await scene.travel(seconds=5)
        async with scene.refused(StepUpRequired):
            await approve(scene, own, ticket)
        async with scene.refused(StepUpRequired):
            await decision.reject(scene.policy, own, ticket.id, "No.")
        await step_up.step_up(scene.policy, ORIGIN, own, sam.code())
        assert (await approve(scene, own, ticket)).state == TicketState.APPROVED

    async def test_is_enough_for_fourteen_minutes(self, scene: Scene) -> None:
        sam, ticket = await scene.agent(), await scene.ticket()
        await scene.travel(minutes=14, seconds=55)
        assert (await scene.approve(sam, ticket)).state == TicketState.APPROVED

    async def test_the_first_sign_in_entered_none(self, scene: Scene) -> None:
        sam, ticket = await scene.agent(), await scene.ticket()
        sam.verified_at = None
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(StepUpRequired):
            await approve(scene, sam, ticket)


class TestWhatItRestsOn:
    @pytest.mark.parametrize("checked", [(), (EvidenceKind.MAILBOX,), (EvidenceKind.PASSWORD_AGE,)])
    async def test_weak_evidence_is_not_enough(
        self, scene: Scene, checked: tuple[EvidenceKind, ...]
    ) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await recovery.confirm_mailbox(
            scene.policy, await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        )
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(InvalidInput, but=COUNTED) as refused:
            await decision.approve(scene.policy, sam, ticket.id, checked, "Fine.")
        assert (refused.value.field, refused.value.reason) == ("checked", Reason.EVIDENCE_WEAK)

    @pytest.mark.parametrize("outcome", [EvidenceOutcome.UNKNOWN, EvidenceOutcome.MISMATCHED])
    async def test_only_what_matched_counts(self, scene: Scene, outcome: EvidenceOutcome) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.record_evidence(scene.policy, sam, ticket.id, CALLBACK, outcome, "Hm.")
        await desk.claim(scene.policy, sam, ticket.id)
        for checked in ([CALLBACK], [SERIAL_KIND, CALLBACK], [SERIAL_KIND, EvidenceKind.MAILBOX]):
            async with scene.refused(InvalidInput, but=COUNTED) as refused:
                await approve(scene, sam, ticket, *checked)
            expected = ("checked", Reason.EVIDENCE_UNMATCHED)
            assert (refused.value.field, refused.value.reason) == expected

    async def test_a_wrong_serial_number_is_none(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(device_serial_number="WRONG-1"), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(InvalidInput, but=COUNTED):
            await approve(scene, sam, ticket)

    async def test_another_tickets_evidence_does_not_count(self, scene: Scene) -> None:
        other, sam = await scene.ticket("bea@example.com"), await scene.agent()
        ticket = await scene.ticket(device_serial_number=None)
        await desk.record_evidence(scene.policy, sam, other.id, CALLBACK, MATCHED, "Spoke to Bea.")
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(InvalidInput, but=COUNTED):
            await approve(scene, sam, ticket, CALLBACK)

    async def test_a_call_back_is_enough(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(device_serial_number=None), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        await desk.record_evidence(
            scene.policy, sam, ticket.id, CALLBACK, MATCHED, "She knew the site."
        )
        assert EvidenceKind.CALLBACK in await evidence.matched(ticket.id)
        assert (await approve(scene, sam, ticket, CALLBACK)).state == TicketState.APPROVED

    @pytest.mark.parametrize("note", ["", " \n", "x" * 4_001, "a\0b"])
    async def test_a_note_is_needed(self, scene: Scene, note: str) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(InvalidInput) as refused:
            await decision.approve(scene.policy, sam, ticket.id, [SERIAL_KIND], note)
        assert refused.value.field == "note"
        async with scene.refused(InvalidInput) as refused:
            await decision.reject(scene.policy, sam, ticket.id, note)
        assert refused.value.field == "note"


class TestApprovalsAnHour:
    async def test_so_many_and_no_more(self, scene: Scene) -> None:
        scene.policy = dataclasses.replace(scene.policy, approvals_per_hour=2)
        sam, kim = await scene.agent(), await scene.agent("kim@example.com")
        first, second, third = [await scene.ticket(f"c{n}@example.com") for n in range(3)]
        await scene.approve(sam, first)
        await scene.travel(minutes=10)
        await desk.claim(scene.policy, sam, second.id)
        for _ in range(3):
            with pytest.raises(InvalidInput):
                await approve(scene, sam, second, CALLBACK)
        await approve(scene, sam, second)
        await desk.claim(scene.policy, sam, third.id)
        async with scene.refused(NotAllowed) as refused:
            await approve(scene, sam, third)
        assert refused.value.reason == Reason.APPROVALS
        await desk.release(scene.policy, sam, third.id)
        await scene.approve(kim, third)

    async def test_an_hour_later_again(self, scene: Scene) -> None:
        scene.policy = dataclasses.replace(scene.policy, approvals_per_hour=1)
        sam = await scene.agent()
        await scene.approve(sam, await scene.ticket())
        ticket = await scene.ticket("bea@example.com")
        await scene.clock.travel(timedelta(hours=1) - timedelta(seconds=5))
        sam = await scene.session(sam.account)
        with pytest.raises(NotAllowed):
            await scene.approve(sam, ticket)
        await scene.travel(seconds=5)
        assert (await approve(scene, sam, ticket)).state == TicketState.APPROVED

    async def test_thirty_by_default(self, scene: Scene) -> None:
        assert scene.policy.approvals_per_hour == 30

    async def test_rejecting_is_not_limited(self, scene: Scene) -> None:
        scene.policy = dataclasses.replace(scene.policy, approvals_per_hour=0)
        ticket, sam = await scene.ticket(), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        await decision.reject(scene.policy, sam, ticket.id, "No.")


class TestReject:
    async def rejected(self, scene: Scene, ada: Customer, reason: ResetReason) -> RecoveryTicket:
        ticket, sam = (await ada.request(reason)).ticket, await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        return await decision.reject(scene.policy, sam, ticket.id, "Nobody there.")

    async def test_it_tells_everybody_and_grants_nothing(self, scene: Scene) -> None:
        ada = await scene.customer()
        ticket = await self.rejected(scene, ada, ResetReason.PHONE_LOST)
        assert ticket.state == TicketState.REJECTED
        assert ticket.decided_at and ticket.seconds_to_decision is not None
        assert await scene.kinds() == ["SUBMITTED", "CLAIMED", "REJECTED"]
        (letter,) = await scene.letters(Kind.RESET_REJECTED)
        assert letter.params == {"reference": ticket.reference}
        assert await ResetGrant.all().count() == 0
        await ada.verify(await ada.challenge())

    async def test_a_stolen_factor_works_again(self, scene: Scene) -> None:
        ada = await scene.customer()
        await self.rejected(scene, ada, ResetReason.PHONE_STOLEN)
        await ada.verify(await ada.challenge())
        restored = AuditEntry.filter(action="account:second_factor:restored")
        assert await restored.count() == 1

    async def test_one_that_failed_too_often_does_not(self, scene: Scene) -> None:
        ada = await scene.customer()
        await two_factor.suspend(scene.policy, await ada.account(), Suspension.FAILURES)
        await self.rejected(scene, ada, ResetReason.PHONE_STOLEN)
        factor = await two_factor.find(await ada.account())
        assert factor and factor.suspension == Suspension.FAILURES

    async def test_a_refused_rejection_lifts_nothing(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(reason=ResetReason.PHONE_STOLEN), await scene.agent()
        async with scene.refused(TicketConflict):
            await decision.reject(scene.policy, sam, ticket.id, "No.")
