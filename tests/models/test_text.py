"""What people type into lines and paragraphs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import text
from models.errors import InvalidInput, Reason


def refused(value: str, limit: int = 20) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        text.required("name", value, limit)
    assert refusal.value.field == "name"
    return refusal.value


class TestRequired:
    def test_surrounding_space_is_taken_off(self) -> None:
        assert text.required("name", "  Roof, east\n", 20) == "Roof, east"

    @pytest.mark.parametrize("value", ["", " ", "\n\t", "\u2003"])
    def test_nothing_is_refused(self, value: str) -> None:
        assert refused(value).reason is Reason.EMPTY

    def test_the_limit_is_exact(self) -> None:
        assert text.required("name", "x" * 20, 20) == "x" * 20
        too_long = refused("x" * 21)
        assert too_long.reason is Reason.TOO_LONG
        assert too_long.params == {"limit": 20}

    def test_length_is_looked_at_before_content(self) -> None:
        assert refused("\0" * 1_000_000).reason is Reason.TOO_LONG

    @pytest.mark.parametrize(
        "mark", ["\0", "\x1b", "\x7f", "\x85", "\ud800", "\u202e", "\u2066", "\u200f", "\u061c"]
    )
    def test_what_does_not_show_is_refused(self, mark: str) -> None:
        assert refused(f"Roof{mark}east").reason is Reason.CHARACTERS

    @pytest.mark.parametrize("value", ["Dach\r\nOst\tdrei", "سطح", "👩‍🔧 Dach", "e\u0301", "屋根"])
    def test_every_script_is_taken(self, value: str) -> None:
        assert text.required("name", value, 20) == value


class TestOptional:
    @pytest.mark.parametrize("value", [None, "", "  \n"])
    def test_nothing_is_none(self, value: str | None) -> None:
        assert text.optional("message", value, 5) is None

    def test_something_goes_by_the_same_rules(self) -> None:
        with pytest.raises(InvalidInput) as refusal:
            text.optional("message", "six...", 5)
        assert (refusal.value.field, refusal.value.reason) == ("message", Reason.TOO_LONG)


@given(st.text())
def test_what_is_taken_can_be_stored_and_shown(value: str) -> None:
    try:
        taken = text.required("name", value, 50)
    except InvalidInput:
        return
    assert taken.encode() and len(taken) <= 50
    assert not any(unicodedata.category(c) == "Cc" and c not in "\r\n\t" for c in taken)
