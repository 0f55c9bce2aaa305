"""What people read, in their language; English is the key of every translation."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

_FOLDER = Path(__file__).parent / "locale"


def say(locale: str, text: str, **params: object) -> str:
    """The text in that language, or as it is where it has no translation yet.

    Placeholders such as %(limit)s are filled from the params.
    """
    said = _catalogue(locale).get(text, text)
    return said % params if params else said


@cache
def _catalogue(locale: str) -> dict[str, str]:
    file = _FOLDER / f"{locale}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as source:
        messages = read_po(source, locale=locale)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}
