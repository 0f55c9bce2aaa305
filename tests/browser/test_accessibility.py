"""Nothing bars anybody from any page: in the light and in the dark, on a phone and on a desk.

In German and Swedish, whose words are longer.
"""

from playwright.async_api import Page

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.browser.desk import Desk
from tests.support import people
from tests.support.axe import axe
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import Running

WIDTHS = (1440, 768, 360)
LONG_WORD = "Dach" * 200
MAILED = ("/confirm", "/cancel", "/not-me")


async def look(page: Page) -> None:
    """Fail with what axe-core finds, and where the page is wider than the screen."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    await axe(page)


@on_sqlite
async def test_the_customers_app(served: Running, clock: Clock, open_window: OpenWindow) -> None:
    window = await open_window(served, locale="de-DE")
    ada = CustomerApp(window, Person(served, clock, "ada@example.com"), "de", look)
    await ada.open()
    await ada.register()
    await ada.is_inside()
    await ada.leave()
    await ada.enter_password()
    await ada.set_up_phone()
    await ada.is_inside()
    await ada.leave()
    await ada.enter_password()
    await ada.enter_code("000000")
    await ada.says(ada.say("signIn:codeWrong"))
    await look(window.page)
    await ada.ask_for_reset()
    for path in MAILED:
        await ada.open(f"{path}#token")
        await window.page.get_by_role("heading", level=1).wait_for()
        await look(window.page)


@on_sqlite
async def test_what_a_grant_leads_to(
    served: Running, clock: Clock, open_window: OpenWindow
) -> None:
    ada = CustomerApp(await open_window(served), await people.customer(served, clock), look=look)
    sam = await people.agent(served, clock)
    await ada.open()
    await ada.enter_password()
    await ada.ask_for_reset()
    (edge,) = (await sam.client.run("RecoveryQueue", first=10))["edges"]
    ticket = {"ticketId": edge["node"]["id"], "note": "Right.", "checked": ["DEVICE_SERIAL"]}
    await sam.client.run("ClaimTicket", ticketId=ticket["ticketId"])
    await sam.client.run("ApproveReset", ticket)
    await ada.state("APPROVED")
    await look(ada.page)
    await ada.button("customers:waiting.moveOn.APPROVED").click()
    await ada.enter_password()
    await ada.enter_release_code("2222-3333-4444")
    await ada.says(ada.say("signIn:attemptsLeft_other", count=4))
    await look(ada.page)


@on_sqlite
async def test_the_desk(served: Running, clock: Clock, open_window: OpenWindow) -> None:
    ada = await people.customer(served, clock)
    ticket = await ada.request_reset(
        message=LONG_WORD,
        contactPhone="+49 30 901820",
        deviceSerialNumber=ada.serial_number,
    )
    reference = ticket["ticket"]["reference"]
    window = await open_window(served, locale="de-DE")
    sam = Desk(window, await people.agent(served, clock), "de", look)
    await sam.enter()
    await sam.row(reference).wait_for()
    await look(sam.page)
    await sam.open_ticket(reference)
    await sam.claim()
    await look(sam.page)
    await sam.decide("approve", "")
    await sam.page.get_by_text(sam.say("required")).wait_for()
    await look(sam.page)
    await sam.decide("reject", "Nobody there.", checked="")
    await sam.has_decided("rejected")
    await look(sam.page)
    for path in ("/history", "/tickets/R-0000-0000", "/nowhere"):
        await sam.open(path)
        await sam.page.get_by_role("heading", level=1).wait_for()
        await look(sam.page)
