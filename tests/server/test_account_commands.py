"""`sparekey accounts list`, `show` and `reset-second-factor`."""

import json

from tests.conftest import StartProcess
from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.terminal import Terminal

PASSWORD = "seven quiet turbines"
WHY = ("--reason", "Seen in person.")


def add(settled: Terminal, email: str, role: str = "customer", *more: str) -> None:
    settled.does(
        "accounts", "add", email, "--role", role, "--password-stdin", *more, input=PASSWORD
    )


class TestList:
    def test_by_address_role_and_state(self, settled: Terminal) -> None:
        add(settled, "bea@example.com")
        add(settled, "ada@example.com")
        add(settled, "sam@example.com", "support")
        settled.does("accounts", "disable", "bea@example.com", *WHY)
        assert people_in(settled.does("accounts", "list")) == ["ada", "bea", "sam"]
        assert people_in(settled.does("accounts", "list", "B")) == ["bea"]
        assert people_in(settled.does("accounts", "list", "--role", "support")) == ["sam"]
        assert people_in(settled.does("accounts", "list", "--disabled")) == ["bea"]
        assert people_in(settled.does("accounts", "list", "--enabled")) == ["ada", "sam"]
        assert people_in(settled.does("accounts", "list", "--first", "2")) == ["ada", "bea"]

    def test_says_that_there_is_none(self, settled: Terminal) -> None:
        assert settled.does("accounts", "list", "eve") == "No account is like that.\n"


class TestShow:
    def test_tells_all_but_what_signs_in(self, settled: Terminal) -> None:
        add(settled, "ada@example.com", "customer", "--device", "AHU-2042/7")
        told = settled.does("accounts", "show", "ADA@example.com")
        for fact in ("ada@example.com", "customer", "AHU-2042/7", "none"):
            assert fact in told
        assert "argon2" not in told

    def test_nobody(self, settled: Terminal) -> None:
        said = settled.cannot("accounts", "show", "eve@example.com")
        assert said == "There is no account with the address eve@example.com.\n"


class TestReset:
    async def test_the_owner_sets_up_a_new_phone_by_the_mailed_code(
        self, start_process: StartProcess, clock: Clock
    ) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        printed = await place.command("accounts", "reset-second-factor", ada.email, *WHY)
        assert "has a release code by mail" in printed
        assert "reset granted until" in await place.command("accounts", "show", ada.email)
        code = (await ada.letter("can be reset")).release_code
        expect(await ada.enroll(code), "SignedIn")

    async def test_the_owner_takes_it_back(self, start_process: StartProcess, clock: Clock) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        await place.command("accounts", "reset-second-factor", ada.email, *WHY)
        token = (await ada.letter("can be reset")).token("cancel")
        told = expect(await ada.client.run("CancelReset", input={"receipt": token}), "ResetStatus")
        assert told["state"] == "CANCELLED"
        expect(await ada.login(), "CodeRequired")

    def test_needs_a_reason(self, settled: Terminal) -> None:
        add(settled, "ada@example.com")
        asked = settled.run("accounts", "reset-second-factor", "ada@example.com")
        assert asked.exit_code == 2 and "--reason" in asked.stderr
        said = settled.cannot("accounts", "reset-second-factor", "ada@example.com", "--reason", "")
        assert said == "--reason: Please fill in this field.\n"

    def test_where_there_is_nothing_to_reset(self, settled: Terminal) -> None:
        add(settled, "ada@example.com")
        said = settled.cannot("accounts", "reset-second-factor", "ada@example.com", *WHY)
        assert said == (
            "There is nothing to reset: the account has no second factor, or is disabled.\n"
        )


def people_in(printed: str) -> list[str]:
    """Whose lines these are, in their order."""
    return [line.split("@")[0].strip("│ ") for line in printed.splitlines() if "@" in line]


class TestPrivacy:
    def test_what_is_kept_can_be_read(self, settled: Terminal) -> None:
        add(settled, "ada@example.com", "customer", "--device", "AHU-2042/7")
        told = json.loads(settled.does("accounts", "export", "ada@example.com"))
        assert told["account"]["email"] == "ada@example.com"
        assert told["units"][0]["serial_number"] == "AHU-2042/7"
        assert [one["action"] for one in told["record"]] == ["account:account:added"]

    def test_erased_once_it_is_confirmed(self, settled: Terminal) -> None:
        add(settled, "ada@example.com")
        settled.run("accounts", "erase", "ada@example.com", *WHY, input="n\n")
        assert people_in(settled.does("accounts", "list")) == ["ada"]
        settled.does("accounts", "erase", "ada@example.com", *WHY, input="y\n")
        assert settled.does("accounts", "list") == "No account is like that.\n"
        said = settled.cannot("accounts", "erase", "ada@example.com", *WHY, "--yes")
        assert said == "There is no account with the address ada@example.com.\n"

    def test_needs_a_reason(self, settled: Terminal) -> None:
        add(settled, "ada@example.com")
        said = settled.cannot("accounts", "erase", "ada@example.com", "--reason", " ", "--yes")
        assert said == "--reason: Please fill in this field.\n"
