"""What is found out once about a piece of a parsed document, and forgotten with it."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import finalize

from graphql import Node

T = TypeVar("T")


class Remembered(Generic[T]):
    """One thing for each piece, which is known by its identity.

    Comparing pieces means comparing all that is in them, which takes longer than to find out anew.
    """

    def __init__(self) -> None:
        self._known: dict[int, T] = {}

    def of(self, piece: Node, find_out: Callable[[], T]) -> T:
        """What was found out about this piece, or is now."""
        key = id(piece)
        if key not in self._known:
            self._known[key] = find_out()
            finalize(piece, self._known.pop, key).atexit = False
        return self._known[key]
