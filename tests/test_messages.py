"""The catalogues: every message that people can meet, in each language, placeholders and all."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from models.errors import Reason
from models.reset.evidence import Detail
from schema import errors

SCHEMA = Path(errors.__file__).parent
LANGUAGES = ("de", "sv")


def said() -> set[str]:
    """Every English text that people can meet."""
    answers = [answer.text for answer in errors.PROBLEMS if answer.text]
    return {*Reason, *Detail, *errors.HINTS.values(), *answers, *literals()}


def literals() -> Iterator[str]:
    """Texts written where they are said: `say(locale, "…")`."""
    for path in SCHEMA.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Name("say"), [_, ast.Constant(str(text)), *_]):
                    yield text


def catalogue(language: str) -> Catalog:
    with (SCHEMA / "locale" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", LANGUAGES)
class TestCatalogue:
    def test_translates_what_is_said_and_nothing_else(self, language: str) -> None:
        assert {message.id for message in catalogue(language) if message.id} == said()

    def test_leaves_nothing_open(self, language: str) -> None:
        messages = [message for message in catalogue(language) if message.id]
        assert [m.id for m in messages if m.fuzzy or not m.string] == []

    def test_keeps_the_placeholders(self, language: str) -> None:
        messages = [message for message in catalogue(language) if message.id]
        placeholders = [(m.id, slots(m.id), slots(m.string)) for m in messages]
        assert [text for text, given, kept in placeholders if given != kept] == []


def slots(text: object) -> list[str]:
    return sorted(re.findall(r"%(?:\(\w+\)\w)?", str(text)))
