"""Cursors, as text: opaque, and refused by the name of the argument where we did not give them."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from models.dashboard.positions import Position
from models.errors import ArgumentMalformed
from models.stream.feed import Cursor


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


NONSENSE = ["", " ", "null", "=", "====", "-1", "ä", "🔑", "\x00", "\ud800", "a" * 1_000_000]
NO_NUMBERS = ["", ".", "e", "e.", "e.-1", "e.+1", "e.1.5", "e.1e3", "e. 1", "e.²", "e.\x00", "e.٣",
              "e." + "9" * 19]  # fmt: skip
NO_PLACES = ["", "|", "2026-01-01|", "today|" + "0" * 32, "2026-13-01T00:00:00+00:00|" + "0" * 32,
             "2026-01-01T00:00:00+00:00|x", "0001-01-01T00:00:00+14:00|" + "0" * 32]  # fmt: skip


class TestEventCursor:
    @pytest.mark.parametrize("number", [0, 1, 10**17])
    def test_comes_back_as_it_went(self, number: int) -> None:
        assert Cursor.parse(str(Cursor("f00d", number))) == Cursor("f00d", number)

    @pytest.mark.parametrize("text", [*NONSENSE, *map(encoded, NO_NUMBERS)])
    def test_malformed(self, text: str) -> None:
        with pytest.raises(ArgumentMalformed) as refused:
            Cursor.parse(text, "after")
        assert refused.value.argument == "after"

    def test_a_list_position_is_none(self) -> None:
        with pytest.raises(ArgumentMalformed):
            Cursor.parse(str(Position(datetime.now(UTC), uuid4())))


class TestListPosition:
    def test_comes_back_as_it_went(self) -> None:
        place = Position(datetime(2026, 3, 1, 12, 0, 0, 123456, UTC), uuid4())
        assert Position.parse(str(place), "before") == place

    @pytest.mark.parametrize("text", [*NONSENSE, *map(encoded, NO_PLACES)])
    def test_malformed(self, text: str) -> None:
        with pytest.raises(ArgumentMalformed) as refused:
            Position.parse(text, "before")
        assert refused.value.argument == "before"

    def test_an_event_cursor_is_none(self) -> None:
        with pytest.raises(ArgumentMalformed):
            Position.parse(str(Cursor("f00d", 1)), "after")
