"""Where time goes, told to whoever traces it; nobody does unless the process was told to.

What is said of a span is of the work, never of a person.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

from models.told import Told

Kind = Literal["server", "client", "internal"]
"""Work that others asked us for, that we ask others for, or neither."""


class Opener(Protocol):
    """Opens a span that ends with its block."""

    def __call__(
        self, name: str, kind: Kind, attributes: Mapping[str, str]
    ) -> AbstractContextManager[object]:
        """A span within the one that is open."""


_NOBODY: AbstractContextManager[object] = nullcontext()
_opener: Told[Opener] = Told()

told = _opener.of
"""While the block runs, spans of this process are opened by the opener that is given."""


def span(name: str, kind: Kind = "internal", **attributes: str) -> AbstractContextManager[object]:
    """Around work that takes its time."""
    opener = _opener.now
    return _NOBODY if opener is None else opener(name, kind, attributes)
