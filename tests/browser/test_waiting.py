"""The page that follows a request, and what comes after it."""

from datetime import timedelta

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import Running

LATE = timedelta(days=7)


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    """She has asked for a reset."""
    app = CustomerApp(await open_window(served), await people.customer(served, clock))
    await app.open()
    await app.enter_password()
    await app.ask_for_reset()
    return app


async def decided(served: Running, clock: Clock, how: str) -> Person:
    """An agent claims the only request, and decides."""
    sam = await people.agent(served, clock)
    (edge,) = (await sam.client.run("RecoveryQueue", first=10))["edges"]
    ticket = {"ticketId": edge["node"]["id"], "note": "Called back."}
    await sam.client.run("ClaimTicket", ticketId=ticket["ticketId"])
    checked = {"checked": ["DEVICE_SERIAL"]} if how == "ApproveReset" else {}
    await sam.client.run(how, ticket | checked)
    return sam


@on_sqlite
class TestFollowing:
    async def test_it_is_there_again_later_and_says_when_it_is_late(
        self, ada: CustomerApp, clock: Clock
    ) -> None:
        reference = await ada.reference()
        await ada.open("/account")
        await ada.shows("signIn:signIn")
        await ada.open("/reset")
        assert await ada.reference() == reference
        await clock.travel(LATE)
        await ada.page.get_by_text("we are late").wait_for()

    async def test_calling_it_off(self, ada: CustomerApp) -> None:
        await ada.button("customers:cancel.button").click()
        question = ada.page.get_by_role("dialog", name=ada.say("customers:cancel.question"))
        await question.wait_for()
        await ada.page.keyboard.press("Escape")
        await question.wait_for(state="detached")
        await ada.state("WAITING")
        await ada.button("customers:cancel.button").click()
        await ada.button("customers:cancel.yes").click()
        await ada.state("CANCELLED")
        await ada.button("customers:waiting.moveOn.CANCELLED").click()
        await ada.sign_in()
        await ada.is_inside()

    async def test_a_rejection_is_seen_at_once(
        self, ada: CustomerApp, served: Running, clock: Clock
    ) -> None:
        async with ada.window.sees_live(ada.say("customers:waiting.outcome.REJECTED")):
            await decided(served, clock, "RejectReset")
        await ada.button("customers:waiting.moveOn.REJECTED").click()
        await ada.enter_password()
        await ada.shows("signIn:enterCode")

    async def test_asking_again_follows_the_same_request(self, ada: CustomerApp) -> None:
        reference = await ada.reference()
        await ada.open()
        await ada.enter_password()
        assert await ada.ask_for_reset("PHONE_BROKEN") == reference


@on_sqlite
async def test_a_phone_that_turned_up_after_the_approval(
    ada: CustomerApp, served: Running, clock: Clock
) -> None:
    await decided(served, clock, "ApproveReset")
    await ada.state("APPROVED")
    await ada.button("customers:waiting.moveOn.APPROVED").click()
    await ada.enter_password()
    await ada.shows("signIn:releaseCode")
    await ada.button("signIn:phoneFound").click()
    await ada.shows("signIn:enterCode")
    await ada.enter_code()
    await ada.is_inside()


@on_sqlite
async def test_a_second_release_code_ends_the_first(
    ada: CustomerApp, served: Running, clock: Clock
) -> None:
    await decided(served, clock, "ApproveReset")
    first = (await ada.person.letter("release code")).release_code
    await ada.button("customers:waiting.moveOn.APPROVED").click()
    await ada.enter_password()
    await ada.shows("signIn:releaseCode")
    await ada.button("signIn:resend").click()
    await ada.says("the earlier one has stopped working")
    await ada.enter_release_code(first)
    await ada.says(ada.say("signIn:attemptsLeft_other", count=4))
    await ada.enter_release_code((await ada.person.letter("release code")).release_code)
    await ada.set_up_phone()
    await ada.is_inside()
