"""One ticket, several who act on it at the same moment: one wins, nothing is half done."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from models.accounts import closing
from models.accounts.account import Account, Role
from models.errors import Refusal, TicketConflict
from models.mail import Kind
from models.record.audit import AuditEntry
from models.reset import calling_off, decision, desk, recovery
from models.reset.evidence import EvidenceKind
from models.reset.grant import ResetGrant
from models.reset.notes import TicketNote
from models.reset.ticket import RecoveryTicket, ResetReason, TicketState
from models.second_factor import two_factor
from models.signing_in.session import Session
from models.stream.feed import EventKind
from tests.support.scenes import SERIAL, Customer, Scene

ROUNDS = 4
ENDS = {EventKind.APPROVED, EventKind.REJECTED, EventKind.CANCELLED}
Rival = Callable[[], Awaitable[object]]


async def at_once(*rivals: Rival) -> list[object]:
    """What comes of all of them, started together; only refusals may go wrong."""
    answers = await asyncio.gather(*(rival() for rival in rivals), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            assert isinstance(answer, Refusal), repr(answer)
    return list(answers)


async def consistent(scene: Scene, ticket: RecoveryTicket) -> RecoveryTicket:
    """The ticket as it ended: events, mails, grants and notes tell the same story."""
    found = await RecoveryTicket.get(id=ticket.id)
    told = [event.kind for event in await scene.told() if event.ticket_id == ticket.id]
    ends = [kind for kind in told if kind in ENDS]
    assert ends and ends[-1].value == found.state.value
    assert len(ends) == 1 or ends == [EventKind.APPROVED, EventKind.CANCELLED]
    decided = [kind for kind in ends if kind != EventKind.CANCELLED]
    assert await TicketNote.filter(ticket_id=ticket.id).count() == len(decided)
    assert await ResetGrant.filter(ticket_id=ticket.id).count() == ends.count(EventKind.APPROVED)
    alive = await ResetGrant.filter(ticket_id=ticket.id, ended_at=None).count()
    assert alive == (found.state == TicketState.APPROVED)
    for kind, mail in (
        (EventKind.APPROVED, Kind.RESET_APPROVED),
        (EventKind.REJECTED, Kind.RESET_REJECTED),
        (EventKind.CANCELLED, Kind.RESET_CANCELLED),
    ):
        letters = await scene.letters(mail, (await owner(found)).email)
        assert len(letters) == ends.count(kind)
        action = f"ticket:reset:{kind.lower()}"
        assert await AuditEntry.filter(action=action, ticket_id=ticket.id).count() == len(letters)
    return found


async def owner(ticket: RecoveryTicket) -> Account:
    """Whose ticket it is."""
    return await Account.get(id=ticket.account_id)


def approving(scene: Scene, agent: Session, ticket: RecoveryTicket) -> Rival:
    kinds = [EvidenceKind.DEVICE_SERIAL]
    return lambda: decision.approve(scene.policy, agent, ticket.id, kinds, "Yes.")


def rejecting(scene: Scene, agent: Session, ticket: RecoveryTicket) -> Rival:
    return lambda: decision.reject(scene.policy, agent, ticket.id, "No.")


@pytest.mark.parametrize("number", range(ROUNDS))
class TestApprovingAgainst:
    async def asked(
        self, scene: Scene, reason: ResetReason = ResetReason.PHONE_LOST
    ) -> tuple[Customer, recovery.Submitted, Session]:
        """Ada asked, and Sam holds the claim."""
        ada, sam = await scene.customer(), await scene.agent()
        asked = await ada.request(reason, device_serial_number=SERIAL)
        await desk.claim(scene.policy, sam, asked.ticket.id)
        return ada, asked, sam

    async def test_approving_in_another_window(self, scene: Scene, number: int) -> None:
        _, asked, sam = await self.asked(scene)
        rivals = [approving(scene, sam, asked.ticket)] * 4
        answers = await at_once(*rivals)
        assert [type(one) for one in answers].count(TicketConflict) == 3
        assert (await consistent(scene, asked.ticket)).state == TicketState.APPROVED

    async def test_rejecting(self, scene: Scene, number: int) -> None:
        _, asked, sam = await self.asked(scene, ResetReason.PHONE_STOLEN)
        answers = await at_once(
            approving(scene, sam, asked.ticket), rejecting(scene, sam, asked.ticket)
        )
        assert [type(one) for one in answers].count(TicketConflict) == 1
        ended = await consistent(scene, asked.ticket)
        factor = await two_factor.find(await owner(ended))
        lifted = ended.state == TicketState.REJECTED
        assert factor and (factor.suspended_at is None) == lifted

    async def test_a_supervisor_who_takes_over(self, scene: Scene, number: int) -> None:
        _, asked, sam = await self.asked(scene)
        sue = await scene.agent("sue@example.com", Role.SUPERVISOR)

        async def take_over() -> object:
            await desk.claim(scene.policy, sue, asked.ticket.id)
            return await rejecting(scene, sue, asked.ticket)()

        await at_once(approving(scene, sam, asked.ticket), take_over)
        ended = await consistent(scene, asked.ticket)
        by = {TicketState.APPROVED: sam.account_id, TicketState.REJECTED: sue.account_id}
        assert ended.decided_by_id == by[ended.state]

    async def test_the_old_phone(self, scene: Scene, number: int) -> None:
        ada, asked, sam = await self.asked(scene)
        token = await ada.challenge()
        approved, signed = await at_once(
            approving(scene, sam, asked.ticket), lambda: ada.verify(token)
        )
        ended = await consistent(scene, asked.ticket)
        assert isinstance(approved, Refusal) != isinstance(signed, Refusal)
        won = TicketState.CANCELLED if isinstance(approved, Refusal) else TicketState.APPROVED
        assert ended.state == won

    async def test_the_receipt(self, scene: Scene, number: int) -> None:
        _, asked, sam = await self.asked(scene)
        answers = await at_once(
            approving(scene, sam, asked.ticket),
            lambda: calling_off.cancel(scene.policy, asked.receipt),
        )
        assert sum(isinstance(one, Refusal) for one in answers) == 1
        await consistent(scene, asked.ticket)

    async def test_the_mailed_link(self, scene: Scene, number: int) -> None:
        ada, asked, sam = await self.asked(scene, ResetReason.PHONE_STOLEN)
        link = await scene.linked(Kind.RESET_REQUESTED, "cancel_link")
        _, cancelled = await at_once(
            approving(scene, sam, asked.ticket), lambda: calling_off.cancel(scene.policy, link)
        )
        ended = await consistent(scene, asked.ticket)
        if isinstance(cancelled, Refusal):
            assert ended.state == TicketState.APPROVED
            await calling_off.cancel(scene.policy, link)
        factor = await two_factor.find(await ada.account())
        assert factor and factor.suspended_at is None

    async def test_closing_the_account(self, scene: Scene, number: int) -> None:
        ada, asked, sam = await self.asked(scene)
        account = await ada.account()
        await at_once(
            approving(scene, sam, asked.ticket),
            lambda: closing.disable(scene.policy, account, "Left us."),
            lambda: desk.note(scene.policy, sam, asked.ticket.id, "Hm."),
        )
        found = await RecoveryTicket.get(id=asked.ticket.id)
        assert found.state in (TicketState.APPROVED, TicketState.CANCELLED)


@pytest.mark.parametrize("number", range(ROUNDS))
class TestClosingTheAccountAgainst:
    async def test_everything_at_the_desk(self, scene: Scene, number: int) -> None:
        ada, sue = await scene.customer(), await scene.agent("sue@example.com", Role.SUPERVISOR)
        ticket = (await ada.request()).ticket
        confirm = await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        account = await ada.account()
        await at_once(
            lambda: desk.claim(scene.policy, sue, ticket.id),
            lambda: recovery.confirm_mailbox(scene.policy, confirm),
            lambda: closing.disable(scene.policy, account, "Left us."),
            lambda: desk.note(scene.policy, sue, ticket.id, "Hm."),
            lambda: desk.claim(scene.policy, sue, ticket.id),
        )
        found = await RecoveryTicket.get(id=ticket.id)
        assert found.state == TicketState.CANCELLED
        assert (await scene.kinds()).count("CANCELLED") == 1
