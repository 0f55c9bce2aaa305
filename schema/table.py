"""Many objects of one class, which need not be made where all that is asked are attributes."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeAlias, Union

Rows: TypeAlias = Sequence[Any]
Read: TypeAlias = Callable[[Rows], Union[list[Any], "Table"]]


class Table:
    """What such objects would hold, read of rows, one attribute of all of them at a time.

    `reads`: how, for those that are not an attribute of each row by the same name.
    """

    __slots__ = ("_kind", "_reads", "_rows")

    def __init__(self, kind: type, rows: Rows, reads: Mapping[str, Read]) -> None:
        self._kind = kind
        self._rows = rows
        self._reads = reads

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, kind: type) -> "Table":
        """Itself. Raises TypeError where the objects would be of another class."""
        if kind is self._kind:
            return self
        raise TypeError

    def column(self, attribute: str) -> "list[Any] | Table":
        """Its values, row by row. Raises AttributeError where there are none."""
        read = self._reads.get(attribute) or each(attribute)
        return read(self._rows)


def each(attribute: str) -> Read:
    """Reads an attribute of each row."""
    one = attrgetter(attribute)
    return lambda rows: list(map(one, rows))
