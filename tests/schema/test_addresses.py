"""One mailbox is one account, however its address is typed."""

import pytest

from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running

DEVICE = {"serialNumber": "AHU-7", "name": "Cellar"}


class TestTheSameAddress:
    @pytest.mark.parametrize(
        "typed", ["ADA@EXAMPLE.COM", " ada@example.com\n", "Ada@Example.Com", "ada@EXAMPLE.com"]
    )
    async def test_signs_in(self, served: Running, clock: Clock, typed: str) -> None:
        ada = await people.newcomer(served, clock)
        answer = await ada.client.run("Login", email=typed, password=ada.password)
        expect(answer, "EnrollmentRequired")

    @pytest.mark.parametrize(
        ("first", "again"),
        [
            ("Ada@Example.com", "ada@example.COM"),
            ("jo\u0308rg@example.com", "j\u00f6rg@example.com"),
            ("JÖRG@example.com", "jörg@example.com"),
            ("kim@bücher.example", "kim@xn--bcher-kva.example"),
        ],
    )
    async def test_is_registered_once(
        self, served: Running, clock: Clock, first: str, again: str
    ) -> None:
        await people.newcomer(served, clock, first)
        other = Person(served, clock, again)
        other.password = "eight loud dampers"
        await other.register()
        expect(await other.login(), "InvalidCredentials")
        other.password = people.PASSWORD
        expect(await other.login(), "EnrollmentRequired")


class TestAnotherAddress:
    @pytest.mark.parametrize("similar", ["ada+x@example.com", "a.da@example.com", "ada@example.co"])
    async def test_has_an_account_of_its_own(
        self, served: Running, clock: Clock, similar: str
    ) -> None:
        await people.newcomer(served, clock)
        other = await people.newcomer(served, clock, similar)
        assert (await other.client.run("Viewer"))["email"] == similar


NO_ADDRESSES = (
    *("ada", "@example.com", "ada@", "ada@@example.com", "a da@example.com", "ada@.com"),
    *("ada@[127.0.0.1]", "ada@-.example.com", "ada@" + "e" * 64 + ".com"),
    *("Ada <ada@example.com>", "ada@example.com, bob@example.com", "a" * 260 + "@example.com"),
    *("ada@example.com\r\nBcc: bob@example.com", "ada@example.com\0", "ada@exam\u202eple.com"),
)


async def test_what_is_no_address_is_refused_by_its_name(served: Running) -> None:
    client = served.browser()
    for typed in NO_ADDRESSES:
        for name, fields in (("Register", {"device": DEVICE}), ("Login", {})):
            answer = await client.run(name, fields, email=typed, password=people.PASSWORD)
            assert expect(answer, "InvalidInput")["field"] == "email", typed
            assert answer["message"] == "This is not an e-mail address."
