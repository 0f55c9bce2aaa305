"""Addresses that are opened, gone back to, and mailed."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.browser.desk import Desk
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import Running

OPENED = {
    "/": "signIn:signIn",
    "/register": "signIn:register",
    "/account": "signIn:signIn",
    "/reset": "customers:noRequest.none",
    "/confirm": "customers:link.incompleteTitle",
    "/cancel#spent": "customers:link.cancel.title",
    "/not-me#spent": "customers:link.not-me.title",
}


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    return CustomerApp(await open_window(served), await people.customer(served, clock))


@on_sqlite
async def test_each_opens_by_itself(ada: CustomerApp) -> None:
    for path, heading in OPENED.items():
        await ada.open(path)
        await ada.shows(heading)


@on_sqlite
async def test_whoever_is_signed_in_comes_to_the_account(ada: CustomerApp) -> None:
    await ada.window.take_session(ada.person.client)
    for path in ("/", "/account"):
        await ada.open(path)
        await ada.is_inside()
    await ada.open("/support")
    await ada.shows("desk:notStaff.title")


@on_sqlite
async def test_back_leads_from_the_code_to_the_password(ada: CustomerApp) -> None:
    await ada.open("/register")
    await ada.page.get_by_role("link", name=ada.say("signIn:hasAccount")).click()
    await ada.enter_password()
    await ada.shows("signIn:enterCode")
    await ada.page.go_back()
    await ada.shows("signIn:signIn")
    await expect(ada.field("signIn:email")).to_have_value(ada.person.email)
    await ada.sign_in()
    await ada.is_inside()


@on_sqlite
async def test_back_shows_nothing_of_whoever_signed_out(ada: CustomerApp) -> None:
    await ada.open()
    await ada.sign_in()
    await ada.is_inside()
    await ada.page.get_by_text(ada.person.serial_number).wait_for()
    await ada.leave()
    await ada.page.go_back()
    await ada.shows("signIn:signIn")
    assert ada.person.serial_number not in await ada.page.content()


@on_sqlite
async def test_back_leads_from_a_ticket_to_the_queue(
    served: Running, clock: Clock, open_window: OpenWindow, ada: CustomerApp
) -> None:
    asked = await ada.person.request_reset()
    sam = Desk(await open_window(served), await people.agent(served, clock))
    await sam.stay()
    await sam.open_ticket(asked["ticket"]["reference"])
    await sam.page.go_back()
    await sam.row(ada.person.email).wait_for()
    await sam.page.go_forward()
    await sam.is_at_ticket(asked["ticket"]["reference"])


@on_sqlite
class TestMailedLinks:
    async def test_confirming_the_mailbox_is_seen_at_the_desk(
        self, served: Running, clock: Clock, open_window: OpenWindow, ada: CustomerApp
    ) -> None:
        reference = (await ada.person.request_reset())["ticket"]["reference"]
        sam = Desk(await open_window(served), await people.agent(served, clock))
        await sam.stay(f"/tickets/{reference}")
        await sam.is_at_ticket(reference)
        token = (await ada.person.letter(reference)).token("confirm")
        await ada.open(f"/confirm#{token}")
        await ada.shows("customers:link.confirm.title")
        assert token not in ada.page.url
        mailbox = sam.evidence("MAILBOX").get_by_text(sam.say("ticket:outcome.MATCHED"))
        await expect(mailbox).to_have_count(0)
        await ada.button("customers:link.confirm.button").click()
        await ada.shows("customers:link.confirm.doneTitle")
        await expect(mailbox).to_be_visible()

    async def test_cancelling_is_seen_where_the_request_is_followed(self, ada: CustomerApp) -> None:
        await ada.open()
        await ada.enter_password()
        reference = await ada.ask_for_reset()
        token = (await ada.person.letter(reference)).token("cancel")
        link = CustomerApp(ada.window, ada.person)
        link.page = await ada.window.tab()
        await link.page.goto(f"{ada.window.url}/cancel#{token}")
        await link.shows("customers:link.cancel.title")
        await ada.state("WAITING")
        async with ada.window.sees_live(ada.say("customers:waiting.state.CANCELLED")):
            await link.button("customers:link.cancel.button").click()
            await link.shows("customers:link.cancel.doneTitle")
        await link.page.goto("about:blank")
        await link.page.goto(f"{ada.window.url}/cancel#{token}")
        await link.button("customers:link.cancel.button").click()
        await link.shows("customers:link.deadTitle")

    async def test_closing_an_account_that_a_stranger_made(
        self, served: Running, clock: Clock, open_window: OpenWindow
    ) -> None:
        kim = Person(served, clock, "kim@example.com")
        await kim.register()
        token = (await kim.letter("Your account with")).token("not-me")
        app = CustomerApp(await open_window(served), kim)
        await app.open(f"/not-me#{token}")
        await app.button("customers:link.not-me.button").click()
        await app.shows("customers:link.not-me.doneTitle")
        await app.page.get_by_role("link", name=app.say("customers:toSignIn")).click()
        await app.enter_password()
        await expect(app.page.get_by_role("alert")).to_be_visible()
