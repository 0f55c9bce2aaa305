"""What agents write on a ticket, and who may work on which."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from models.accounts.account import Role
from models.errors import InvalidInput, NotAllowed, Reason, TicketConflict, TicketNotFound
from models.policy import Policy
from models.reset import decision, desk, evidence, notes
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.reset.ticket import RecoveryTicket
from models.signing_in.session import Session
from tests.support.scenes import SERIAL, Scene

CALLBACK, MATCHED = EvidenceKind.CALLBACK, EvidenceOutcome.MATCHED
Verb = Callable[[Policy, Session | None, UUID], Awaitable[RecoveryTicket]]
VERBS: dict[str, Verb] = {
    "claim": lambda policy, own, key: desk.claim(policy, own, key),
    "release": lambda policy, own, key: desk.release(policy, own, key),
    "note": lambda policy, own, key: desk.note(policy, own, key, "Called."),
    "evidence": lambda policy, own, key: desk.record_evidence(
        policy, own, key, CALLBACK, MATCHED, "Yes."
    ),
    "approve": lambda policy, own, key: decision.approve(
        policy, own, key, [EvidenceKind.DEVICE_SERIAL], "Fine."
    ),
    "reject": lambda policy, own, key: decision.reject(policy, own, key, "No."),
}
every_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())


class TestWhoMay:
    @every_verb
    async def test_nobody_without_a_session(self, scene: Scene, verb: Verb) -> None:
        ticket = await scene.ticket()
        async with scene.refused(NotAllowed) as refused:
            await verb(scene.policy, None, ticket.id)
        assert refused.value.reason == Reason.NO_SESSION

    @every_verb
    async def test_no_customer(self, scene: Scene, verb: Verb) -> None:
        ticket = await scene.ticket()
        bea = await scene.session(await (await scene.customer("bea@example.com")).account())
        for ticket_id in (ticket.id, uuid4()):
            async with scene.refused(NotAllowed) as refused:
                await verb(scene.policy, bea, ticket_id)
            assert refused.value.reason == Reason.ROLE

    @every_verb
    async def test_nobody_on_their_own_ticket(self, scene: Scene, verb: Verb) -> None:
        sue = await scene.customer("sue@example.com", Role.SUPERVISOR)
        ticket = (await sue.request(device_serial_number=SERIAL)).ticket
        own = await scene.session(await sue.account())
        async with scene.refused(NotAllowed) as refused:
            await verb(scene.policy, own, ticket.id)
        assert refused.value.reason == Reason.OWN_TICKET

    @every_verb
    async def test_there_must_be_a_ticket(self, scene: Scene, verb: Verb) -> None:
        sam = await scene.agent()
        async with scene.refused(TicketNotFound):
            await verb(scene.policy, sam, uuid4())

    @pytest.mark.parametrize("verb", [VERBS["approve"], VERBS["reject"]], ids=["approve", "reject"])
    @pytest.mark.parametrize("owner", [Role.SUPPORT, Role.SUPERVISOR])
    async def test_only_supervisors_decide_on_staff(
        self, scene: Scene, verb: Verb, owner: Role
    ) -> None:
        kim = await scene.customer("kim@example.com", owner)
        ticket = (await kim.request(device_serial_number=SERIAL)).ticket
        sam, sue = await scene.agent(), await scene.agent("sue@example.com", Role.SUPERVISOR)
        await desk.claim(scene.policy, sam, ticket.id)
        async with scene.refused(NotAllowed) as refused:
            await verb(scene.policy, sam, ticket.id)
        assert refused.value.reason == Reason.STAFF_TICKET
        await desk.claim(scene.policy, sue, ticket.id)
        assert not (await verb(scene.policy, sue, ticket.id)).is_open


class TestNote:
    async def test_notes_are_kept_in_order_with_their_authors(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        kim = await scene.agent("kim@example.com")
        await desk.note(scene.policy, sam, ticket.id, " Called, nobody there.\n")
        await desk.note(scene.policy, kim, ticket.id, "Ruft zurück 👋")
        written = (await notes.notes_of([ticket.id]))[ticket.id]
        assert [(note.author_id, note.text) for note in written] == [
            (sam.account_id, "Called, nobody there."),
            (kim.account_id, "Ruft zurück 👋"),
        ]
        event = (await scene.told())[-1]
        assert (event.kind.value, event.note_id) == ("NOTED", written[-1].id)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", Reason.EMPTY),
            (" \n\t", Reason.EMPTY),
            ("x" * 4_001, Reason.TOO_LONG),
            ("a\0b", Reason.CHARACTERS),
            ("a\u2066b", Reason.CHARACTERS),
        ],
    )
    async def test_what_is_no_note(self, scene: Scene, text: str, reason: Reason) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        async with scene.refused(InvalidInput) as refused:
            await desk.note(scene.policy, sam, ticket.id, text)
        assert (refused.value.field, refused.value.reason) == ("text", reason)


class TestRecordEvidence:
    async def test_a_call_back_replaces_what_was_known(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        for outcome in (EvidenceOutcome.MISMATCHED, MATCHED, EvidenceOutcome.UNKNOWN):
            await desk.record_evidence(
                scene.policy, sam, ticket.id, CALLBACK, outcome, f"It is {outcome}."
            )
            rows = (await evidence.evidence_of([ticket.id]))[ticket.id]
            assert len(rows) == len(EvidenceKind)
            assert (rows[-1].kind, rows[-1].outcome) == (CALLBACK, outcome)
            assert rows[-1].detail == f"It is {outcome}."
        assert await scene.kinds() == ["SUBMITTED", *["EVIDENCE_ADDED"] * 3]

    @pytest.mark.parametrize("kind", [kind for kind in EvidenceKind if kind != CALLBACK])
    async def test_the_server_finds_the_rest(self, scene: Scene, kind: EvidenceKind) -> None:
        ticket = await scene.ticket()
        for role in (Role.SUPPORT, Role.SUPERVISOR):
            agent = await scene.agent(f"{role.lower()}@example.com", role)
            async with scene.refused(InvalidInput) as refused:
                await desk.record_evidence(
                    scene.policy, agent, ticket.id, kind, MATCHED, "Trust me."
                )
            assert (refused.value.field, refused.value.reason) == ("kind", Reason.EVIDENCE_KIND)

    @pytest.mark.parametrize("detail", ["", "  ", "x" * 1_001, "a\0b"])
    async def test_it_says_what_was_done(self, scene: Scene, detail: str) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        async with scene.refused(InvalidInput) as refused:
            await desk.record_evidence(scene.policy, sam, ticket.id, CALLBACK, MATCHED, detail)
        assert refused.value.field == "detail"

    async def test_not_after_the_decision(self, scene: Scene) -> None:
        ticket, sam = await scene.ticket(), await scene.agent()
        await scene.approve(sam, ticket)
        async with scene.refused(TicketConflict) as refused:
            await desk.record_evidence(scene.policy, sam, ticket.id, CALLBACK, MATCHED, "Too late.")
        assert refused.value.ticket.state == "APPROVED"
