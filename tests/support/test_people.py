"""The scenes play, in a browser and in a program, in this process and in others."""

import asyncio
from datetime import timedelta

import pytest
from websockets.exceptions import ConnectionClosed

from tests.conftest import StartProcess
from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_postgres
from tests.support.served import Running


class TestPeople:
    async def test_a_lost_phone_and_a_new_one(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        sam = await people.agent(served, clock)
        await ada.request_reset(deviceSerialNumber=ada.serial_number)
        (edge,) = (await sam.client.run("RecoveryQueue", first=10))["edges"]
        ticket = edge["node"]["id"]
        expect(await sam.client.run("ClaimTicket", ticketId=ticket), "RecoveryTicket")
        decision = {"ticketId": ticket, "checked": ["DEVICE_SERIAL"], "note": "Serial matches."}
        expect(await sam.client.run("ApproveReset", decision), "RecoveryTicket")
        await ada.enroll((await ada.letter("release code")).release_code)
        await ada.sign_in()
        await ada.step_up()

    async def test_a_program_keeps_its_token(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock, client=served.program())
        assert (await ada.client.run("Viewer"))["email"] == ada.email
        assert "sparekey" not in ada.client.http.cookies

    async def test_a_code_is_used_once(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        codes = [await ada.next_code() for _ in range(3)]
        assert len(set(codes)) == 3
        assert clock.ahead >= timedelta(seconds=60)


class TestStrictness:
    async def test_an_error_is_no_answer(self, served: Running) -> None:
        with pytest.raises(AssertionError, match="UNAUTHENTICATED"):
            await served.browser().run("RecoveryQueue", first=10)

    async def test_an_answer_is_no_error(self, served: Running) -> None:
        with pytest.raises(AssertionError, match="did not fail"):
            await served.browser().errors("Viewer")

    async def test_errors_are_no_event(self, served: Running) -> None:
        async with served.browser().subscribe("RecoveryQueueEvents") as events:
            with pytest.raises(AssertionError, match="UNAUTHENTICATED"):
                await events.next()

    async def test_an_unknown_variable(self, served: Running) -> None:
        with pytest.raises(AssertionError, match="no variable wrong"):
            await served.browser().run("RecoveryQueue", wrong=1)


@on_postgres
async def test_two_processes_share_people(start_process: StartProcess, clock: Clock) -> None:
    here, there = await asyncio.gather(start_process(), start_process())
    sam = await people.agent(here, clock)
    elsewhere = there.browser()
    elsewhere.http.cookies = sam.client.http.cookies
    assert (await elsewhere.run("Viewer"))["email"] == sam.email
    async with elsewhere.subscribe("WatchQueueStatus") as events:
        assert (await events.next())["waiting"] == 0
        await there.kill()
        with pytest.raises(ConnectionClosed):
            await events.next()
    assert (await sam.client.run("Viewer"))["email"] == sam.email
