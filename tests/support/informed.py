"""The schema of a server in this process, built once: that takes most of a server's start."""

from functools import cache
from typing import Literal

from schema import Schema
from server import documents
from server.settings import Settings

Which = Literal["open", "trusted"]
_CONTRACT = Settings.model_fields["documents_file"].default


def informed(settings: Settings) -> Schema:
    """The schema with the documents that settings name. Raises Unsettled.

    What clients write is looked at when a test sends it first, as at a server that goes on.
    """
    if settings.documents_file != _CONTRACT:
        return documents.informed(settings)
    return _built(settings.documents)


def forget() -> None:
    """Build anew from here on: for tests that put something else into the schema."""
    _built.cache_clear()


@cache
def _built(which: Which) -> Schema:
    # Of all settings, only these say what is learnt.
    return documents.informed(Settings.model_construct(documents=which, documents_file=_CONTRACT))
