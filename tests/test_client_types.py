"""A change of the schema that the client's types do not follow is found, and named."""

from pathlib import Path

import pytest

import schema
from tests.client_types import Broken, declarations, kept, made, stale

SDL = schema.sdl()


def changed(before: str, after: str) -> str:
    """The schema with one line of it changed."""
    assert SDL.count(before) == 1, f"{SDL.count(before)} times: {before}"
    return SDL.replace(before, after)


def test_they_are_fresh(tmp_path: Path) -> None:
    types = made(tmp_path, SDL)
    names = ", ".join(stale(kept(), types))
    assert not names, f"Stale types of {names}: run `npm run generate` in frontend-contract"
    assert types == kept(), "Stale client: run `npm run generate` in frontend-contract"


class TestAChange:
    def test_that_breaks_an_operation(self, tmp_path: Path) -> None:
        sdl = changed("  releaseCodeRequired: Boolean!\n", "  codeRequired: Boolean!\n")
        with pytest.raises(Broken, match="Login"):
            made(tmp_path, sdl)

    def test_that_only_changes_what_is_answered(self, tmp_path: Path) -> None:
        sdl = changed("  claimed: Int!\n", "  claimed: Int\n")
        assert stale(kept(), made(tmp_path, sdl)) == ["QueueStatus", "WatchQueueStatus"]


class TestStale:
    BEFORE = """
/** Which way. */
export type Way =
  /** Up. */
  | 'UP';
export type GoInput = {
  way: Way;
};
export type GoMutationVariables = Exact<{ input: GoInput; }>;
export type GoMutation = { go: boolean };
export type SeenQuery = { seen: number };
"""

    def test_nothing_changed(self) -> None:
        assert stale(self.BEFORE, self.BEFORE) == []
        assert len(declarations(self.BEFORE)) == 5

    @pytest.mark.parametrize(
        ("old", "new", "names"),
        [
            ("go: boolean", "go: string", ["Go"]),
            ("seen: number", "seen: number | null", ["Seen"]),
            ("way: Way", "way: Way | null", ["Go"]),
            ("| 'UP'", "| 'UP' | 'DOWN'", ["Go"]),
            ("export type SeenQuery = { seen: number };", "", ["Seen"]),
        ],
    )
    def test_what_changed_is_named(self, old: str, new: str, names: list[str]) -> None:
        assert stale(self.BEFORE, self.BEFORE.replace(old, new)) == names
