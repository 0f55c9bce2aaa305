"""The two cookies, as a browser is told to keep them."""

from collections.abc import AsyncIterator
from datetime import datetime
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest

from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running, running

pytestmark = on_sqlite

YEAR = 365 * 24 * 3600


def told(response: httpx.Response) -> dict[str, Morsel[str]]:
    """The cookies that a response sets."""
    jar = SimpleCookie()
    for line in response.headers.get_list("set-cookie"):
        jar.load(line)
    return dict(jar)


async def code(ada: Person) -> httpx.Response:
    """The response to the second step."""
    variables = {"challenge": await ada.challenge(), "code": await ada.next_code()}
    return await ada.client.post(operation("VerifyCode").payload(variables))


class TestOverPlainHttp:
    @pytest.fixture
    async def ada(self, served: Running, clock: Clock) -> Person:
        ada = await people.customer(served, clock)
        await ada.sign_out()
        return ada

    async def test_a_full_sign_in(self, ada: Person) -> None:
        response = await code(ada)
        cookies = told(response)
        assert cookies.keys() == {"sparekey", "sparekey-browser"}
        for cookie in cookies.values():
            assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "lax", "")
            assert cookie["httponly"] is True
            assert not cookie["secure"]
        assert int(cookies["sparekey-browser"]["max-age"]) > YEAR
        until = response.json()["data"]["verifyCode"]["session"]["expiresAt"]
        left = datetime.fromisoformat(until) - ada.clock.now()
        assert abs(int(cookies["sparekey"]["max-age"]) - left.total_seconds()) < 5

    async def test_signing_out_leaves_the_browser_known(self, ada: Person) -> None:
        await code(ada)
        cookies = told(await ada.client.post(operation("Logout").payload({})))
        assert cookies.keys() == {"sparekey"}
        assert (cookies["sparekey"].value, cookies["sparekey"]["max-age"]) == ("", "0")

    async def test_no_step_before_the_last_sets_any(self, ada: Person) -> None:
        login = {"email": ada.email, "password": ada.password}
        response = await ada.client.post(operation("Login").payload(login))
        wrong = {"challenge": await ada.challenge(), "code": "000000"}
        for one in (response, await ada.client.post(operation("VerifyCode").payload(wrong))):
            assert told(one) == {}

    async def test_bearers_get_none(self, served: Running, clock: Clock) -> None:
        program = served.program()
        bob = await people.customer(served, clock, "bob@example.com", program)
        response = await code(bob)
        assert expect(response.json()["data"]["verifyCode"], "SignedIn")["token"]
        assert told(response).keys() <= {"sparekey-browser"}

    async def test_each_sign_in_and_step_up_has_a_token_of_its_own(self, ada: Person) -> None:
        tokens = [told(await code(ada))["sparekey"].value for _ in range(2)]
        step_up = operation("StepUp").payload({"code": await ada.next_code()})
        tokens.append(told(await ada.client.post(step_up))["sparekey"].value)
        assert len(set(tokens)) == 3


class TestOverHttps:
    @pytest.fixture
    async def place(
        self, database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
    ) -> AsyncIterator[Running]:
        public = "https://access.example.com"
        async with running(database_url, tmp_path, secret_keys, PUBLIC_URL=public) as place:
            yield place

    async def test_both_are_bound_to_the_host(self, place: Running, clock: Clock) -> None:
        ada = Person(place, clock, "ada@example.com")
        await ada.register()
        await ada.login()
        await ada.enroll()
        cookies = told(await code(ada))
        assert cookies.keys() == {"__Host-sparekey", "__Host-sparekey-browser"}
        for cookie in cookies.values():
            assert cookie["secure"] is True
            assert cookie["httponly"] is True
            assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "lax", "")

    async def test_a_cookie_without_the_prefix_opens_nothing(
        self, place: Running, clock: Clock
    ) -> None:
        ada = Person(place, clock, "ada@example.com", place.program())
        await ada.register()
        await ada.login()
        async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
            viewers = []
            for name in ("sparekey", "__Host-sparekey"):
                headers = {"cookie": f"{name}={ada.client.bearer}", "origin": place.url}
                asked = operation("Viewer").payload({})
                response = await http.post("/graphql", json=asked, headers=headers)
                viewers.append(response.json()["data"]["viewer"])
        assert viewers[0] is None
        assert viewers[1]["email"] == ada.email

    async def test_browsers_are_told_to_stay_with_https(self, place: Running) -> None:
        response = await place.browser().http.get("/healthz")
        assert response.headers["strict-transport-security"] == "max-age=63072000"
