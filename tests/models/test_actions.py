"""The list of what can be done: each in one form, each in use, nothing beside it."""

import re
from pathlib import Path

import pytest

import models
from models.actions import Action

SOURCE = {
    path.name: path.read_text("utf-8")
    for folder in models.__path__
    for path in Path(folder).glob("*.py")
    if path.name != "actions.py"
}


@pytest.mark.parametrize("action", Action)
class TestEach:
    def test_says_subject_noun_and_verb(self, action: Action) -> None:
        assert re.fullmatch(r"(account|ticket|mail):[a-z_]+:[a-z_]+", action.value)
        assert len(action.value) <= 80

    def test_is_written_somewhere(self, action: Action) -> None:
        assert any(f"Action.{action.name}" in text for text in SOURCE.values())


def test_none_is_written_by_another_name() -> None:
    for name, text in SOURCE.items():
        assert not re.search(r"[\"'](account|ticket|mail):[a-z_]+:[a-z_]+[\"']", text), name
