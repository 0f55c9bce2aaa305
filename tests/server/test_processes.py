"""Two processes on one PostgreSQL: what must hold whichever of them is asked, or dies."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from models.accounts import closing
from models.accounts.account import Account
from models.policy import Policy
from models.signing_in.session import Session
from models.stream import feed
from models.stream.feed import Cursor
from schema import ids
from tests.conftest import StartProcess
from tests.support import people, rows
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.databases import on_postgres
from tests.support.process import Process

pytestmark = [on_postgres, pytest.mark.usefixtures("connected")]

CHALLENGES = 24
NOTES_BEFORE_THE_KILL = 25
NOTES_PER_WRITER = 40
ENDED = 4401


@pytest.fixture
async def places(start_process: StartProcess) -> list[Process]:
    return list(await asyncio.gather(start_process(), start_process()))


async def test_one_code_signs_in_once(places: list[Process], clock: Clock) -> None:
    ada = await people.customer(places[0], clock)
    # One by one: passwords that are being hashed count as wrong ones.
    challenges = [await ada.challenge() for _ in range(CHALLENGES)]
    code = await ada.next_code()
    programs = [places[number % 2].program() for number in range(CHALLENGES)]
    answers = await asyncio.gather(
        *(
            program.run("VerifyCode", challenge=challenge, code=code)
            for program, challenge in zip(programs, challenges, strict=True)
        )
    )
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds["SignedIn"] == 1
    assert kinds["SignedIn"] + kinds["CodeRejected"] + kinds["Throttled"] == CHALLENGES
    rejected = [one for one in answers if one["__typename"] == "CodeRejected"]
    assert {one["hint"] for one in rejected} <= {"ALREADY_USED"}
    account = await Account.get(email=ada.email)
    live = await Session.filter(account_id=account.id, ended_at=None, verified_at__not_isnull=True)
    assert len(live) == 2, "the one of the enrolment, and the winner's"


async def test_a_follower_of_a_killed_server_goes_on_at_the_other(
    places: list[Process], policy: Policy
) -> None:
    here, there = places
    sam, token = await rows.staff(policy)
    tickets = await rows.tickets(await rows.accounts(4), told=False)
    start = str(await feed.head())
    written: list[str] = []
    writers = [
        asyncio.create_task(_write(place.program(token), ticket.id, written))
        for place, ticket in zip([here, there, here, there], tickets, strict=True)
    ]
    seen: list[dict[str, Any]] = []
    async with here.program(token).subscribe("RecoveryQueueEvents", after=start) as events:
        seen += await events.take(NOTES_BEFORE_THE_KILL, timeout=20)
        await here.kill()
        with pytest.raises(ConnectionClosed):
            while True:
                seen.append(await events.next(timeout=20))
    # Meanwhile the other goes on.
    last = seen[-1]["cursor"]
    program = there.program(token)
    async with program.subscribe("RecoveryQueueEvents", after=last) as events:
        await asyncio.gather(*writers)
        total = (await feed.head()).number
        seen += await events.take(total - len(seen), timeout=20)
        await events.silent(0.2)
    assert total >= 2 * NOTES_PER_WRITER
    assert [Cursor.parse(one["cursor"]).number for one in seen] == list(range(1, total + 1))
    assert set(written) <= {one["note"]["text"] for one in seen}, "answered, but not told"
    async with program.subscribe("RecoveryQueueEvents", after=start) as replay:
        again = await replay.take(total, timeout=20)
    assert [_own(one) for one in again] == [_own(one) for one in seen]


async def test_sessions_that_end_elsewhere(places: list[Process], policy: Policy) -> None:
    here, there = places
    sam, token = await rows.staff(policy)
    kim, kims = await rows.staff(policy, "kim")
    other, others = await rows.signed_in(policy, sam.account)
    async with (
        there.program(token).subscribe("WatchQueueStatus") as signed_out,
        there.program(others).subscribe("WatchQueueStatus") as revoked,
        there.program(kims).subscribe("WatchQueueStatus") as disabled,
    ):
        watched = (signed_out, revoked, disabled)
        for events in watched:
            await events.next()
        client = here.program(token)
        assert await client.run("RevokeSession", id=ids.write("session", other.id)) is True
        assert await client.run("Logout") is True
        await closing.disable(policy, await Account.get(id=kim.account_id), "Left us.")
        codes = await asyncio.gather(*(events.closed(5) for events in watched))
    assert codes == [ENDED] * 3


async def test_an_event_of_one_process_is_seen_at_once_in_the_other(
    places: list[Process], policy: Policy
) -> None:
    here, there = places
    _, token = await rows.staff(policy)
    (ticket,) = await rows.tickets(await rows.accounts(1), told=False)
    start = str(await feed.head())
    async with there.program(token).subscribe("RecoveryQueueEvents", after=start) as events:
        client = here.program(token)
        for _ in range(3):  # each before the next poll: not all of them could be so by luck
            answer = await client.run("ClaimTicket", ticketId=ids.write("ticket", ticket.id))
            expect(answer, "RecoveryTicket")
            await events.next(timeout=1.7)


async def _write(client: Client, ticket: Any, written: list[str]) -> None:
    """Notes, one after the other, until the server dies; `written` has those that were answered."""
    for number in range(NOTES_PER_WRITER):
        text = f"{client.url} {ticket} {number}"
        try:
            answer = await client.run(
                "AddTicketNote", ticketId=ids.write("ticket", ticket), text=text
            )
        except httpx.TransportError:
            return
        expect(answer, "RecoveryTicket")
        written.append(text)


def _own(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "ticket"}
