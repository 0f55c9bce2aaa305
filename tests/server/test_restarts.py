"""Killed at any moment (kill -9), the server forgets nothing that it has answered."""

import asyncio
from typing import Any

import httpx
import pytest

from models.policy import Policy
from schema import ids
from tests.conftest import StartProcess
from tests.support import people, rows
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.process import Process

ANSWERED_BEFORE_THE_KILL = 20


async def test_between_every_two_steps_of_a_sign_in_and_a_reset(
    start_process: StartProcess, clock: Clock
) -> None:
    place = await start_process()
    sam = await people.agent(place, clock)
    ada = people.Person(place, clock, "ada@example.com")
    await ada.register()
    expect(await ada.login(), "SignedIn")
    challenge = expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
    await _again(place, clock)
    await ada.begin_enrollment(challenge)
    await _again(place, clock)
    await ada.confirm_enrollment(challenge)
    challenge = await ada.challenge()
    await _again(place, clock)
    expect(await ada.verify(challenge), "SignedIn")
    challenge = await ada.challenge()
    await _again(place, clock)
    assert (await ada.client.run("Viewer"))["email"] == ada.email
    form = {"challenge": challenge, "reason": "PHONE_LOST", "deviceSerialNumber": ada.serial_number}
    asked = await ada.client.run("RequestReset", form)
    receipt = expect(asked, "ResetRequested")["receipt"]
    await _again(place, clock)
    (edge,) = (await sam.client.run("RecoveryQueue"))["edges"]
    ticket = edge["node"]["id"]
    expect(await sam.client.run("ClaimTicket", ticketId=ticket), "RecoveryTicket")
    await _again(place, clock)
    await sam.step_up()
    decision = {"ticketId": ticket, "checked": ["DEVICE_SERIAL"], "note": "Serial matches."}
    expect(await sam.client.run("ApproveReset", decision), "RecoveryTicket")
    await _again(place, clock)
    assert (await ada.client.run("ResetStatus", receipt=receipt))["state"] == "APPROVED"
    challenge = expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
    release_code = (await ada.letter("release code")).release_code
    await _again(place, clock)
    await ada.begin_enrollment(challenge, release_code)
    await _again(place, clock)
    await ada.confirm_enrollment(challenge)
    await ada.sign_in()


@pytest.mark.usefixtures("connected")
async def test_what_was_answered_under_load_is_there(
    start_process: StartProcess, policy: Policy
) -> None:
    _, token = await rows.staff(policy)
    tickets = await rows.tickets(await rows.accounts(4), told=False)
    place = await start_process()
    written: list[str] = []
    enough = asyncio.Event()
    writers = [
        asyncio.create_task(_write(place.program(token), ticket.id, written, enough))
        for ticket in tickets
    ]
    async with asyncio.timeout(30):
        await enough.wait()
    await place.kill()
    await asyncio.gather(*writers)
    await place.start()
    client = place.program(token)
    kept: list[str] = []
    for ticket in tickets:
        found = await client.run("RecoveryTicket", reference=ticket.reference)
        kept += [note["text"] for note in found["notes"]]
        assert len(found["history"]) == len(found["notes"]), "a note without its event"
    assert len(written) >= ANSWERED_BEFORE_THE_KILL and set(written) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(written) + len(tickets)


async def _again(place: Process, clock: Clock) -> None:
    await place.kill()
    await place.start(clock.ahead)


async def _write(client: Client, ticket: Any, written: list[str], enough: asyncio.Event) -> None:
    """Notes, one after the other, until the server dies; `written` has those that were answered."""
    number = 0
    while True:
        number += 1
        fields = {"ticketId": ids.write("ticket", ticket), "text": f"{ticket} {number}"}
        try:
            expect(await client.run("AddTicketNote", fields), "RecoveryTicket")
        except httpx.TransportError:
            return
        written.append(fields["text"])
        if len(written) >= ANSWERED_BEFORE_THE_KILL:
            enough.set()
