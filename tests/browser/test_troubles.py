"""A sign-in that does not go smoothly: wrong codes, time that passes, a network that fails."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.support import outage, people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running

LONGER_THAN_A_CHALLENGE_LIVES = timedelta(minutes=11)
LONGER_THAN_A_THROTTLE_LASTS = timedelta(minutes=6)
LONGER_THAN_A_LOCK_LASTS = timedelta(minutes=11)
TRIES = 10  # wrong passwords in ten minutes
NO_LATER_THAN = 5_000  # milliseconds: a session that ended leaves no data on the screen
WRONG = "000000"


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    app = CustomerApp(await open_window(served), await people.customer(served, clock))
    await app.open()
    return app


@on_sqlite
class TestCodes:
    async def test_used_early_and_wrong_ones(self, ada: CustomerApp, clock: Clock) -> None:
        assert ada.person.phone
        await ada.enter_password()
        await ada.shows("signIn:enterCode")
        await ada.enter_code(ada.person.used_code())
        await ada.says("used already")
        await expect(ada.field("signIn:code")).to_have_value("")
        await ada.enter_code(ada.person.phone.at(clock.now() + timedelta(seconds=150)))
        await ada.page.get_by_text(ada.say("signIn:clockHelp")).click()
        await ada.page.get_by_text(ada.say("signIn:clockIos")).wait_for()
        await ada.enter_code(WRONG)
        await ada.says(ada.say("signIn:attemptsLeft_other", count=2))
        await ada.enter_code()
        await ada.is_inside()

    async def test_too_many_lead_back_and_are_then_throttled(
        self, ada: CustomerApp, clock: Clock
    ) -> None:
        await ada.enter_password()
        for left in (4, 3, 2, 1):
            await ada.enter_code(WRONG)
            form = "one" if left == 1 else "other"
            await ada.says(ada.say(f"signIn:attemptsLeft_{form}", count=left))
        await ada.enter_code(WRONG)
        await ada.says(ada.say("signIn:tooManyCodes"))
        await expect(ada.field("signIn:email")).to_have_value(ada.person.email)
        await ada.enter_password()
        await ada.enter_code(WRONG)
        await ada.page.get_by_text("Possible again").wait_for()
        await clock.travel(LONGER_THAN_A_THROTTLE_LASTS)
        await ada.says(ada.say("signIn:waitOver"))
        await ada.enter_code()
        await ada.is_inside()

    async def test_pasted_with_spaces_or_no_code_at_all(self, ada: CustomerApp) -> None:
        await ada.enter_password()
        await ada.shows("signIn:enterCode")
        await ada.field("signIn:code").fill("12a")
        await ada.page.get_by_text(ada.say("signIn:codeForm")).wait_for()
        await ada.field("signIn:code").fill("12")
        await ada.button("signIn:signIn").click()
        await ada.page.get_by_text(ada.say("signIn:codeShort")).wait_for()
        code = await ada.person.next_code()
        await ada.enter_code(f" {code[:3]} {code[3:]}\u00a0")
        await ada.is_inside()


@on_sqlite
async def test_too_many_wrong_passwords(ada: CustomerApp, clock: Clock) -> None:
    for _ in range(TRIES):
        await ada.enter_password("not my password")
        await expect(ada.field("signIn:password")).to_have_value("")
    await ada.enter_password()
    await ada.page.get_by_text("Possible again").wait_for()
    await clock.travel(LONGER_THAN_A_LOCK_LASTS)
    await ada.says(ada.say("signIn:waitOver"))
    await ada.sign_in()
    await ada.is_inside()


@on_sqlite
class TestTimeThatPassed:
    async def test_before_the_code(self, ada: CustomerApp, clock: Clock) -> None:
        await ada.enter_password()
        await ada.shows("signIn:enterCode")
        await clock.travel(LONGER_THAN_A_CHALLENGE_LIVES)
        await ada.enter_code()
        await ada.says(ada.say("signIn:expired"))
        await expect(ada.field("signIn:email")).to_have_value(ada.person.email)
        await ada.sign_in()
        await ada.is_inside()

    async def test_before_the_form_was_sent(self, ada: CustomerApp, clock: Clock) -> None:
        await ada.enter_password()
        await ada.shows("signIn:enterCode")
        await ada.button("signIn:reset").click()
        await ada.field("signIn:message").fill("It fell off the roof.")
        await ada.page.get_by_role("radio", name=ada.say("signIn:reason_PHONE_BROKEN")).check()
        await clock.travel(LONGER_THAN_A_CHALLENGE_LIVES)
        await ada.button("signIn:send").click()
        await ada.says(ada.say("signIn:formKept"))
        await ada.enter_password()
        await ada.shows("signIn:reset")
        await expect(ada.field("signIn:message")).to_have_value("It fell off the roof.")
        await ada.button("signIn:send").click()
        await ada.state("WAITING")

    async def test_before_the_phone_was_set_up(
        self, served: Running, clock: Clock, open_window: OpenWindow
    ) -> None:
        kim = await people.newcomer(served, clock, "kim@example.com")
        app = CustomerApp(await open_window(served), kim)
        await app.open()
        await app.enter_password()
        await app.shows("signIn:install")
        await clock.travel(LONGER_THAN_A_CHALLENGE_LIVES)
        await app.button("signIn:toQrCode").click()
        await app.says(app.say("signIn:expired"))
        await app.enter_password()
        await app.set_up_phone()
        await app.is_inside()


@on_sqlite
async def test_a_code_that_another_tab_was_quicker_with(
    ada: CustomerApp, served: Running, clock: Clock, open_window: OpenWindow
) -> None:
    kim = await people.newcomer(served, clock, "kim@example.com")
    one = CustomerApp(await open_window(served), kim)
    other = CustomerApp(one.window, kim)
    other.page = await one.window.tab()
    await one.open()
    await other.page.goto(one.window.url)
    for app in (one, other):
        await app.enter_password()
        await app.shows("signIn:install")
        await app.button("signIn:toQrCode").click()
        await app.shows("signIn:scan")
    await other.scan()
    await other.enter_code()
    await other.is_inside()
    await one.enter_code()
    await one.says(one.say("signIn:expired"))


@on_sqlite
async def test_a_session_that_was_ended_elsewhere(ada: CustomerApp) -> None:
    await ada.sign_in()
    await ada.is_inside()
    sessions = (await ada.person.client.run("Viewer"))["sessions"]
    (other,) = (one["id"] for one in sessions if not one["current"])
    assert await ada.person.client.run("RevokeSession", id=other) is True
    async with ada.window.sees_live(ada.say("signIn:email"), NO_LATER_THAN):
        pass
    assert ada.person.serial_number not in await ada.page.content()


@on_sqlite
async def test_a_server_that_does_not_reach_its_data(ada: CustomerApp, database_url: str) -> None:
    ada.window.forgive("503")
    await ada.shows("signIn:signIn")
    async with outage.busy(database_url):
        await ada.enter_password()
        await ada.says("it is not known whether this was done")
    await ada.button("signIn:again").click()
    await ada.shows("signIn:enterCode")


@on_sqlite
class TestTheNetwork:
    async def test_that_is_gone_and_comes_back(self, ada: CustomerApp) -> None:
        ada.window.forgive("ERR_INTERNET_DISCONNECTED")
        await ada.shows("signIn:signIn")
        await ada.window.context.set_offline(True)
        await ada.enter_password()
        await ada.says(ada.say("network"))
        await expect(ada.field("signIn:password")).to_have_value(ada.person.password)
        await ada.window.context.set_offline(False)
        await ada.button("signIn:again").click()
        await ada.shows("signIn:enterCode")
        await ada.enter_code()
        await ada.is_inside()

    async def test_that_is_slow_is_asked_once(self, ada: CustomerApp) -> None:
        async with ada.window.holding_back("Login") as held:
            await ada.enter_password()
            await held.wait()
            await ada.page.keyboard.press("Enter")
            await ada.page.get_by_role("button", name=ada.say("wait")).click(force=True)
        await ada.shows("signIn:enterCode")
        assert ada.window.count("Login") == 1

    async def test_that_fails_while_a_request_is_followed(
        self, ada: CustomerApp, served: Running
    ) -> None:
        ada.window.forgive("WebSocket connection", "ERR_INTERNET_DISCONNECTED")
        await ada.enter_password()
        await ada.ask_for_reset()
        await ada.window.context.set_offline(True)
        await ada.says(ada.say("customers:waiting.notLive"))
        await ada.window.context.set_offline(False)
        await expect(ada.page.get_by_text(ada.say("customers:waiting.notLive"))).to_have_count(0)
        await ada.person.sign_in()
        await ada.state("CANCELLED")
