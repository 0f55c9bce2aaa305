"""The whole guide in two windows: what one side does, the other sees at once."""

from datetime import timedelta

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.customer import CustomerApp
from tests.browser.desk import Desk
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running

MESSAGE = "It fell off the roof. <img src=x onerror=alert(1)>"
LONGER_THAN_A_STEP_UP_LASTS = timedelta(minutes=16)


@pytest.fixture
async def ada(served: Running, clock: Clock, open_window: OpenWindow) -> CustomerApp:
    """A customer to be."""
    return CustomerApp(await open_window(served), Person(served, clock, "ada@example.com"))


@pytest.fixture
async def sam(served: Running, clock: Clock, open_window: OpenWindow) -> Desk:
    """An agent who has never been here."""
    agent = Person(served, clock, "sam@example.com")
    await served.add_account(agent.email, agent.password, "SUPPORT")
    return Desk(await open_window(served), agent)


async def test_the_guide(ada: CustomerApp, sam: Desk, clock: Clock) -> None:
    await _registers_and_is_inside_at_once(ada)
    await _sets_up_the_phone_at_the_second_sign_in(ada)
    await _signs_in_by_code(ada)
    await _comes_to_work(sam)
    reference = await _asks_for_a_reset(ada, sam)
    await clock.travel(LONGER_THAN_A_STEP_UP_LASTS)
    await _is_granted_the_reset(ada, sam, reference)
    await _binds_a_new_phone(ada)


async def _registers_and_is_inside_at_once(ada: CustomerApp) -> None:
    await ada.open()
    await ada.shows("signIn:signIn")
    await ada.register()
    await ada.is_inside()
    assert (await ada.person.letter("Your account with")).token("not-me")
    await ada.leave()


async def _sets_up_the_phone_at_the_second_sign_in(ada: CustomerApp) -> None:
    await ada.enter_password()
    await ada.set_up_phone()
    await ada.is_inside()
    assert ada.person.phone and ada.person.phone.name == ada.person.email
    await ada.leave()


async def _signs_in_by_code(ada: CustomerApp) -> None:
    await ada.sign_in()
    await ada.is_inside()
    await ada.leave()


async def _comes_to_work(sam: Desk) -> None:
    await sam.open()
    await sam.enter_password()
    await sam.set_up_phone()
    await sam.is_live()


async def _asks_for_a_reset(ada: CustomerApp, sam: Desk) -> str:
    await ada.enter_password()
    async with sam.window.sees_live(ada.person.email):
        reference = await ada.ask_for_reset(message=MESSAGE)
    await ada.state("WAITING")
    await sam.open_ticket(reference)
    await sam.page.get_by_text(MESSAGE).wait_for()
    matched = sam.evidence("DEVICE_SERIAL")
    assert sam.say("ticket:outcome.MATCHED") in await matched.inner_text()
    return reference


async def _is_granted_the_reset(ada: CustomerApp, sam: Desk, reference: str) -> None:
    async with ada.window.sees_live(ada.say("customers:waiting.state.CLAIMED")):
        await sam.claim()
    await sam.decide("approve", "The serial number is right.")
    async with ada.window.sees_live(ada.say("customers:waiting.state.APPROVED")):
        await sam.step_up()
        await sam.has_decided("approved")
    await sam.go_to("queue")
    await sam.page.get_by_text(sam.say("desk:nothing.open")).wait_for()
    assert reference not in await sam.page.inner_text("body")


async def _binds_a_new_phone(ada: CustomerApp) -> None:
    lost = ada.person.phone
    letter = await ada.person.letter("release code")
    await ada.button("customers:waiting.moveOn.APPROVED").click()
    await ada.enter_password()
    await ada.enter_release_code(letter.release_code)
    await ada.set_up_phone()
    await ada.is_inside()
    assert lost and ada.person.phone and lost.secret != ada.person.phone.secret
