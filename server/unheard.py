"""Names that begin like a setting's, and are none: misspelt, and so without any effect."""

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from server.metrics import together
from server.settings import PREFIX, SECRETS_DIR, Settings

KNOWN = frozenset({SECRETS_DIR, *(PREFIX + name.upper() for name in Settings.model_fields)})
# Ours among processes, and our tests'.
_NOT_SET_BY_OPERATORS = (together.VARIABLE, f"{PREFIX}TEST_")
# Kubernetes tells each container so of a service that is called sparekey, or sparekey-something.
_OF_SERVICES = re.compile(r"_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP|SCTP)")
_OF_PORTS = ("tcp://", "udp://", "sctp://")


def faults() -> list[str]:
    """A sentence for each such variable, or file of the folder of secrets."""
    return [_fault(name) for name in sorted({*_variables(), *_files()}) if name not in KNOWN]


def _variables() -> Iterator[str]:
    for given, value in os.environ.items():
        name = given.upper()
        is_a_service = _OF_SERVICES.search(name) or value.startswith(_OF_PORTS)
        is_anothers = is_a_service or name.startswith(_NOT_SET_BY_OPERATORS)
        if name.startswith(PREFIX) and not is_anothers:
            yield name


def _files() -> Iterator[str]:
    folder = os.environ.get(SECRETS_DIR)
    for file in Path(folder).iterdir() if folder else ():
        if file.name.upper().startswith(PREFIX):
            yield file.name.upper()


def _fault(name: str) -> str:
    bare = {one.removeprefix(PREFIX): one for one in KNOWN}
    close = get_close_matches(name.removeprefix(PREFIX), bare, n=1)
    return f"{name}: is no setting" + "".join(f"; did you mean {bare[one]}?" for one in close)
