"""How a reset that was asked for or granted comes to nothing, and who may see to that."""

import asyncio
from datetime import timedelta

import pytest

from models.accounts import closing, owner
from models.errors import ChallengeExpired, FactorSuspended, NotAllowed, Reason
from models.mail import Kind
from models.record import audit
from models.record.audit import AuditEntry
from models.reset import calling_off, desk, recovery
from models.reset.grant import ResetGrant
from models.reset.ticket import RecoveryTicket, ResetReason, TicketState
from models.second_factor import two_factor
from models.second_factor.two_factor import Suspension
from models.signing_in import session
from models.stream.feed import CancelledBy
from tests.support.scenes import ORIGIN, PASSWORD, Customer, Scene

STOLEN = ResetReason.PHONE_STOLEN
ASKED, APPROVED = Kind.RESET_REQUESTED, Kind.RESET_APPROVED


async def ended(scene: Scene, ticket: RecoveryTicket, by: CancelledBy) -> None:
    """The ticket is cancelled; desk, owner and audit were told by whom, once."""
    found = await RecoveryTicket.get(id=ticket.id)
    assert found.state == TicketState.CANCELLED
    assert (found.claimed_by_id, found.claim_expires_at) == (None, None)
    told = [event for event in await scene.told() if event.ticket_id == ticket.id]
    assert (told[-1].kind.value, told[-1].cancelled_by) == ("CANCELLED", by)
    assert [event.kind.value for event in told].count("CANCELLED") == 1
    (letter,) = await scene.letters(Kind.RESET_CANCELLED)
    assert letter.params == {"reference": ticket.reference, "by": by.value}
    entries = AuditEntry.filter(action="ticket:reset:cancelled", ticket_id=ticket.id)
    assert [entry.detail for entry in await entries] == [by.value]


async def suspended(ada: Customer) -> Suspension | None:
    """Why the factor is not accepted, if it is not."""
    factor = await two_factor.find(await ada.account())
    assert factor is not None
    assert (factor.suspended_at is None) == (factor.suspension is None)
    return factor.suspension


class TestByReceipt:
    async def test_the_first_cancels(self, scene: Scene) -> None:
        ada = await scene.customer()
        asked = await ada.request()
        await desk.claim(scene.policy, await scene.agent(), asked.ticket.id)
        cancelled = await calling_off.cancel(scene.policy, asked.receipt)
        assert cancelled.state == TicketState.CANCELLED
        await ended(scene, asked.ticket, CancelledBy.CUSTOMER)

    async def test_twice_is_as_once(self, scene: Scene) -> None:
        asked = await (await scene.customer()).request()
        await calling_off.cancel(scene.policy, asked.receipt)
        again = await calling_off.cancel(scene.policy, asked.receipt)
        assert again.state == TicketState.CANCELLED
        await ended(scene, asked.ticket, CancelledBy.CUSTOMER)

    async def test_many_at_once_are_as_one(self, scene: Scene) -> None:
        asked = await (await scene.customer()).request()
        await asyncio.gather(
            *(calling_off.cancel(scene.policy, asked.receipt) for _ in range(8)),
            return_exceptions=True,
        )
        await ended(scene, asked.ticket, CancelledBy.CUSTOMER)

    async def test_a_later_one_only_follows(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.request()
        later = await ada.request()
        async with scene.refused(NotAllowed) as refused:
            await calling_off.cancel(scene.policy, later.receipt)
        assert refused.value.reason == Reason.FOLLOW_ONLY
        assert await recovery.find_by_receipt(later.receipt) is not None

    async def test_what_was_decided_stays(self, scene: Scene) -> None:
        ada = await scene.customer()
        asked = await ada.request(device_serial_number="AHU-2042/7")
        await scene.approve(await scene.agent(), asked.ticket)
        async with scene.refused(NotAllowed) as refused:
            await calling_off.cancel(scene.policy, asked.receipt)
        assert refused.value.reason == Reason.DECIDED

    async def test_it_does_not_lift_a_theft(self, scene: Scene) -> None:
        ada = await scene.customer()
        asked = await ada.request(STOLEN)
        await calling_off.cancel(scene.policy, asked.receipt)
        assert await suspended(ada) == Suspension.STOLEN

    @pytest.mark.parametrize("receipt", ["", "unknown", "a\0b", "\ud800", "x" * 100_000])
    async def test_an_unknown_one(self, scene: Scene, receipt: str) -> None:
        await scene.ticket()
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, receipt)

    async def test_it_follows_until_30_days_after_the_decision(self, scene: Scene) -> None:
        asked = await (await scene.customer()).request()
        await scene.travel(days=60)
        assert await recovery.find_by_receipt(asked.receipt) is not None
        await calling_off.cancel(scene.policy, asked.receipt)
        await scene.clock.travel(timedelta(days=30) - timedelta(seconds=5))
        assert await recovery.find_by_receipt(asked.receipt) is not None
        await scene.travel(seconds=5)
        assert await recovery.find_by_receipt(asked.receipt) is None


