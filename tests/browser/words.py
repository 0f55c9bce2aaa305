"""What the apps say, from the files that they have it from."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "frontend-contract" / "spa" / "src" / "i18n" / "words"
LANGUAGES = ("de", "en", "sv")


class Words:
    """The words of one language: `say("signIn:code.title", left=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The words of `key`, or of `namespace:key`, with the values put in."""
        namespace, _, path = key.rpartition(":")
        found: Any = _file(namespace or "common", self.language)
        for part in path.split("."):
            found = found[part]
        assert isinstance(found, str), f"{key} is no text"
        return re.sub(r"{{(\w+)}}", lambda name: str(values[name[1]]), found)


@cache
def _file(namespace: str, language: str) -> dict[str, Any]:
    text = (_FOLDER / f"{namespace}.{language}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
