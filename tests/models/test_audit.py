"""The record: an entry for every change, nothing personal in it, found again by its reader."""

from datetime import timedelta

import pytest

from models import sweep
from models.errors import ArgumentMalformed, TicketConflict
from models.mail import Kind
from models.record import audit
from models.record.actions import Action
from models.record.audit import AuditEntry, Record
from models.reset import calling_off, decision, desk, recovery
from models.reset import ticket as tickets
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.reset.ticket import ResetReason
from tests.support.scenes import SERIAL, Scene

ADA, SAM = "ada@example.com", "sam@example.com"


async def entries(search: str | None = None) -> list[Record]:
    """All entries found, oldest first."""
    return (await audit.page(search, 1_000, None)).entries[::-1]


async def whole_story(scene: Scene) -> None:
    """Ada's phone is stolen; Sam looks into it, twice over."""
    ada, sam = await scene.customer(ADA), await scene.agent(SAM)
    asked = await ada.request(
        ResetReason.PHONE_STOLEN,
        message="Ask for Mr Meier.",
        contact_phone="+49 30 123456",
        device_serial_number=SERIAL,
    )
    await recovery.confirm_mailbox(
        scene.policy, await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
    )
    ticket = asked.ticket.id
    await desk.claim(scene.policy, sam, ticket)
    await desk.note(scene.policy, sam, ticket, "Spoke to Mrs Schulze.")
    await desk.record_evidence(
        scene.policy,
        sam,
        ticket,
        EvidenceKind.CALLBACK,
        EvidenceOutcome.MATCHED,
        "Called +49 30 123456.",
    )
    await desk.release(scene.policy, sam, ticket)
    await desk.claim(scene.policy, sam, ticket)
    await scene.travel(minutes=15)
    await sweep.lapse_claims(scene.policy)
    sam = await scene.session(sam.account)
    await desk.claim(scene.policy, sam, ticket)
    await decision.approve(scene.policy, sam, ticket, [EvidenceKind.CALLBACK], "Ask Mr Meier.")
    await ada.enroll(await ada.released(), await scene.release_code())


class TestWhatIsWritten:
    async def test_every_change_of_a_ticket(self, scene: Scene) -> None:
        await whole_story(scene)
        (reference,) = await tickets.RecoveryTicket.all().values_list("reference", flat=True)
        written = [(one.action, one.actor, one.detail) for one in await entries(str(reference))]
        assert written == [
            ("ticket:reset:requested", None, "PHONE_STOLEN"),
            ("ticket:mailbox:confirmed", None, None),
            ("ticket:claim:taken", SAM, None),
            ("ticket:note:added", SAM, None),
            ("ticket:evidence:recorded", SAM, "CALLBACK MATCHED"),
            ("ticket:claim:released", SAM, None),
            ("ticket:claim:taken", SAM, None),
            ("ticket:claim:lapsed", None, None),
            ("ticket:claim:taken", SAM, None),
            ("ticket:reset:approved", SAM, None),
        ]

    async def test_what_becomes_of_the_account(self, scene: Scene) -> None:
        await whole_story(scene)
        actions = [one.action for one in await entries(ADA) if one.subject == ADA]
        assert actions == [
            "account:account:added",
            "account:second_factor:suspended",
            "account:second_factor:confirmed",
        ]

    async def test_rejecting_and_cancelling(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(ADA, reason=ResetReason.PHONE_STOLEN), await scene.agent()
        await desk.claim(scene.policy, sam, ticket.id)
        await decision.reject(scene.policy, sam, ticket.id, "No.")
        asked = await (await scene.customer("bea@example.com")).request()
        await calling_off.cancel(scene.policy, asked.receipt)
        named = {one.action: one for one in await entries()}
        assert named["ticket:reset:rejected"].actor == SAM
        assert named["account:second_factor:restored"].subject == ADA
        cancelled = named["ticket:reset:cancelled"]
        assert (cancelled.actor, cancelled.detail) == (None, "CUSTOMER")

    async def test_only_what_is_on_the_list(self, scene: Scene) -> None:
        await whole_story(scene)
        written = set(await AuditEntry.all().distinct().values_list("action", flat=True))
        assert len(written) > 10
        assert written <= {action.value for action in Action}

    async def test_nothing_for_what_was_refused(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        before = await AuditEntry.all().count()
        with pytest.raises(TicketConflict):
            await desk.release(scene.policy, sam, ticket.id)
        assert await AuditEntry.all().count() == before

    async def test_nothing_personal(self, scene: Scene) -> None:
        await whole_story(scene)
        code = await scene.release_code()
        kept = str(await AuditEntry.all().values())
        for personal in (ADA, SAM, "Meier", "Schulze", "123456", SERIAL, "203.0.113.7", code):
            assert personal not in kept

    async def test_each_has_its_time(self, scene: Scene) -> None:
        before = scene.clock.now()
        await scene.ticket()
        await scene.travel(days=1)
        await scene.agent()
        first, *_, last = await entries()
        assert before < first.at < before + timedelta(minutes=1)
        assert before + timedelta(days=1) < last.at < scene.clock.now()


class TestPage:
    async def test_newest_first_and_none_is_missed(self, scene: Scene) -> None:
        for number in range(7):
            await audit.write(scene.policy.keyring, Action.SESSION_OPENED, detail=str(number))
        read, cursor = [], None
        while True:
            page = await audit.page(None, 3, cursor)
            read += [entry.detail for entry in page.entries]
            if not page.has_next:
                break
            assert len(page.entries) == 3
            cursor = audit.position(page.entries[-1])
            await audit.write(scene.policy.keyring, Action.SESSION_OPENED, detail="while reading")
        assert read == ["6", "5", "4", "3", "2", "1", "0"]

    async def test_the_last_page_says_so(self, scene: Scene) -> None:
        for _ in range(3):
            await audit.write(scene.policy.keyring, Action.SESSION_OPENED)
        assert not (await audit.page(None, 3, None)).has_next
        assert (await audit.page(None, 2, None)).has_next

    @pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "²", "1 ", "9" * 19, "0x1", "a\0"])
    async def test_a_cursor_of_another_form(self, scene: Scene, cursor: str) -> None:
        with pytest.raises(ArgumentMalformed) as refused:
            await audit.page(None, 3, cursor)
        assert refused.value.argument == "after"


class TestSearch:
    async def test_by_whom_or_to_whom(self, scene: Scene) -> None:
        await whole_story(scene)
        for typed in (SAM, "SAM@Example", " sam@ "):
            found = await entries(typed)
            assert found and all(SAM in (one.actor, one.subject) for one in found)
        assert len(await entries(ADA)) == len(await entries("ada")) > 10

    async def test_by_action_or_reference(self, scene: Scene) -> None:
        await whole_story(scene)
        assert len(await entries("ticket:claim:")) == 5
        reference = (await entries("ticket:reset:requested"))[0].subject or ""
        assert len(await entries(reference.lower())) == len(await entries(reference[:5])) == 10

    @pytest.mark.parametrize("typed", ["%", "_", "%@example.com", "claim", "nobody@", "\\", "'"])
    async def test_only_from_the_start(self, scene: Scene, typed: str) -> None:
        await whole_story(scene)
        assert await entries(typed) == []

    @pytest.mark.parametrize("typed", ["a\0", "\ud800", "\u202e", "x" * 255])
    async def test_what_cannot_be_searched_for(self, scene: Scene, typed: str) -> None:
        with pytest.raises(ArgumentMalformed) as refused:
            await entries(typed)
        assert refused.value.argument == "search"
