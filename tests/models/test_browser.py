"""The mark of a browser that has signed in before."""

from datetime import timedelta

import pytest
import time_machine

from models.keys.keyring import Keyring
from models.origin import Origin
from models.signing_in import browser
from models.signing_in.browser import LIFETIME

RING = Keyring.parse(Keyring.generate_text())
NEW = Origin(ip="192.0.2.1", user_agent="Firefox")
EVERYBODY = "code:1"


def known(mark: str | None) -> Origin:
    return Origin(ip="192.0.2.1", user_agent="Firefox", browser=mark)


def budget(mark: str | None, email: str = "ada@example.com", ring: Keyring = RING) -> str:
    return browser.budget(ring, known(mark), "code", "1", email)


class TestBudget:
    def test_a_known_browser_has_its_own(self) -> None:
        here, there = (browser.mark(RING, NEW, "ada@example.com") for _ in range(2))
        assert len({budget(here), budget(there), EVERYBODY}) == 3
        assert budget(here) == budget(here)

    def test_an_address_is_the_same_in_capitals(self) -> None:
        mark = browser.mark(RING, NEW, "ada@example.com")
        assert budget(mark, "Ada@Example.com") == budget(mark) != EVERYBODY

    def test_for_another_account_it_is_nobody(self) -> None:
        assert budget(browser.mark(RING, NEW, "eve@example.com")) == EVERYBODY

    @pytest.mark.parametrize("sent", [None, "", ".", "..", "a.20300101.", "é.1.2", "x" * 9999])
    def test_a_forged_one_is_nobody(self, sent: str | None) -> None:
        assert budget(sent) == EVERYBODY

    def test_each_part_is_signed(self) -> None:
        name, day, mac = browser.mark(RING, NEW, "ada@example.com").split(".")
        last = "0" if mac[-1] != "0" else "1"
        for forged in (
            f"{name[1:]}.{day}.{mac}",
            f"{name}.99991231.{mac}",
            f"{name}.{day}.{mac[:-1]}{last}",
            f"{name}.{day}.{mac.upper()}0",
            f"{name}.{day}",
        ):
            assert budget(forged) == EVERYBODY

    def test_under_another_ring_it_is_nobody(self) -> None:
        stranger = Keyring.parse(Keyring.generate_text())
        assert budget(browser.mark(stranger, NEW, "ada@example.com")) == EVERYBODY


class TestMark:
    def test_a_known_browser_stays_the_same(self) -> None:
        first = browser.mark(RING, NEW, "ada@example.com")
        with time_machine.travel(timedelta(days=300)):
            second = browser.mark(RING, known(first), "ada@example.com")
            assert second != first
            assert budget(second) == budget(first)

    def test_another_accounts_mark_is_not_taken_over(self) -> None:
        of_eve = browser.mark(RING, NEW, "eve@example.com")
        of_ada = browser.mark(RING, known(of_eve), "ada@example.com")
        assert of_ada.split(".")[0] != of_eve.split(".")[0]

    def test_it_is_forgotten_after_400_days(self) -> None:
        mark = browser.mark(RING, NEW, "ada@example.com")
        with time_machine.travel(LIFETIME):
            assert budget(mark) != EVERYBODY
        with time_machine.travel(LIFETIME + timedelta(days=1)):
            assert budget(mark) == EVERYBODY

    def test_it_does_not_name_the_account(self) -> None:
        assert "zoe" not in browser.mark(RING, NEW, "zoe@example.com")
