"""The desk through the contract: what it answers, and whom it lets in."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.support import people
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running

NOWHERE = f"ticket_{uuid4().hex}"


def mutations(ticket: str) -> dict[str, dict[str, Any]]:
    """Every mutation of the desk, as it would be right."""
    return {
        "ClaimTicket": {"ticketId": ticket},
        "ReleaseTicket": {"ticketId": ticket},
        "AddTicketNote": {"ticketId": ticket, "text": "Called."},
        "RecordEvidence": {
            "ticketId": ticket,
            "kind": "CALLBACK",
            "outcome": "MATCHED",
            "detail": "Spoke to her.",
        },
        "ApproveReset": {"ticketId": ticket, "checked": ["DEVICE_SERIAL"], "note": "Fine."},
        "RejectReset": {"ticketId": ticket, "note": "No."},
    }


QUERIES: dict[str, dict[str, Any]] = {
    "RecoveryQueue": {},
    "RecoveryQueueCount": {},
    "RecoveryTicket": {"reference": "R-7K3M-Q94T"},
    "QueueStatus": {},
    "QueueHistory": {},
    "AuditTrail": {},
}


async def refusals(client: Client, ticket: str) -> set[tuple[str, str]]:
    """What all mutations answer."""
    answers = [await client.run(name, fields) for name, fields in mutations(ticket).items()]
    return {(answer["__typename"], answer["message"]) for answer in answers}


async def codes(client: Client) -> dict[str, str]:
    """The codes that the queries fail with."""
    found = {}
    for name, variables in QUERIES.items():
        (error,) = await client.errors(name, variables)
        found[name] = error["extensions"]["code"]
    return found


async def asked(ada: Person, sam: Person) -> Any:
    """Ada's request as Sam sees it."""
    reference = (await ada.request_reset(deviceSerialNumber=ada.serial_number))["ticket"][
        "reference"
    ]
    return await sam.client.run("RecoveryTicket", reference=reference)


