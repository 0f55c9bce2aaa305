"""Every field: empty, too long, wrong, and pasted with spaces around."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.browser.desk import Desk
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import Running

SPACES = " \t{}\u00a0 "
TOO_LONG = {"serialNumber": 64, "unitName": 100, "email": 254}
LONGEST_MESSAGE = 4_000


async def marked(field: Locator, words: str) -> None:
    """Wait until the field is marked, and these words are tied to it."""
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(re.compile(re.escape(words)))


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    """She has an account, and a phone."""
    app = CustomerApp(await open_window(served), await people.customer(served, clock))
    await app.open()
    return app


@on_sqlite
class TestRegistering:
    @pytest.fixture
    async def kim(self, served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
        """Somebody new, before the form."""
        app = CustomerApp(await open_window(served), Person(served, clock, "kim@example.com"))
        await app.open("/register")
        await app.shows("signIn:register")
        return app

    async def test_what_is_missing_or_too_long_is_marked_and_nothing_lost(
        self, kim: CustomerApp
    ) -> None:
        await kim.button("signIn:registerNow").click()
        for name in ("email", "password", "serialNumber", "unitName"):
            await marked(kim.field(f"signIn:{name}"), kim.say("required"))
        await expect(kim.field("signIn:email")).to_be_focused()
        for name, most in TOO_LONG.items():
            typed = f"k@{'x' * most}.com"
            await kim.field(f"signIn:{name}").fill(typed)
            await marked(kim.field(f"signIn:{name}"), kim.say("tooLong", most=most))
            await expect(kim.field(f"signIn:{name}")).to_have_value(typed)
        assert kim.window.count("Register") == 0

    async def test_what_the_server_refuses_is_marked(self, kim: CustomerApp) -> None:
        await kim.field("signIn:email").fill("kim at example")
        await kim.field("signIn:password").fill("password1")
        await kim.field("signIn:serialNumber").fill("AHU-1")
        await kim.field("signIn:unitName").fill("Cellar")
        await kim.button("signIn:registerNow").click()
        await expect(kim.field("signIn:email")).to_have_attribute("aria-invalid", "true")
        await kim.field("signIn:email").fill(kim.person.email)
        await kim.button("signIn:registerNow").click()
        await expect(kim.field("signIn:password")).to_have_attribute("aria-invalid", "true")
        await expect(kim.field("signIn:unitName")).to_have_value("Cellar")

    async def test_pasted_with_spaces(self, kim: CustomerApp) -> None:
        await kim.field("signIn:email").fill(SPACES.format(kim.person.email))
        await kim.field("signIn:password").fill(kim.person.password)
        await kim.field("signIn:serialNumber").fill(SPACES.format(kim.person.serial_number))
        await kim.field("signIn:unitName").fill(SPACES.format("Cellar"))
        await kim.button("signIn:registerNow").click()
        await kim.is_inside()
        units = kim.page.get_by_role("listitem").filter(has_text="Cellar")
        await expect(units).to_contain_text(kim.person.serial_number)


@on_sqlite
class TestSigningIn:
    async def test_missing_wrong_and_pasted(self, ada: CustomerApp) -> None:
        await ada.shows("signIn:signIn")
        await ada.button("signIn:signIn").click()
        await marked(ada.field("signIn:email"), ada.say("required"))
        await marked(ada.field("signIn:password"), ada.say("required"))
        await ada.field("signIn:email").fill(SPACES.format(ada.person.email))
        await ada.field("signIn:password").fill("x" * 2_000)
        await ada.button("signIn:signIn").click()
        await expect(ada.page.get_by_role("alert")).to_be_visible()
        await ada.field("signIn:password").fill(ada.person.password)
        await ada.button("signIn:signIn").click()
        await ada.shows("signIn:enterCode")

    async def test_the_form_of_a_reset(self, ada: CustomerApp) -> None:
        await ada.enter_password()
        await ada.shows("signIn:enterCode")
        await ada.button("signIn:reset").click()
        await ada.shows("signIn:reset")
        await ada.button("signIn:send").click()
        await ada.page.get_by_text(ada.say("signIn:reasonMissing")).wait_for()
        await ada.page.get_by_role("radio", name=ada.say("signIn:reason_OTHER")).check()
        await ada.field("signIn:message").fill("x" * (LONGEST_MESSAGE + 1))
        await ada.field("signIn:contactPhone").fill("call me")
        await ada.button("signIn:send").click()
        message = ada.field("signIn:message")
        await marked(message, ada.say("tooLong", most=LONGEST_MESSAGE))
        await message.fill("y" * LONGEST_MESSAGE)
        await ada.field("signIn:contactPhone").fill(SPACES.format("+49 30 901820"))
        await ada.button("signIn:send").click()
        await ada.state("WAITING")

    async def test_a_release_code(self, served: Running, clock: Clock, ada: CustomerApp) -> None:
        sam = await people.agent(served, clock)
        await ada.person.request_reset(deviceSerialNumber=ada.person.serial_number)
        (edge,) = (await sam.client.run("RecoveryQueue", first=10))["edges"]
        ticket = {"ticketId": edge["node"]["id"], "note": "Right.", "checked": ["DEVICE_SERIAL"]}
        await sam.client.run("ClaimTicket", ticketId=ticket["ticketId"])
        await sam.client.run("ApproveReset", ticket)
        code = (await ada.person.letter("release code")).release_code
        await ada.enter_password()
        await ada.shows("signIn:releaseCode")
        await ada.button("signIn:next").click()
        await marked(ada.field("signIn:releaseCodeLabel"), ada.say("required"))
        await ada.enter_release_code("2222-3333-4444")
        await ada.says(ada.say("signIn:attemptsLeft_other", count=4))
        await ada.enter_release_code(SPACES.format(code.lower().replace("-", " ")))
        await ada.set_up_phone()
        await ada.is_inside()


@on_sqlite
class TestAtTheDesk:
    async def test_the_forms_of_a_ticket(
        self, served: Running, clock: Clock, open_window: OpenWindow, ada: CustomerApp
    ) -> None:
        reference = (await ada.person.request_reset())["ticket"]["reference"]
        sam = Desk(await open_window(served), await people.agent(served, clock))
        await sam.stay(f"/tickets/{reference}")
        await sam.is_at_ticket(reference)
        await sam.button("ticket:notes.add").click()
        await marked(sam.field("ticket:notes.note"), sam.say("required"))
        await sam.field("ticket:notes.note").fill("x" * (LONGEST_MESSAGE + 1))
        await sam.button("ticket:notes.add").click()
        too_long = sam.say("tooLong", most=LONGEST_MESSAGE)
        await marked(sam.field("ticket:notes.note"), too_long)
        await sam.field("ticket:notes.note").fill("Called twice.")
        await sam.button("ticket:notes.add").click()
        await expect(sam.field("ticket:notes.note")).to_have_value("")
        await sam.claim()
        await sam.decide("approve", "", checked="")
        await sam.page.get_by_text(sam.say("ticket:decision.weak")).wait_for()
        await sam.decide("reject", " ", checked="")
        await marked(sam.field("ticket:decision.note"), sam.say("required"))

    async def test_searching(
        self, served: Running, clock: Clock, open_window: OpenWindow, ada: CustomerApp
    ) -> None:
        reference = (await ada.person.request_reset())["ticket"]["reference"]
        sam = Desk(await open_window(served), await people.agent(served, clock))
        await sam.stay()
        search = sam.field("desk:filters.search")
        await search.fill("nobody@example.com")
        await sam.page.get_by_text(sam.say("desk:nothing.found")).wait_for()
        await search.fill(SPACES.format(ada.person.email.upper()))
        await sam.row(reference).wait_for()
        await search.fill(SPACES.format(reference.lower()))
        await sam.row(reference).wait_for()
        await search.fill("x" * 300)
        await marked(search, sam.say("tooLong", most=254))
        assert "example.com" not in sam.page.url
