"""The whole guide as one story, told by a client that knows only the contract.

A customer's browser and an agent's talk to a started server; the QR code is read from its pixels,
and the codes are those that a phone would show for it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import StartProcess
from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.socket import Events

OTHER_PASSWORD = "eight loud dampers"
NO_RELEASE_CODE = "2222-3333-4444"


@dataclass
class Desk:
    """The agent, the queue on the screen, and what it has shown."""

    agent: Person
    queue: Events
    seen: list[Any] = field(default_factory=list)

    async def sees(self, kind: str) -> Any:
        """The next event, which is of that kind."""
        self.seen.append(await self.queue.next())
        return expect(self.seen[-1], kind)

    async def act(self, operation: str, typename: str, **fields: object) -> Any:
        """A mutation of the desk, and its answer."""
        return expect(await self.agent.client.run(operation, fields), typename)


@pytest.fixture
async def ada(start_process: StartProcess, clock: Clock) -> Person:
    return Person(await start_process(), clock, "ada@example.com")


async def test_the_guide(ada: Person) -> None:
    await _registers(ada)
    await _signs_in_once_without_a_second_step(ada)
    await _registers_again_in_vain(ada)
    await _sets_up_the_phone(ada)
    await _signs_in_by_code(ada)
    async with _desk(ada) as desk:
        receipt = await _asks_for_a_reset(ada)
        async with ada.client.subscribe("WatchResetStatus", receipt=receipt) as status:
            await _is_granted_the_reset(ada, desk, status)
        await _binds_a_new_phone(ada)
        await _has_seen_all(desk)


async def _registers(ada: Person) -> None:
    assert (await ada.register())["email"] == "ada@example.com"
    assert (await ada.letter("Your account with")).token("not-me")
    assert await ada.client.run("Viewer") is None


async def _signs_in_once_without_a_second_step(ada: Person) -> None:
    first = expect(await ada.login(), "SignedIn")
    assert first["token"] is None
    assert first["session"]["verifiedAt"] is None
    viewer = await ada.client.run("Viewer")
    assert viewer["secondFactor"] is None
    assert [unit["serialNumber"] for unit in viewer["devices"]] == [ada.serial_number]
    await ada.sign_out()
    assert await ada.client.run("Viewer") is None


async def _registers_again_in_vain(ada: Person) -> None:
    device = {"serialNumber": "AHU-OTHER", "name": "Cellar"}
    again = {"email": "ADA@Example.com", "password": OTHER_PASSWORD, "device": device}
    answer = expect(await ada.client.run("Register", again), "Registered")
    assert answer["email"] == "ADA@example.com"
    await ada.letter("You already have an account")
    changed = await ada.client.run("Login", email=ada.email, password=OTHER_PASSWORD)
    expect(changed, "InvalidCredentials")


async def _sets_up_the_phone(ada: Person) -> None:
    required = expect(await ada.login(), "EnrollmentRequired")
    assert required["releaseCodeRequired"] is False
    challenge = required["challenge"]["token"]
    offer = await ada.begin_enrollment(challenge)
    assert ada.phone and ada.phone.issuer == "Sparekey" and ada.phone.name == ada.email
    assert offer["manualKey"].replace(" ", "") == ada.phone.secret
    confirmed = await ada.confirm_enrollment(challenge)
    assert confirmed["session"]["verifiedAt"] and confirmed["account"]["secondFactor"]
    viewer = await ada.client.run("Viewer")
    assert [unit["serialNumber"] for unit in viewer["devices"]] == [ada.serial_number]
    await ada.sign_out()


async def _signs_in_by_code(ada: Person) -> None:
    assert ada.phone
    now, challenge = ada.clock.now(), await ada.challenge()
    used = await ada.verify(challenge, ada.used_code())
    assert expect(used, "CodeRejected")["hint"] == "ALREADY_USED"
    early = await ada.verify(challenge, ada.phone.at(now + timedelta(seconds=150)))
    assert expect(early, "CodeRejected")["hint"] == "CLOCK_OFF"
    assert early["attemptsLeft"] == 3
    assert await ada.client.run("Viewer") is None
    expect(await ada.verify(challenge), "SignedIn")
    assert (await ada.client.run("Viewer"))["secondFactor"]["lastUsedAt"]
    await ada.sign_out()


@asynccontextmanager
async def _desk(ada: Person) -> AsyncIterator[Desk]:
    agent = await people.agent(ada.place, ada.clock)
    page = await agent.client.run("RecoveryQueue", first=10)
    assert page["edges"] == []
    events = agent.client.subscribe("RecoveryQueueEvents", after=page["eventCursor"])
    async with events as queue:
        yield Desk(agent, queue)


async def _asks_for_a_reset(ada: Person) -> str:
    asked = await ada.request_reset(
        message="It fell off the roof.", deviceSerialNumber=ada.serial_number
    )
    assert asked["ticket"]["state"] == "WAITING"
    letter = await ada.letter(asked["ticket"]["reference"])
    assert letter.token("confirm") and letter.token("cancel")
    return str(asked["receipt"])


async def _is_granted_the_reset(ada: Person, desk: Desk, status: Events) -> None:
    ticket = (await desk.sees("TicketSubmitted"))["ticket"]
    assert (ticket["account"]["email"], ticket["reason"]) == (ada.email, "PHONE_LOST")
    reference = ticket["reference"]
    assert (await status.next())["reference"] == reference

    approval = {"ticketId": ticket["id"], "checked": ["DEVICE_SERIAL"], "note": "Serial is right."}
    refused = await desk.act("ApproveReset", "TicketConflict", **approval)
    assert refused["ticket"]["state"] == "WAITING"
    await desk.act("ClaimTicket", "RecoveryTicket", ticketId=ticket["id"])
    assert (await desk.sees("TicketClaimed"))["agent"]["email"] == desk.agent.email
    assert (await status.next())["state"] == "CLAIMED"

    approved = await desk.act("ApproveReset", "RecoveryTicket", **approval)
    assert (approved["state"], approved["reference"]) == ("APPROVED", reference)
    assert (await desk.sees("TicketApproved"))["agent"]["email"] == desk.agent.email
    last = await status.next()
    assert last["state"] == "APPROVED" and last["decidedAt"]
    await status.completed()


async def _binds_a_new_phone(ada: Person) -> None:
    old, release_code = ada.phone, (await ada.letter("release code")).release_code
    required = expect(await ada.login(), "EnrollmentRequired")
    assert required["releaseCodeRequired"] is True
    challenge = required["challenge"]["token"]
    for wrong, left in ((None, 5), (NO_RELEASE_CODE, 4)):
        begun = await ada.client.run("BeginEnrollment", challenge=challenge, releaseCode=wrong)
        assert expect(begun, "ReleaseCodeRejected")["attemptsLeft"] == left
    await ada.begin_enrollment(challenge, release_code)
    await ada.confirm_enrollment(challenge)
    await ada.sign_out()

    assert old and ada.phone and old.secret != ada.phone.secret
    challenge = await ada.challenge()
    by_old_phone = await ada.verify(challenge, old.at(ada.clock.now()))
    assert expect(by_old_phone, "CodeRejected")["hint"] == "NONE"
    expect(await ada.verify(challenge), "SignedIn")
    assert (await ada.client.run("Viewer"))["email"] == ada.email


async def _has_seen_all(desk: Desk) -> None:
    await desk.queue.silent()
    reference = desk.seen[0]["ticket"]["reference"]
    ticket = await desk.agent.client.run("RecoveryTicket", reference=reference)
    happened = [(event["__typename"], event["cursor"]) for event in ticket["history"]]
    assert [(event["__typename"], event["cursor"]) for event in desk.seen] == happened
    assert [kind for kind, _ in happened] == ["TicketSubmitted", "TicketClaimed", "TicketApproved"]
