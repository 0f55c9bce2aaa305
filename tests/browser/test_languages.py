"""The sign-in and the reset in German and Swedish, by the browser's wish and by the switch."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.browser.words import Words
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import Running

FRIDAY = datetime(2027, 1, 15, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))
LOCALES = {"de": "de-AT", "sv": "sv-FI"}
DUE = {"de": "Montag, 15:00", "sv": "måndag, 15:00"}
CALLED = {"de": "Einmaliges Passwort zurücksetzen", "sv": "Återställ engångslösenord"}
WRONG = {"de": "E-Mail", "sv": "E-post"}


@on_sqlite
@pytest.mark.parametrize("language", ["de", "sv"])
class TestByTheBrowser:
    async def test_signing_in(
        self, served: Running, clock: Clock, open_window: OpenWindow, language: str
    ) -> None:
        window = await open_window(served, locale=LOCALES[language], width=360)
        ada = CustomerApp(window, Person(served, clock, "ada@example.com"), language)
        await ada.open()
        await ada.register()
        await ada.is_inside()
        assert await ada.page.evaluate("document.documentElement.lang") == language
        await ada.leave()
        await ada.enter_password()
        await ada.set_up_phone()
        await ada.is_inside()
        await ada.leave()
        await ada.enter_password("not my password")
        alert = ada.page.get_by_role("alert").filter(has_text=WRONG[language])
        await expect(alert).to_be_visible()
        await ada.sign_in()
        await ada.is_inside()

    async def test_asking_for_a_reset(
        self, served: Running, clock: Clock, open_window: OpenWindow, language: str
    ) -> None:
        await clock.travel_to(FRIDAY)
        window = await open_window(served, locale=LOCALES[language])
        ada = CustomerApp(window, await people.customer(served, clock), language)
        await ada.open()
        await ada.enter_password()
        await ada.page.get_by_role("button", name=CALLED[language], exact=True).wait_for()
        await ada.ask_for_reset()
        await ada.state("WAITING")
        assert DUE[language] in await ada.page.inner_text("main")


@on_sqlite
async def test_the_switch_keeps_what_was_typed_and_is_remembered(
    served: Running, clock: Clock, open_window: OpenWindow
) -> None:
    window = await open_window(served, locale="fr-FR")
    ada = CustomerApp(window, Person(served, clock, "ada@example.com"))
    await ada.open()
    await ada.shows("signIn:signIn")
    await ada.field("signIn:email").fill(ada.person.email)
    await window.page.get_by_role("button", name="Svenska").click()
    ada.say = Words("sv")
    await ada.shows("signIn:signIn")
    await expect(ada.field("signIn:email")).to_have_value(ada.person.email)
    await ada.open("/register")
    await ada.shows("signIn:register")
