"""Several people at the desk, and what happens to it while it is open."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.desk import Desk
from tests.conftest import StartProcess
from tests.support import client, people, rows
from tests.support.clock import Clock
from tests.support.databases import on_postgres, on_sqlite
from tests.support.people import Person
from tests.support.served import Running

LONGER_THAN_A_CLAIM_LASTS = timedelta(minutes=16)
LONGER_THAN_A_STEP_UP_LASTS = timedelta(minutes=16)
LATE = timedelta(days=7)
NO_LATER_THAN = 5_000  # milliseconds: a session that ended leaves no data on the screen


@pytest.fixture
async def ada(served: Running, clock: Clock) -> Person:
    return await people.customer(served, clock)


@pytest.fixture
async def sam(served: Running, clock: Clock, open_window: OpenWindow) -> Desk:
    return Desk(await open_window(served), await people.agent(served, clock))


async def asks(person: Person) -> str:
    """The person asks for a reset; returns the reference."""
    asked = await person.request_reset(deviceSerialNumber=person.serial_number)
    return str(asked["ticket"]["reference"])


@on_sqlite
class TestTwoAgents:
    async def test_race_for_one_ticket(
        self, served: Running, clock: Clock, open_window: OpenWindow, ada: Person, sam: Desk
    ) -> None:
        kim = Desk(await open_window(served), await people.agent(served, clock, "kim@example.com"))
        reference = await asks(ada)
        for agent in (sam, kim):
            await agent.stay(f"/tickets/{reference}")
            await agent.is_at_ticket(reference)
        async with kim.window.sees_live(kim.say("ticket:claim.other", who=sam.person.email)):
            await sam.claim()
        assert await kim.button("ticket:claim.take").count() == 0
        await sam.decide("reject", "Nobody there on the phone.", checked="")
        await sam.has_decided("rejected")
        ended = kim.say("ticket:decision.rejected", who=sam.person.email)
        await kim.page.get_by_text(ended).wait_for()

    async def test_the_slower_one_is_told_who_was_faster(
        self, served: Running, clock: Clock, open_window: OpenWindow, ada: Person, sam: Desk
    ) -> None:
        kim = await people.agent(served, clock, "kim@example.com")
        reference = await asks(ada)
        await sam.stay(f"/tickets/{reference}")
        await sam.is_at_ticket(reference)
        (edge,) = (await kim.client.run("RecoveryQueue", first=10))["edges"]
        async with sam.window.holding_back("ClaimTicket") as held:
            await sam.button("ticket:claim.take").click()
            await held.wait()
            answer = await kim.client.run("ClaimTicket", ticketId=edge["node"]["id"])
            client.expect(answer, "RecoveryTicket")
        await sam.says(sam.say("ticket:stands.CLAIMED", who=kim.email))
        await sam.page.get_by_text(sam.say("ticket:claim.other", who=kim.email)).wait_for()


@on_sqlite
class TestTheQueue:
    async def test_rows_come_change_and_go_by_themselves(
        self, served: Running, clock: Clock, ada: Person, sam: Desk
    ) -> None:
        kim = await people.agent(served, clock, "kim@example.com")
        await sam.stay()
        async with sam.window.sees_live(ada.email):
            await asks(ada)
        (edge,) = (await kim.client.run("RecoveryQueue", first=10))["edges"]
        ticket = {"ticketId": edge["node"]["id"]}
        async with sam.window.sees_live(kim.email):
            await kim.client.run("ClaimTicket", ticket)
        await kim.client.run("RejectReset", ticket, note="Nobody there.")
        await sam.page.get_by_text(sam.say("desk:nothing.open")).wait_for()
        assert ada.email not in await sam.page.inner_text("body")

    async def test_two_tabs_show_the_same(self, ada: Person, sam: Desk) -> None:
        reference = await asks(ada)
        await sam.stay()
        other = await sam.in_another_tab()
        await other.open_ticket(reference)
        await sam.page.get_by_role("link", name=reference).wait_for()
        await other.claim()
        await sam.row(reference).get_by_text(sam.say("desk:act.release"), exact=True).wait_for()

    async def test_a_claim_that_lapses_is_seen(
        self, clock: Clock, ada: Person, sam: Desk, served: Running
    ) -> None:
        kim = await people.agent(served, clock, "kim@example.com")
        reference = await asks(ada)
        await sam.stay()
        (edge,) = (await kim.client.run("RecoveryQueue", first=10))["edges"]
        await kim.client.run("ClaimTicket", ticketId=edge["node"]["id"])
        held = sam.row(reference).get_by_text(kim.email)
        await held.wait_for()
        await clock.travel(LONGER_THAN_A_CLAIM_LASTS)
        await held.wait_for(state="detached")
        await sam.button_named("desk:act.claimNamed", reference=reference).click()
        await sam.button_named("desk:act.releaseNamed", reference=reference).wait_for()

    async def test_pages_come_as_one_scrolls(self, served: Running, sam: Desk) -> None:
        owners = await rows.accounts(60)
        tickets = await rows.tickets(owners)
        await sam.stay()
        await sam.row(tickets[0].reference).wait_for()
        for _ in range(3):
            await sam.page.keyboard.press("End")
            await sam.page.mouse.wheel(0, 10_000)
            await sam.page.wait_for_timeout(300)
        await sam.row(tickets[-1].reference).wait_for()
        shown = await sam.page.get_by_role("table").get_by_role("link").all_inner_texts()
        assert shown == [ticket.reference for ticket in tickets]

    async def test_what_is_overdue_is_in_the_title(
        self, clock: Clock, ada: Person, sam: Desk
    ) -> None:
        reference = await asks(ada)
        await clock.travel(LATE)
        await sam.person.sign_in()
        await sam.stay()
        await sam.row(reference).wait_for()
        await expect(sam.page).to_have_title(re.compile(r"^\(1\) "))


@on_sqlite
async def test_what_was_written_outlives_a_code_that_was_not_given(
    clock: Clock, ada: Person, sam: Desk
) -> None:
    reference = await asks(ada)
    await sam.stay(f"/tickets/{reference}")
    await sam.claim()
    await clock.travel(LONGER_THAN_A_STEP_UP_LASTS)
    await sam.page.get_by_text(sam.say("ticket:claim.free")).wait_for()
    await sam.claim()
    await sam.decide("approve", "The serial number is right.")
    await sam.page.get_by_role("dialog", name=sam.say("signIn:stepUp")).wait_for()
    await sam.page.keyboard.press("Escape")
    await sam.page.get_by_text(sam.say("ticket:notSent")).wait_for()
    note = sam.field("ticket:decision.note")
    await expect(note).to_have_value("The serial number is right.")
    await sam.button("ticket:decision.approve").click()
    await sam.step_up()
    await sam.has_decided("approved")


@on_sqlite
async def test_a_session_that_was_ended_leaves_nothing_on_the_screen(
    served: Running, ada: Person, sam: Desk
) -> None:
    reference = await asks(ada)
    await sam.enter(f"/tickets/{reference}")
    await sam.is_at_ticket(reference)
    async with sam.window.sees_live(sam.say("desk:door.ended"), NO_LATER_THAN):
        sessions = (await sam.person.client.run("Viewer"))["sessions"]
        (other,) = (one["id"] for one in sessions if not one["current"])
        assert await sam.person.client.run("RevokeSession", id=other) is True
    await sam.shows("signIn:signIn")
    left = await sam.page.content()
    assert reference not in left and ada.email not in left
    await sam.sign_in()
    await sam.is_at_ticket(reference)


@on_sqlite
async def test_a_network_that_was_gone_for_a_while(ada: Person, sam: Desk) -> None:
    await sam.stay()
    sam.window.forgive("WebSocket connection", "ERR_INTERNET_DISCONNECTED")
    await sam.window.context.set_offline(True)
    await sam.connection("offline")
    reference = await asks(ada)
    await sam.window.context.set_offline(False)
    await sam.is_live()
    await sam.row(reference).wait_for()


@on_postgres
async def test_a_restart_of_its_server(
    start_process: StartProcess, clock: Clock, open_window: OpenWindow
) -> None:
    here, elsewhere = await start_process(), await start_process()
    ada = await people.customer(elsewhere, clock)
    sam = Desk(await open_window(here), await people.agent(here, clock))
    await sam.stay()
    # It may be killed in the middle of an answer.
    cut_short = ("ERR_CONTENT_LENGTH_MISMATCH", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET")
    sam.window.forgive("WebSocket connection", "ERR_CONNECTION_REFUSED", *cut_short)
    await here.kill()
    await sam.connection("reconnecting")
    reference = await asks(ada)
    await here.start(clock.ahead)
    await sam.is_live()
    await sam.row(reference).wait_for()
    assert ada.email in await sam.row(reference).inner_text()


@on_sqlite
async def test_the_figures_of_the_last_days(ada: Person, sam: Desk) -> None:
    await asks(ada)
    await sam.stay("/history")
    await sam.shows("ticket:days.title")
    await sam.page.get_by_role("img", name=re.compile("1 submitted")).wait_for()
    await sam.page.get_by_text(sam.say("ticket:days.table")).click()
    await sam.page.get_by_role("table").get_by_role("row").nth(30).wait_for()
