"""The account page: what its owner sees and changes."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running
from tests.support.window import picture_of

LONGER_THAN_A_STEP_UP_LASTS = timedelta(minutes=16)
OTHER_PASSWORD = "eight loud dampers"


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    app = CustomerApp(await open_window(served), await people.customer(served, clock))
    await app.window.take_session(app.person.client)
    await app.open("/account")
    await app.is_inside()
    return app


@on_sqlite
class TestTheAccountPage:
    async def test_a_further_unit_after_a_fresh_code(self, ada: CustomerApp, clock: Clock) -> None:
        await clock.travel(LONGER_THAN_A_STEP_UP_LASTS)
        await ada.button("customers:units.add").click()
        await ada.field("customers:units.serialNumber").fill(" AHU-77 ")
        await ada.field("customers:units.name").fill("Cellar")
        await ada.button("customers:units.save").click()
        await ada.step_up()
        await ada.says(ada.say("customers:units.added", name="Cellar"))
        unit = ada.page.get_by_role("listitem").filter(has_text="Cellar")
        await expect(unit).to_contain_text("AHU-77")

    async def test_another_password(self, ada: CustomerApp) -> None:
        await ada.field("customers:password.current").fill("not mine")
        await ada.field("customers:password.new").fill(OTHER_PASSWORD)
        await ada.button("customers:password.save").click()
        await ada.page.get_by_text(ada.say("customers:password.wrong")).wait_for()
        await expect(ada.field("customers:password.new")).to_have_value(OTHER_PASSWORD)
        await ada.field("customers:password.current").fill(ada.person.password)
        await ada.button("customers:password.save").click()
        await ada.says(ada.say("customers:password.done"))
        ada.person.password = OTHER_PASSWORD
        await ada.leave()
        await ada.sign_in()
        await ada.is_inside()

    async def test_ending_a_session(self, ada: CustomerApp, served: Running) -> None:
        elsewhere = ada.person.client = served.browser()
        await ada.person.sign_in()
        await ada.page.get_by_role("button", name=ada.say("customers:sessions.end")).click()
        await ada.says("has ended")
        assert await elsewhere.run("Viewer") is None

    async def test_moving_to_a_new_phone(self, ada: CustomerApp, clock: Clock) -> None:
        await clock.travel(LONGER_THAN_A_STEP_UP_LASTS)
        old = ada.person.phone
        await ada.button("customers:factor.move").click()
        await ada.button("signIn:toQrCode").click()
        await ada.step_up()
        code = ada.page.get_by_role("img", name=ada.say("signIn:qrCode"), exact=True)
        await code.wait_for()
        ada.person.scan(await picture_of(code))
        await ada.enter_code()
        await ada.says(ada.say("customers:factor.done"))
        assert old and ada.person.phone and old.secret != ada.person.phone.secret
        await ada.leave()
        await ada.sign_in()
        await ada.is_inside()


@on_sqlite
async def test_setting_up_early_from_the_first_session(
    served: Running, clock: Clock, open_window: OpenWindow
) -> None:
    kim = await people.newcomer(served, clock, "kim@example.com")
    app = CustomerApp(await open_window(served), kim)
    await app.window.take_session(kim.client)
    await app.open("/account")
    await app.button("customers:factor.setUp").click()
    await app.button("signIn:toQrCode").click()
    code = app.page.get_by_role("img", name=app.say("signIn:qrCode"), exact=True)
    await code.wait_for()
    kim.scan(await picture_of(code))
    await app.enter_code()
    await app.says(app.say("customers:factor.done"))
