"""Who is told of what happens in the process, while anybody wants to know."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Told(Generic[T]):
    """One listener at a time, or nobody."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now: T | None = None

    @contextmanager
    def of(self, listener: T) -> Iterator[None]:
        """While the block runs, `listener` is told; after it, whoever was before."""
        before, self.now = self.now, listener
        try:
            yield
        finally:
            self.now = before