class TestWhoMay:
    async def test_nobody_without_a_session(self, served: Running, clock: Clock) -> None:
        nobody = served.program()
        assert await refusals(nobody, NOWHERE) == {("NotAllowed", "Please sign in.")}
        assert set((await codes(nobody)).values()) == {"UNAUTHENTICATED"}

    async def test_no_customer(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        assert await refusals(ada.client, NOWHERE) == {("NotAllowed", "Your role may not do this.")}
        assert set((await codes(ada.client)).values()) == {"FORBIDDEN"}

    async def test_nobody_on_their_own_ticket(self, served: Running, clock: Clock) -> None:
        sue = await people.agent(served, clock, "sue@example.com", "SUPERVISOR")
        await sue.request_reset()
        (edge,) = (await sue.client.run("RecoveryQueue"))["edges"]
        own = ("NotAllowed", "Nobody decides on their own request.")
        assert await refusals(sue.client, edge["node"]["id"]) == {own}

    async def test_staff_is_a_supervisors_matter(self, served: Running, clock: Clock) -> None:
        sam = await people.agent(served, clock)
        kim = await people.agent(served, clock, "kim@example.com")
        sue = await people.agent(served, clock, "sue@example.com", "SUPERVISOR")
        await kim.request_reset(deviceSerialNumber="none")
        (edge,) = (await sam.client.run("RecoveryQueue"))["edges"]
        assert edge["node"]["account"]["staff"] is True
        decision = mutations(edge["node"]["id"])
        await sam.client.run("ClaimTicket", decision["ClaimTicket"])
        for name in ("ApproveReset", "RejectReset"):
            refused = expect(await sam.client.run(name, decision[name]), "NotAllowed")
            assert "supervisor" in refused["message"]
        await sue.client.run("ClaimTicket", decision["ClaimTicket"])
        rejected = await sue.client.run("RejectReset", decision["RejectReset"])
        assert expect(rejected, "RecoveryTicket")["decidedBy"]["email"] == sue.email

    async def test_supervisors_alone_see_the_audit_trail(
        self, served: Running, clock: Clock
    ) -> None:
        sam = await people.agent(served, clock)
        (error,) = await sam.client.errors("AuditTrail")
        assert error["extensions"]["code"] == "FORBIDDEN"
        for name in set(QUERIES) - {"AuditTrail"}:
            assert "errors" not in await sam.client.answer(name, QUERIES[name])


class TestATicket:
    async def test_from_claim_to_approval(self, served: Running, clock: Clock) -> None:
        ada, sam = await people.customer(served, clock), await people.agent(served, clock)
        steps = mutations((await asked(ada, sam))["id"])
        order = ("ClaimTicket", "AddTicketNote", "RecordEvidence", "ReleaseTicket", "ClaimTicket")
        for name in (*order, "ApproveReset"):
            ticket = expect(await sam.client.run(name, steps[name]), "RecoveryTicket")
        assert (ticket["state"], ticket["decidedBy"]["email"]) == ("APPROVED", sam.email)
        assert [note["text"] for note in ticket["notes"]] == ["Called.", "Fine."]
        assert {note["author"]["email"] for note in ticket["notes"]} == {sam.email}
        outcomes = {one["kind"]: one["outcome"] for one in ticket["evidence"]}
        assert (outcomes["DEVICE_SERIAL"], outcomes["CALLBACK"]) == ("MATCHED", "MATCHED")
        found = await sam.client.run("RecoveryTicket", reference=ticket["reference"].lower())
        assert [event["__typename"] for event in found["history"]] == [
            "TicketSubmitted",
            "TicketClaimed",
            "TicketNoted",
            "TicketEvidenceAdded",
            "TicketReleased",
            "TicketClaimed",
            "TicketApproved",
        ]

    async def test_a_conflict_shows_it_as_it_stands(self, served: Running, clock: Clock) -> None:
        ada, sam = await people.customer(served, clock), await people.agent(served, clock)
        kim = await people.agent(served, clock, "kim@example.com")
        steps = mutations((await asked(ada, sam))["id"])
        for name in ("ReleaseTicket", "ApproveReset", "RejectReset"):
            conflict = expect(await sam.client.run(name, steps[name]), "TicketConflict")
            assert (conflict["ticket"]["state"], conflict["ticket"]["claimedBy"]) == (
                "WAITING",
                None,
            )
        await sam.client.run("ClaimTicket", steps["ClaimTicket"])
        for name in ("ClaimTicket", "ReleaseTicket", "ApproveReset", "RejectReset"):
            conflict = expect(await kim.client.run(name, steps[name]), "TicketConflict")
            assert conflict["ticket"]["claimedBy"]["email"] == sam.email

    async def test_a_decision_needs_a_fresh_code(self, served: Running, clock: Clock) -> None:
        ada, sam = await people.customer(served, clock), await people.agent(served, clock)
        steps = mutations((await asked(ada, sam))["id"])
        await clock.travel(timedelta(minutes=15))
        await sam.client.run("ClaimTicket", steps["ClaimTicket"])
        for name in ("ApproveReset", "RejectReset"):
            expect(await sam.client.run(name, steps[name]), "StepUpRequired")
        await sam.step_up()
        expect(await sam.client.run("ApproveReset", steps["ApproveReset"]), "RecoveryTicket")

    async def test_what_a_decision_cannot_rest_on(self, served: Running, clock: Clock) -> None:
        ada, sam = await people.customer(served, clock), await people.agent(served, clock)
        steps = mutations((await asked(ada, sam))["id"])
        await sam.client.run("ClaimTicket", steps["ClaimTicket"])
        for change, field in (
            ({"checked": []}, "checked"),
            ({"checked": ["PASSWORD_AGE"]}, "checked"),
            ({"checked": ["CALLBACK"]}, "checked"),
            ({"note": " "}, "note"),
        ):
            refused = await sam.client.run("ApproveReset", steps["ApproveReset"] | change)
            assert expect(refused, "InvalidInput")["field"] == field
        refused = await sam.client.run(
            "RecordEvidence", steps["RecordEvidence"] | {"kind": "MAILBOX"}
        )
        assert expect(refused, "InvalidInput")["field"] == "kind"

    async def test_one_that_is_not_there(self, served: Running, clock: Clock) -> None:
        sam = await people.agent(served, clock)
        assert await refusals(sam.client, NOWHERE) == {
            ("TicketNotFound", "There is no such ticket.")
        }
        for wrong in ("x", "", NOWHERE.upper(), NOWHERE.replace("ticket", "account"), "a\0"):
            for name, fields in mutations(wrong).items():
                (error,) = await sam.client.errors(name, fields)
                assert error["extensions"]["code"] == "BAD_USER_INPUT"
                assert error["extensions"]["argument"] == "ticketId"
        assert await sam.client.run("RecoveryTicket", reference="R-0000-0000") is None