class TestByTheMailedLink:
    async def test_an_open_ticket(self, scene: Scene) -> None:
        ticket = await scene.ticket()
        await desk.claim(scene.policy, await scene.agent(), ticket.id)
        await calling_off.cancel(scene.policy, await scene.linked(ASKED, "cancel_link"))
        await ended(scene, ticket, CancelledBy.MAIL_LINK)

    async def test_once(self, scene: Scene) -> None:
        await scene.ticket()
        link = await scene.linked(ASKED, "cancel_link")
        await calling_off.cancel(scene.policy, link)
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, link)

    @pytest.mark.parametrize("kind", [ASKED, APPROVED])
    async def test_a_grant(self, scene: Scene, kind: Kind) -> None:
        ada = await scene.customer()
        ticket = await scene.granted(ada)
        half_way = await ada.released()
        await calling_off.cancel(scene.policy, await scene.linked(kind, "cancel_link"))
        await ended(scene, ticket, CancelledBy.MAIL_LINK)
        assert await ResetGrant.filter(ended_at=None).count() == 0
        with pytest.raises(ChallengeExpired):
            await ada.enroll(half_way, await scene.release_code())
        await ada.verify(await ada.challenge())

    async def test_it_lifts_a_theft(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.request(STOLEN)
        await calling_off.cancel(scene.policy, await scene.linked(ASKED, "cancel_link"))
        assert await suspended(ada) is None
        await ada.verify(await ada.challenge())

    async def test_it_lifts_a_theft_after_the_grant(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada, reason=STOLEN)
        await calling_off.cancel(scene.policy, await scene.linked(APPROVED, "cancel_link"))
        assert await suspended(ada) is None

    async def test_it_lifts_a_theft_that_the_receipt_left(self, scene: Scene) -> None:
        ada = await scene.customer()
        asked = await ada.request(STOLEN)
        link = await scene.linked(ASKED, "cancel_link")
        await calling_off.cancel(scene.policy, asked.receipt)
        assert (await calling_off.cancel(scene.policy, link)).reference == asked.ticket.reference
        assert await suspended(ada) is None

    async def test_only_the_request_that_told_of_a_theft_lifts_it(self, scene: Scene) -> None:
        ada = await scene.customer()
        stolen = await ada.request(STOLEN)
        await calling_off.cancel(scene.policy, stolen.receipt)
        await ada.request()
        await calling_off.cancel(scene.policy, await scene.linked(ASKED, "cancel_link"))
        assert await suspended(ada) == Suspension.STOLEN

    async def test_it_does_not_lift_what_failed_too_often(self, scene: Scene) -> None:
        ada = await scene.customer()
        await two_factor.suspend(scene.policy, await ada.account(), Suspension.FAILURES)
        await ada.request(STOLEN)
        await calling_off.cancel(scene.policy, await scene.linked(ASKED, "cancel_link"))
        assert await suspended(ada) == Suspension.FAILURES
        with pytest.raises(FactorSuspended):
            await ada.verify(await ada.challenge())

    async def test_an_older_ones_leaves_a_newer_request_alone(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.request()
        old_link = await scene.linked(ASKED, "cancel_link")
        await ada.verify(await ada.challenge())
        await scene.travel(minutes=1)
        await ada.request(STOLEN)
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, old_link)
        assert await suspended(ada) == Suspension.STOLEN

    async def test_an_older_ones_leaves_a_newer_grant_alone(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.request()
        old_link = await scene.linked(ASKED, "cancel_link")
        await ada.verify(await ada.challenge())
        await scene.travel(minutes=1)
        await scene.granted(ada)
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, old_link)

    async def test_what_was_rejected_or_used_up_stays(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        await ada.enroll(await ada.released(), await scene.release_code())
        link = await scene.linked(APPROVED, "cancel_link")
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, link)

    async def test_a_link_for_something_else(self, scene: Scene) -> None:
        await scene.ticket()
        link = await scene.linked(ASKED, "confirm_link")
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, link)

    async def test_after_30_days(self, scene: Scene) -> None:
        await scene.ticket()
        link = await scene.linked(ASKED, "cancel_link")
        await scene.travel(days=30)
        async with scene.refused(ChallengeExpired):
            await calling_off.cancel(scene.policy, link)


