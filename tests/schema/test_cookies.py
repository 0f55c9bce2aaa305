"""What browsers are given to keep, and how closely."""

from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest

from tests.support import people
from tests.support.clock import Clock
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running, running


def kept(response: httpx.Response) -> dict[str, Morsel[str]]:
    """The cookies that an answer sets."""
    jar: SimpleCookie = SimpleCookie()
    for header in response.headers.get_list("set-cookie"):
        jar.load(header)
    return dict(jar)


async def send(person: Person, name: str, **variables: object) -> httpx.Response:
    """Run an operation for its headers."""
    return await person.client.post(operation(name).payload(variables))


async def login(person: Person, delivery: str = "COOKIE") -> httpx.Response:
    return await send(
        person, "Login", email=person.email, password=person.password, delivery=delivery
    )


class TestInDevelopment:
    async def test_the_first_sign_in_keeps_a_session_only(
        self, served: Running, clock: Clock
    ) -> None:
        ada = Person(served, clock, "ada@example.com")
        await ada.register()
        cookies = kept(await login(ada))
        assert set(cookies) == {"sparekey"}
        session = cookies["sparekey"]
        assert (session["httponly"], session["samesite"].lower(), session["path"]) == (
            True,
            "lax",
            "/",
        )
        assert not session["secure"] and not session["domain"]
        assert 0 <= timedelta(days=30).total_seconds() - int(session["max-age"]) < 60

    async def test_a_code_makes_the_browser_known(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        assert kept(await login(ada)) == {}
        challenge, code = await ada.challenge(), await ada.next_code()
        cookies = kept(await send(ada, "VerifyCode", challenge=challenge, code=code))
        assert set(cookies) == {"sparekey", "sparekey-browser"}
        for cookie in cookies.values():
            assert cookie["httponly"] and cookie["samesite"].lower() == "lax"
            assert cookie["path"] == "/"
        assert int(cookies["sparekey-browser"]["max-age"]) == 400 * 24 * 3600
        assert ada.email not in cookies["sparekey-browser"].value

    async def test_signing_out_leaves_the_browser_known(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.customer(served, clock)
        cookies = kept(await send(ada, "Logout"))
        assert set(cookies) == {"sparekey"}
        assert (cookies["sparekey"].value, cookies["sparekey"]["max-age"]) == ("", "0")

    async def test_a_refusal_sets_none(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        challenge = await ada.challenge()
        assert kept(await send(ada, "VerifyCode", challenge=challenge, code="no code")) == {}

    async def test_a_program_gets_no_session_cookie(self, served: Running, clock: Clock) -> None:
        ada = Person(served, clock, "ada@example.com", served.program())
        await ada.register()
        response = await login(ada, "BEARER")
        assert kept(response) == {}
        assert response.json()["data"]["login"]["token"]

    @pytest.mark.parametrize("name", ["__Host-sparekey", "sparekey-browser", "Sparekey"])
    async def test_no_other_cookie_is_a_session(
        self, served: Running, clock: Clock, name: str
    ) -> None:
        ada = await people.newcomer(served, clock)
        other = served.browser()
        other.http.cookies.set(name, ada.client.http.cookies["sparekey"])
        assert await other.run("Viewer") is None

    async def test_answers_are_not_stored(self, served: Running, clock: Clock) -> None:
        ada = Person(served, clock, "ada@example.com")
        await ada.register()
        assert (await login(ada)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_over_https_they_are_bound_to_the_host(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> None:
    public = "https://access.example.com"
    async with running(database_url, tmp_path, secret_keys, PUBLIC_URL=public) as place:
        client = place.browser()
        client.http.headers["origin"] = public
        ada = Person(place, clock, "ada@example.com", client)
        await ada.register()
        cookies = kept(await login(ada))
        assert set(cookies) == {"__Host-sparekey"}
        session = cookies["__Host-sparekey"]
        assert session["secure"] and session["httponly"] and not session["domain"]
        assert (session["path"], session["samesite"].lower()) == ("/", "lax")
        plain = place.browser()
        plain.http.cookies.set("sparekey", session.value)
        assert await plain.run("Viewer") is None
