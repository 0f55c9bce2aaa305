"""How many values of one field are completed at once, by loops in C wherever there is one.

Each function here gives a `Column`. Where a value is not exactly as expected it raises, and what
that value deserves is not judged here.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from types import NoneType
from typing import Any, TypeAlias

from graphql import GraphQLBoolean, GraphQLID, GraphQLInt, GraphQLLeafType, GraphQLString
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from strawberry.schema.schema_converter import CustomGraphQLEnumType

from schema.scalars import INSTANT
from schema.table import Table

Values: TypeAlias = Any
"""A collection, or a `Table`."""
Column: TypeAlias = Callable[[Values], Sequence[Any]]
"""What comes of several values, in their order. Raises whatever where one is unusual."""

_AS_THEY_ARE: dict[object, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
_SERIALISED = (str, int, float, date, datetime)
_WRITTEN = (str, int, float)
_zone = attrgetter("tzinfo")


class Unusual(Exception):
    """Raised where a value is not what the short way is for."""


def same(text: str) -> Column:
    """The same for each."""
    return lambda values: [text] * len(values)


def read(attribute: str, complete: Column) -> Column:
    """What comes of an attribute of each object."""
    one = attrgetter(attribute)

    def column(objects: Values) -> Sequence[Any]:
        if isinstance(objects, Table):
            return complete(objects.column(attribute))
        return complete(list(map(one, objects)))

    return column


def leaves(kind: GraphQLLeafType) -> Column:
    """Scalars and members of enums."""
    if isinstance(kind, CustomGraphQLEnumType):
        return _enums(kind)
    if kind in _AS_THEY_ARE:
        return partial(_all, kind=_AS_THEY_ARE[kind])
    if kind is GraphQLInt:
        return _integers
    if kind.name == INSTANT:
        return _instants
    write = kind.coerce_output_value
    return lambda values: _among(list(map(write, _among(values, _SERIALISED))), _WRITTEN)


def nullable(present: Column) -> Column:
    """Those that are null stay so."""

    def complete(values: Values) -> Sequence[Any]:
        if isinstance(values, Table) or NoneType not in set(map(type, values)):
            return present(values)
        found = iter(present([value for value in values if value is not None]))
        return [None if value is None else next(found) for value in values]

    return complete


def lists(items: Column) -> Column:
    """Lists, all of whose items are completed together."""

    def complete(values: Values) -> Sequence[Any]:
        found = iter(items(list(chain.from_iterable(_all(values, list)))))
        return [list(islice(found, len(value))) for value in values]

    several = _once(complete)

    def column(values: Any) -> Sequence[Any]:
        if len(values) == 1 and isinstance(values[0], Table):
            return [items(values[0])]
        return several(values)

    return column


def objects(origin: type, names: Sequence[str], columns: Sequence[Column]) -> Column:
    """Objects of one class: of each so many columns, under these names."""
    together = _together(names)

    def complete(values: Values) -> Sequence[Any]:
        return together(*[column(values) for column in columns])

    several = _once(lambda values: complete(_all(values, origin)))

    def column(values: Values) -> Sequence[Any]:
        if isinstance(values, Table):
            return complete(values.of(origin))
        return several(values)

    return column


def _together(names: Sequence[str]) -> Callable[..., list[dict[str, Any]]]:
    """A function from columns to one mapping a row, under these names of GraphQL."""
    # Written out: a display of known names takes a third of the time of `dict(zip(…))`.
    taken = [f"_{place}" for place in range(len(names))]
    shown = ", ".join(f"{name!r}: {one}" for name, one in zip(names, taken, strict=True))
    text = f"lambda *columns: [{{{shown}}} for {', '.join(taken)}, in zip(*columns, strict=True)]"
    made: Callable[..., list[dict[str, Any]]] = eval(text)  # noqa: S307 -- names and no more
    return made


def _integers(values: Values) -> Sequence[Any]:
    found: Sequence[int] = _all(values, int)
    if not found or (min(found) >= GRAPHQL_MIN_INT and max(found) <= GRAPHQL_MAX_INT):
        return found
    raise Unusual


def _instants(values: Values) -> Sequence[Any]:
    """As they are: whoever encodes the answer writes them as ISO 8601, faster than Python does."""
    if set(map(_zone, _all(values, datetime))) <= {UTC}:
        return list(values)
    raise Unusual


def _enums(kind: CustomGraphQLEnumType) -> Column:
    members: Iterable[object] = kind.wrapped_cls
    names = {member: kind.coerce_output_value(member) for member in members}
    return lambda values: list(map(names.__getitem__, _all(values, kind.wrapped_cls)))


def _once(complete: Column) -> Column:
    """What stands there many times, such as an agent or a piece of evidence, is completed once."""

    def column(values: Values) -> Sequence[Any]:
        once = dict(zip(map(id, values), values, strict=True))
        completed = complete(list(once.values()))
        if len(completed) == len(values):
            return completed
        found = dict(zip(once, completed, strict=True))
        return list(map(found.__getitem__, map(id, values)))

    return column


def _all(values: Any, kind: type) -> Any:
    if set(map(type, values)) <= {kind}:
        return values
    raise Unusual


def _among(values: Any, kinds: Iterable[type]) -> Any:
    if set(map(type, values)) <= set(kinds):
        return values
    raise Unusual