class TestBySigningIn:
    async def test_an_open_ticket(self, scene: Scene) -> None:
        ada = await scene.customer()
        ticket = (await ada.request()).ticket
        await desk.claim(scene.policy, await scene.agent(), ticket.id)
        await ada.verify(await ada.challenge())
        await ended(scene, ticket, CancelledBy.SIGN_IN)

    async def test_a_grant(self, scene: Scene) -> None:
        ada = await scene.customer()
        ticket = await scene.granted(ada)
        half_way, code = await ada.released(), await scene.release_code()
        await ada.verify(await ada.released())
        await ended(scene, ticket, CancelledBy.SIGN_IN)
        with pytest.raises(ChallengeExpired):
            await ada.enroll(half_way, code)
        await scene.travel(seconds=30)
        await ada.verify(await ada.challenge())

    async def test_a_decided_ticket_is_history(self, scene: Scene) -> None:
        ada = await scene.customer()
        ticket = await scene.granted(ada)
        await scene.travel(hours=24)
        await ada.verify(await ada.challenge())
        assert (await RecoveryTicket.get(id=ticket.id)).state == TicketState.APPROVED
        assert "CANCELLED" not in await scene.kinds()

    async def test_a_wrong_code_ends_nothing(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.request()
        ada.secret = ada.secret[::-1]
        with pytest.raises(Exception, match="NONE"):
            await ada.verify(await ada.challenge())
        assert await scene.kinds() == ["SUBMITTED"]


class TestByTheAccount:
    async def test_closing_it_ends_both(self, scene: Scene) -> None:
        ada = await scene.customer()
        ticket = await scene.granted(ada)
        await closing.disable(scene.policy, await ada.account(), "Left us.")
        await ended(scene, ticket, CancelledBy.ACCOUNT_CLOSED)
        assert await ResetGrant.filter(ended_at=None).count() == 0

    async def test_a_new_password_ends_a_grant(self, scene: Scene) -> None:
        ada = await scene.customer()
        signed = await ada.verify(await ada.challenge())
        await scene.travel(seconds=30)
        ticket = await scene.granted(ada)
        half_way, code = await ada.released(), await scene.release_code()
        own = await session.find(scene.policy, signed.token)
        await owner.change_password(scene.policy, ORIGIN, own, PASSWORD, "eight slow turbines")
        await ended(scene, ticket, CancelledBy.SIGN_IN)
        with pytest.raises(ChallengeExpired):
            await ada.enroll(half_way, code)

    async def test_a_new_password_leaves_a_request_open(self, scene: Scene) -> None:
        ada = await scene.customer()
        signed = await ada.verify(await ada.challenge())
        await ada.request()
        await owner.change_password(
            scene.policy, ORIGIN, signed.session, PASSWORD, "eight slow turbines"
        )
        assert await scene.kinds() == ["SUBMITTED"]


async def test_the_audit_trail_names_the_reference(scene: Scene) -> None:
    ticket = await scene.ticket()
    await calling_off.cancel(scene.policy, await scene.linked(ASKED, "cancel_link"))
    newest = (await audit.page(ticket.reference, 1, None)).entries[0]
    assert (newest.action, newest.subject) == ("ticket:reset:cancelled", ticket.reference)
