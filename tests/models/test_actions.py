"""The list of what can be done: each in one form, each in use, nothing beside it."""

import re
from pathlib import Path

import pytest

import models
from models.record.actions import Action

WORDS = r"(account|database|mail|ticket):[a-z_]+:[a-z_]+"
SOURCE = {
    str(path): path.read_text("utf-8")
    for folder in models.__path__
    for path in Path(folder).rglob("*.py")
    if path.name != "actions.py" and path.parent.name != "migrations"
}


@pytest.mark.parametrize("action", Action)
class TestEach:
    def test_says_subject_noun_and_verb(self, action: Action) -> None:
        assert re.fullmatch(WORDS, action.value)
        assert len(action.value) <= 80

    def test_is_written_somewhere(self, action: Action) -> None:
        assert any(f"Action.{action.name}" in text for text in SOURCE.values())


def test_none_is_written_by_another_name() -> None:
    for name, text in SOURCE.items():
        assert not re.search(rf"[\"']{WORDS}[\"']", text), name
