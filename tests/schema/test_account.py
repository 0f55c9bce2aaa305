"""One's own account as clients see it: sessions, password, units, moving to a new phone."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.support import owners, people
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.people import PASSWORD, Person
from tests.support.served import Running

NEW = "nine loud compressors"


@dataclass
class Two:
    """One person in two browsers, both signed in."""

    here: Person
    there: Person


@pytest.fixture
async def two(served: Running, clock: Clock) -> Two:
    here = await people.customer(served, clock)
    there = Person(served, clock, here.email)
    there.phone = here.phone
    await owners.next_step(clock)
    await there.sign_in()
    await owners.next_step(clock)
    return Two(here, there)


async def sessions(client: Client) -> dict[bool, str]:
    """The ids of the viewer's sessions: the asking one is True's."""
    return {one["current"]: one["id"] for one in (await client.run("Viewer"))["sessions"]}


class TestSessions:
    async def test_each_sees_both(self, two: Two) -> None:
        here, there = await sessions(two.here.client), await sessions(two.there.client)
        assert here[True] == there[False] and here[False] == there[True]

    async def test_one_ends_the_other(self, two: Two) -> None:
        other = (await sessions(two.here.client))[False]
        assert await two.here.client.run("RevokeSession", id=other) is True
        assert await two.there.client.run("Viewer") is None
        assert await two.here.client.run("RevokeSession", id=other) is False

    async def test_not_somebody_elses(self, two: Two, served: Running, clock: Clock) -> None:
        kim = await people.newcomer(served, clock, "kim@example.com")
        own = (await sessions(two.here.client))[True]
        for client in (kim.client, served.browser()):
            assert await client.run("RevokeSession", id=own) is False
        (error,) = await kim.client.errors("RevokeSession", id="session_x")
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "id"}
        assert await two.here.client.run("Viewer")

    async def test_signing_out(self, two: Two, served: Running) -> None:
        token = two.here.client.http.cookies["sparekey"]
        assert await two.here.client.run("Logout") is True
        assert "sparekey" not in two.here.client.http.cookies
        assert await served.program(token).run("Viewer") is None
        assert await two.here.client.run("Logout") is False
        assert await two.there.client.run("Viewer")

    async def test_a_dead_cookie_is_no_session(
        self, two: Two, served: Running, clock: Clock
    ) -> None:
        token = two.here.client.http.cookies["sparekey"]
        for days, alive in ((29, True), (1, False)):
            await clock.travel(timedelta(days=days))
            browser = served.browser()
            browser.http.cookies.set("sparekey", token)
            assert (await browser.run("Viewer") is not None) is alive


class TestChangePassword:
    async def test_keeps_this_session_and_ends_the_other(self, two: Two) -> None:
        client = two.here.client
        wrong = {"currentPassword": "wrong password", "newPassword": NEW}
        expect(await client.run("ChangePassword", wrong), "InvalidCredentials")
        common = {"currentPassword": PASSWORD, "newPassword": "password1"}
        refused = expect(await client.run("ChangePassword", common), "InvalidInput")
        assert refused["field"] == "newPassword"
        right = {"currentPassword": PASSWORD, "newPassword": NEW}
        expect(await client.run("ChangePassword", right), "Account")
        assert await client.run("Viewer")
        assert await two.there.client.run("Viewer") is None
        expect(await two.there.login(), "InvalidCredentials")
        two.there.password = NEW
        expect(await two.there.login(), "CodeRequired")

    async def test_asks_for_a_fresh_code(self, two: Two, clock: Clock, served: Running) -> None:
        right = {"currentPassword": PASSWORD, "newPassword": NEW}
        await clock.travel(timedelta(minutes=16))
        client = two.here.client
        expect(await client.run("ChangePassword", right), "StepUpRequired")
        expect(await served.browser().run("ChangePassword", right), "NotAllowed")
        await two.here.step_up()
        expect(await client.run("ChangePassword", right), "Account")


class TestAddDevice:
    async def test_a_further_unit(self, two: Two, clock: Clock, served: Running) -> None:
        unit = {"serialNumber": "AHU-77", "name": "Cellar"}
        added = expect(await two.here.client.run("AddDevice", unit), "Device")
        units = (await two.there.client.run("Viewer"))["devices"]
        assert [one["id"] for one in units][1:] == [added["id"]]
        await clock.travel(timedelta(minutes=16))
        expect(await two.here.client.run("AddDevice", unit), "StepUpRequired")
        expect(await served.browser().run("AddDevice", unit), "NotAllowed")


class TestNewPhone:
    async def test_after_a_fresh_code(self, two: Two, clock: Clock) -> None:
        await clock.travel(timedelta(minutes=16))
        here, old = two.here, two.here.phone
        expect(await here.client.run("BeginEnrollment", challenge=None), "StepUpRequired")
        await here.step_up()
        token = here.client.http.cookies["sparekey"]
        await here.begin_enrollment(None)
        assert here.phone and old and here.phone.secret != old.secret
        await here.confirm_enrollment(None)
        assert here.client.http.cookies["sparekey"] != token
        assert await here.client.run("Viewer")
        assert await two.there.client.run("Viewer") is None
        await here.sign_in()

    async def test_early_from_the_first_session(self, served: Running, clock: Clock) -> None:
        ada = await people.newcomer(served, clock, client=served.program())
        before = ada.client.bearer or ""
        await ada.begin_enrollment(None)
        await ada.confirm_enrollment(None)
        assert ada.client.bearer != before
        assert (await ada.client.run("Viewer"))["secondFactor"]
        assert await served.program(before).run("Viewer") is None

    async def test_without_a_session(self, served: Running) -> None:
        for name, more in (("BeginEnrollment", {}), ("ConfirmEnrollment", {"code": "123456"})):
            answer = await served.browser().run(name, {"challenge": None} | more)
            expect(answer, "NotAllowed")
