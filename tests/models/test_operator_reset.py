"""A reset that an operator grants: like the desk's, and with a way back for the owner."""

import pytest

from models.accounts import closing, operator_reset
from models.errors import ChallengeExpired, InvalidInput, NothingToReset, ReleaseCodeRejected
from models.mail import Kind
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.reset import calling_off
from models.reset.grant import ResetGrant
from models.reset.ticket import RecoveryTicket, TicketState
from models.second_factor import enrollment, two_factor
from models.signing_in.sign_in import CodeRequired
from models.stream.feed import CancelledBy
from tests.support.scenes import ORIGIN, Customer, Scene

WHY = "Sole supervisor, phone lost; seen in person."


async def given(scene: Scene, ada: Customer) -> ResetGrant:
    return await operator_reset.give(scene.policy, await ada.account(), WHY)


async def record(action: Action) -> list[str | None]:
    return [entry.detail for entry in await AuditEntry.filter(action=action.value)]


class TestGiven:
    async def test_the_mailed_code_leads_to_a_new_phone(self, scene: Scene) -> None:
        ada = await scene.customer()
        granted = await given(scene, ada)
        await ada.enroll(await ada.released(), await scene.release_code())
        assert isinstance(await ada.login(), CodeRequired)
        assert await record(Action.RESET_GRANTED) == [f"{granted.reference}: {WHY}"]
        assert len(await scene.letters(Kind.SECOND_FACTOR_CONFIRMED)) == 1

    async def test_the_code_is_needed(self, scene: Scene) -> None:
        ada = await scene.customer()
        await given(scene, ada)
        with pytest.raises(ReleaseCodeRejected):
            await enrollment.begin(scene.policy, ORIGIN, await ada.released(), None, None)

    async def test_the_old_phone_signs_in_and_ends_it(self, scene: Scene) -> None:
        ada = await scene.customer()
        await given(scene, ada)
        await ada.verify(await ada.released())
        assert await ResetGrant.filter(ended_at=None).count() == 0

    async def test_an_open_request_is_done_with_once_the_new_phone_is_there(
        self, scene: Scene
    ) -> None:
        ada = await scene.customer()
        asked = await ada.request()
        await given(scene, ada)
        await ada.enroll(await ada.released(), await scene.release_code())
        ticket = await RecoveryTicket.get(id=asked.ticket.id)
        assert ticket.state == TicketState.CANCELLED

    async def test_what_was_half_done_is_void(self, scene: Scene) -> None:
        ada = await scene.customer()
        half = await ada.challenge()
        await given(scene, ada)
        with pytest.raises(ChallengeExpired):
            await ada.verify(half)


class TestRefused:
    async def test_without_a_reason(self, scene: Scene) -> None:
        ada = await scene.customer()
        for reason in ("", "  ", "x" * 501, "why\0"):
            with pytest.raises(InvalidInput):
                await operator_reset.give(scene.policy, await ada.account(), reason)
        assert await ResetGrant.all().count() == 0

    async def test_where_there_is_no_factor(self, scene: Scene) -> None:
        ada = await scene.customer()
        await two_factor.Authenticator.all().delete()
        with pytest.raises(NothingToReset):
            await given(scene, ada)

    async def test_where_the_account_is_disabled(self, scene: Scene) -> None:
        ada = await scene.customer()
        await closing.disable(scene.policy, await ada.account(), "Left us.")
        with pytest.raises(NothingToReset):
            await given(scene, ada)

    async def test_where_the_account_has_changed(self, scene: Scene) -> None:
        ada = await scene.customer()
        read = await ada.account()
        await given(scene, ada)
        with pytest.raises(ChallengeExpired):
            await operator_reset.give(scene.policy, read, WHY)
        assert await ResetGrant.filter(ended_at=None).count() == 1


class TestTakenBack:
    async def test_by_the_link_in_its_mail(self, scene: Scene) -> None:
        ada = await scene.customer()
        granted = await given(scene, ada)
        link = await scene.linked(Kind.RESET_APPROVED, "cancel_link")
        told = await calling_off.cancel(scene.policy, link)
        assert (told.reference, told.state) == (granted.reference, TicketState.CANCELLED)
        assert isinstance(await ada.login(), CodeRequired)
        (letter,) = await scene.letters(Kind.RESET_CANCELLED)
        by = CancelledBy.MAIL_LINK.value
        assert letter.params == {"reference": granted.reference, "by": by}
        assert await record(Action.RESET_WITHDRAWN) == [granted.reference]

    async def test_once(self, scene: Scene) -> None:
        ada = await scene.customer()
        await given(scene, ada)
        link = await scene.linked(Kind.RESET_APPROVED, "cancel_link")
        await calling_off.cancel(scene.policy, link)
        with pytest.raises(ChallengeExpired):
            await calling_off.cancel(scene.policy, link)

    async def test_not_where_support_has_granted_since(self, scene: Scene) -> None:
        ada = await scene.customer()
        await given(scene, ada)
        link = await scene.linked(Kind.RESET_APPROVED, "cancel_link")
        await ada.verify(await ada.released())
        await scene.travel(seconds=31)
        await scene.granted(ada)
        with pytest.raises(ChallengeExpired):
            await calling_off.cancel(scene.policy, link)
        assert await ResetGrant.filter(ended_at=None).count() == 1
