"""Where time goes, told to whoever traces it; nobody does unless the process was told to.

What is said of a span is of the work, never of a person.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, Protocol

Kind = Literal["server", "client", "internal"]
"""Work that others asked us for, that we ask others for, or neither."""


class Opener(Protocol):
    """Opens a span that ends with its block."""

    def __call__(
        self, name: str, kind: Kind, attributes: Mapping[str, str]
    ) -> AbstractContextManager[object]:
        """A span within the one that is open."""


_NOBODY: AbstractContextManager[object] = nullcontext()
_opener: Opener | None = None


def span(name: str, kind: Kind = "internal", **attributes: str) -> AbstractContextManager[object]:
    """Around work that takes its time."""
    return _NOBODY if _opener is None else _opener(name, kind, attributes)


@contextmanager
def told(opener: Opener) -> Iterator[None]:
    """While the block runs, spans of this process are opened by `opener`."""
    global _opener
    before, _opener = _opener, opener
    try:
        yield
    finally:
        _opener = before
