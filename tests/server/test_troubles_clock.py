"""The clock is set back, or ahead, by an hour while we serve."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from tests.conftest import StartProcess
from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.process import Process

HOUR = timedelta(hours=1)
A_STEP = timedelta(seconds=30)
WATCHED_EVERY = 2.5  # seconds of the machine's own, and a little


async def warnings(place: Process) -> list[float]:
    """By how much the log says that the clock was set, once that can have been noticed."""
    await asyncio.sleep(WATCHED_EVERY)
    lines = [json.loads(one) for one in place.log.read_text().splitlines() if "clock" in one]
    return [one["seconds"] for one in lines if one["event"] == "the clock was set"]


async def ill(place: Process) -> str:
    """What the doctor finds wrong, by its own words."""
    try:
        return await place.command("doctor")
    except AssertionError as said:
        return str(said)


async def wrong_codes(person: Person) -> Any:
    """Guess until no more is let."""
    while True:
        answer = await person.verify(await person.challenge(), "000000")
        if answer["__typename"] == "Throttled":
            return answer


async def test_back(start_process: StartProcess, clock: Clock) -> None:
    place = await start_process()
    ada, eve = [await people.customer(place, clock, f"{one}@example.com") for one in ("ada", "eve")]
    await wrong_codes(eve)
    used = ada.used_code()
    await clock.travel(-HOUR)

    # What was used is not taken again, now nor when its time comes by once more.
    expect(await ada.verify(await ada.challenge(), used), "CodeRejected")
    now = ada.phone.at(clock.now()) if ada.phone else ""
    expect(await ada.verify(await ada.challenge(), now), "CodeRejected")
    assert (await ada.client.run("Viewer"))["email"] == ada.email
    assert -HOUR.total_seconds() in [round(one) for one in await warnings(place)]
    told = await ill(place)
    assert "The record is 3" in told and "the clock was set back" in told

    # And nobody waits longer than until the clock is where it was, and what they had to wait then.
    await clock.travel(HOUR)
    expect(await ada.verify(await ada.challenge(), used), "CodeRejected")
    await ada.sign_in()
    await clock.travel(timedelta(minutes=5))
    await eve.sign_in()
    assert "are as they were written" in await place.command("audit", "verify")


async def test_ahead(start_process: StartProcess, clock: Clock) -> None:
    place = await start_process()
    ada = await people.customer(place, clock)
    sam = await people.agent(place, clock)
    asked = await ada.request_reset()
    ticket = await sam.client.run("RecoveryTicket", reference=asked["ticket"]["reference"])
    expect(await sam.client.run("ClaimTicket", ticketId=ticket["id"]), "RecoveryTicket")
    await clock.travel(HOUR + A_STEP)

    assert HOUR.total_seconds() + 30 in [round(one) for one in await warnings(place)]
    # A claim has lapsed and the staff's session has ended, as after an hour of doing nothing.
    assert await sam.client.run("Viewer") is None
    await sam.sign_in()
    seen = await sam.client.run("RecoveryTicket", reference=asked["ticket"]["reference"])
    assert seen["state"] == "WAITING"
    assert (await ada.client.run("Viewer"))["email"] == ada.email
    await ada.sign_in()
    # It is put right again: the record is ahead for a while, and whole.
    await clock.travel(-HOUR)
    assert "the clock was set back" in await ill(place)
    await clock.travel(HOUR)
    await ada.sign_in()
    assert "are as they were written" in await place.command("audit", "verify")
