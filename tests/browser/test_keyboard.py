"""A whole sign-in and a whole decision without a mouse."""

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.browser.desk import Desk
from tests.browser.keyboard import Keyboard
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import Running


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    return CustomerApp(await open_window(served), Person(served, clock, "ada@example.com"))


@on_sqlite
async def test_registering_setting_up_and_signing_in(ada: CustomerApp) -> None:
    keys = Keyboard(ada.page)
    await ada.open()
    await ada.shows("signIn:signIn")
    await keys.press_on("link", ada.say("signIn:register"))
    await ada.shows("signIn:register")
    await keys.type_into(ada.field("signIn:email"), ada.person.email)
    await keys.type_into(ada.field("signIn:password"), ada.person.password)
    await keys.type_into(ada.field("signIn:serialNumber"), ada.person.serial_number)
    await keys.type_into(ada.field("signIn:unitName"), "Roof, east\n")
    await ada.is_inside()
    await keys.press_on("button", ada.say("customers:account.signOut"))
    await ada.shows("signIn:signIn")
    await keys.type_into(ada.field("signIn:email"), ada.person.email)
    await keys.type_into(ada.field("signIn:password"), f"{ada.person.password}\n")
    await ada.shows("signIn:install")
    await keys.press_on("button", ada.say("signIn:toQrCode"))
    await ada.scan()
    await keys.type_into(ada.field("signIn:code"), await ada.person.next_code())
    await ada.is_inside()


@on_sqlite
async def test_asking_for_a_reset(served: Running, clock: Clock, open_window: OpenWindow) -> None:
    ada = CustomerApp(await open_window(served), await people.customer(served, clock))
    keys = Keyboard(ada.page)
    await ada.open()
    await ada.shows("signIn:signIn")
    await keys.type_into(ada.field("signIn:email"), ada.person.email)
    await keys.type_into(ada.field("signIn:password"), f"{ada.person.password}\n")
    await ada.shows("signIn:enterCode")
    await keys.press_on("button", ada.say("signIn:reset"))
    await ada.shows("signIn:reset")
    await keys.press_on("radio", ada.say("signIn:reason_PHONE_LOST"), "ArrowDown")
    await keys.press_on("button", ada.say("signIn:send"))
    await ada.page.get_by_role("dialog", name=ada.say("signIn:stolen")).wait_for()
    await keys.press_on("button", ada.say("signIn:stolenYes"))
    await ada.state("WAITING")


@on_sqlite
async def test_claiming_and_approving(
    served: Running, clock: Clock, open_window: OpenWindow
) -> None:
    ada = await people.customer(served, clock)
    await ada.request_reset(deviceSerialNumber=ada.serial_number)
    sam = Desk(await open_window(served), await people.agent(served, clock))
    keys = Keyboard(sam.page)
    await sam.stay()
    await sam.row(ada.email).wait_for()
    await keys.focus(sam.page.get_by_role("table").get_by_role("link"))
    await keys.press("c")
    await sam.row(ada.email).get_by_text(sam.say("desk:act.release"), exact=True).wait_for()
    await keys.press("Enter")
    await sam.page.get_by_text(sam.say("ticket:claim.mine")).wait_for()
    await keys.press_on("checkbox", sam.say("ticket:kind.DEVICE_SERIAL"), "Space")
    await keys.type_into(sam.field("ticket:decision.note"), "The serial number is right.")
    await keys.press_on("button", sam.say("ticket:decision.approve"))
    await sam.has_decided("approved")
