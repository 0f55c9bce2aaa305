"""The lost phone, through the contract: ask, follow, confirm, call off, and the release code."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import people
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running

FRIDAY_15_IN_BERLIN = datetime(2027, 1, 15, 14, tzinfo=UTC)


async def status(client: Client, receipt: str) -> Any:
    """What the request says of itself."""
    return await client.run("ResetStatus", receipt=receipt)


async def approved(place: Running, clock: Clock, ada: Person) -> None:
    """Ada asked, and Sam granted it."""
    await ada.request_reset(deviceSerialNumber=ada.serial_number)
    sam = await people.agent(place, clock)
    (edge,) = (await sam.client.run("RecoveryQueue"))["edges"]
    ticket = edge["node"]["id"]
    await sam.client.run("ClaimTicket", ticketId=ticket)
    decision = {"ticketId": ticket, "checked": ["DEVICE_SERIAL"], "note": "Serial matches."}
    expect(await sam.client.run("ApproveReset", decision), "RecoveryTicket")


class TestRequestReset:
    async def test_it_is_followed_without_a_session(self, served: Running, clock: Clock) -> None:
        await clock.travel_to(FRIDAY_15_IN_BERLIN)
        ada = await people.customer(served, clock)
        asked = await ada.request_reset()
        ticket = asked["ticket"]
        assert ticket["state"] == "WAITING" and ticket["decidedAt"] is None
        submitted, due = (datetime.fromisoformat(ticket[k]) for k in ("submittedAt", "dueAt"))
        assert due - submitted == timedelta(days=3)
        assert await status(served.program(), asked["receipt"]) == ticket
        assert await status(served.program(), "unknown") is None

    async def test_a_receipt_is_not_taken_from_an_address(
        self, served: Running, clock: Clock
    ) -> None:
        receipt = (await (await people.customer(served, clock)).request_reset())["receipt"]
        query = operation("ResetStatus").document
        answer = await served.program().http.get(
            "/graphql", params={"query": query, "variables": json.dumps({"receipt": receipt})}
        )
        assert answer.status_code in (400, 405)
        assert "WAITING" not in answer.text and receipt not in answer.text

    async def test_asking_again_gives_a_receipt_that_only_follows(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.customer(served, clock)
        first = await ada.request_reset()
        again = await ada.request_reset("PHONE_STOLEN")
        assert again["ticket"] == first["ticket"]
        stranger = served.program()
        refused = await stranger.run("CancelReset", receipt=again["receipt"])
        assert "follow" in expect(refused, "NotAllowed")["message"]
        cancelled = await stranger.run("CancelReset", receipt=first["receipt"])
        assert expect(cancelled, "ResetStatus")["state"] == "CANCELLED"
        assert (await status(stranger, again["receipt"]))["state"] == "CANCELLED"

    async def test_refusals(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        form = {"challenge": "unknown", "reason": "PHONE_LOST"}
        expect(await ada.client.run("RequestReset", form), "ChallengeExpired")
        form["challenge"] = await ada.challenge()
        for field in ("message", "contactPhone", "deviceSerialNumber"):
            refused = await ada.client.run("RequestReset", form | {field: "x" * 4_001})
            assert expect(refused, "InvalidInput")["field"] == field
        (error, *_) = await ada.client.errors("RequestReset", form | {"reason": "BORED"})
        assert "BORED" in error["message"]

    async def test_the_fourth_in_a_week(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        asked = []
        for _ in range(3):
            asked.append(await ada.request_reset())
            await ada.client.run("CancelReset", receipt=asked[-1]["receipt"])
            await clock.travel(timedelta(hours=1))
        form = {"challenge": await ada.challenge(), "reason": "OTHER"}
        refused = expect(await ada.client.run("RequestReset", form), "Throttled")
        first = datetime.fromisoformat(asked[0]["ticket"]["submittedAt"])
        assert datetime.fromisoformat(refused["retryAt"]) == first + timedelta(days=7)

    async def test_a_stolen_phone_ends_the_session_that_is_open(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.customer(served, clock)
        thief = Person(served, clock, ada.email)
        thief.phone = ada.phone
        await thief.request_reset("PHONE_STOLEN")
        assert await ada.client.run("Viewer") is None
        await clock.travel(timedelta(seconds=30))
        expect(await thief.verify(await thief.challenge()), "FactorSuspended")


class TestTheMailedLinks:
    async def test_the_mailbox_is_confirmed_once(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        asked = await ada.request_reset()
        token = (await ada.letter("reset")).token("confirm")
        stranger = served.program()
        confirmed = await stranger.run("ConfirmMailbox", token=token)
        assert expect(confirmed, "ResetStatus") == {"__typename": "ResetStatus", **asked["ticket"]}
        expect(await stranger.run("ConfirmMailbox", token=token), "ChallengeExpired")
        sam = await people.agent(served, clock)
        reference = asked["ticket"]["reference"]
        ticket = await sam.client.run("RecoveryTicket", reference=reference)
        outcomes = {one["kind"]: one["outcome"] for one in ticket["evidence"]}
        assert outcomes["MAILBOX"] == "MATCHED"
        kinds = [event["__typename"] for event in ticket["history"]]
        assert kinds == ["TicketSubmitted", "TicketEvidenceAdded"]

    async def test_the_cancel_link_lifts_a_theft(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        await ada.request_reset("PHONE_STOLEN")
        token = (await ada.letter("reset")).token("cancel")
        cancelled = await served.program().run("CancelReset", receipt=token)
        assert expect(cancelled, "ResetStatus")["state"] == "CANCELLED"
        expect(await served.program().run("CancelReset", receipt=token), "ChallengeExpired")
        await ada.sign_in()

    async def test_the_one_in_the_second_mail_ends_a_grant(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.customer(served, clock)
        await approved(served, clock, ada)
        token = (await ada.letter("release code")).token("cancel")
        cancelled = await served.program().run("CancelReset", receipt=token)
        assert expect(cancelled, "ResetStatus")["state"] == "CANCELLED"
        expect(await ada.login(), "CodeRequired")


class TestTheReleaseCode:
    async def test_wrong_missing_and_mailed_again(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        await approved(served, clock, ada)
        first = (await ada.letter("release code")).release_code
        required = expect(await ada.login(), "EnrollmentRequired")
        assert required["releaseCodeRequired"] is True
        token = required["challenge"]["token"]
        for typed, left in ((None, 5), ("7K3M-Q94T-XB2C", 4), (first[:-1], 3)):
            refused = await ada.client.run("BeginEnrollment", challenge=token, releaseCode=typed)
            assert expect(refused, "ReleaseCodeRejected")["attemptsLeft"] == left
        sent = expect(await ada.client.run("ResendReleaseCode", challenge=token), "ReleaseCodeSent")
        second = (await ada.letter("release code")).release_code
        assert datetime.fromisoformat(sent["expiresAt"]) > clock.now()
        refused = await ada.client.run("BeginEnrollment", challenge=token, releaseCode=first)
        assert expect(refused, "ReleaseCodeRejected")["attemptsLeft"] == 2
        await ada.begin_enrollment(token, second.lower().replace("-", ""))
        await ada.confirm_enrollment(token)

    async def test_it_is_mailed_three_times_an_hour(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        expect(
            await ada.client.run("ResendReleaseCode", challenge=await ada.challenge()),
            "ChallengeExpired",
        )
        await approved(served, clock, ada)
        token = expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
        for _ in range(3):
            expect(await ada.client.run("ResendReleaseCode", challenge=token), "ReleaseCodeSent")
        refused = await ada.client.run("ResendReleaseCode", challenge=token)
        wait = datetime.fromisoformat(expect(refused, "Throttled")["retryAt"]) - clock.now()
        assert timedelta(minutes=59) < wait <= timedelta(hours=1)

    async def test_the_phone_that_turned_up_again(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        await approved(served, clock, ada)
        token = expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
        expect(await ada.verify(token), "SignedIn")
        assert "somebody signed in with a code" in (await ada.letter("cancelled")).text
        expect(await ada.login(), "CodeRequired")


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_refusals_are_told_in_the_readers_language(
    served: Running, clock: Clock, locale: str
) -> None:
    refused = await served.program(locale=locale).run("CancelReset", receipt="unknown")
    words = {"de": "Das hat zu lange gedauert", "en": "This took too long"}[locale]
    assert expect(refused, "ChallengeExpired")["message"].startswith(words)
