"""A short way through what lies ready, where graphql-core looks at each field of each row anew.

A field under which only plain attributes are asked for is completed column by column: all values
of one attribute at once, checked and written by loops in C. Whatever is not exactly as expected
(an error, a null too many, something still to be awaited, a stranger's class) is not judged here:
the field is given back untouched and goes the long way, so that errors and nulls are the
executor's own. Nothing is called but attributes and serialisers, so going twice does no harm.

How a field is completed is worked out once for each parsed operation and lives as long as it.
Not taken: what has arguments, a resolver or an extension of its own, a directive, or an abstract
type; the fields below it find their own short way.

Leans on what graphql-core 3.3 keeps to itself: `Executor.execute_field` is overridden, and
`collect_subfields`, `fragments` and `middleware_manager` are read; and on Strawberry's
`is_basic_field`, `python_name`, `is_type_of` and `DEFINITION_BACKREF`. To do without, delete this
file and the line that names it in schema/__init__.py: answers stay the same, to the byte.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime
from itertools import chain, islice, repeat
from operator import attrgetter
from types import NoneType
from typing import Any, TypeAlias, TypeVar

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLLeafType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    SelectionSetNode,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter

from schema.lasting import Lasting
from schema.remembered import Remembered
from schema.scalars import INSTANT

R = TypeVar("R", bound=Callable[..., Any])
Asked: TypeAlias = list[FieldDetails]
Column: TypeAlias = Callable[[Collection[Any]], list[Any]]
"""What comes of several values, in their order. Raises whatever where one is unusual."""

_KEPT = "kept_as"
_AS_THEY_ARE: dict[object, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
_SERIALISED = (str, int, float, date, datetime)
_WRITTEN = (str, int, float)

_remembered: Remembered[dict[object, Column | None]] = Remembered()


class Unusual(Exception):
    """Raised where a value is not what the short way is for."""


def kept(attribute: str) -> Callable[[R], R]:
    """Marks a resolver that only returns this attribute wherever something was put into it.

    What stands there else is of no kind that the field returns.
    """

    def mark(resolver: R) -> R:
        setattr(resolver, _KEPT, attribute)
        return resolver

    return mark


class Shortcut(Lasting):
    """The executor with the short way before it."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Asked,
        path: Any,
        position_context: Any,
    ) -> Any:
        """The value of a field, completed, or an awaitable of it."""
        column = self._column(parent_type, field_details_list)
        if column and not getattr(self.middleware_manager, "middlewares", None):
            try:
                return column((source,))[0]
            except Exception:  # noqa: S110 -- the long way finds it again, and tells it properly
                pass
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )

    def _column(self, parent: GraphQLObjectType, asked: Asked) -> Column | None:
        known = _remembered.of(self.operation, dict)
        key = (parent, *[id(one.node) for one in asked])
        if key not in known:
            known[key] = self._field(parent, asked)
        return known[key]

    def _field(self, parent: GraphQLObjectType, asked: Asked) -> Column | None:
        node = asked[0].node
        if node.name.value == "__typename":
            return lambda objects: [parent.name] * len(objects)
        field = self.schema.get_field(parent, node.name.value)
        attribute = _attribute(field) if field and not node.arguments else None
        complete = self._values(field.type, asked) if field and attribute else None
        if attribute is None or complete is None:
            return None
        read = attrgetter(attribute)
        return lambda objects: complete(list(map(read, objects)))

    def _values(self, kind: GraphQLOutputType, asked: Asked) -> Column | None:
        if is_non_null_type(kind):
            return self._present(kind.of_type, asked)
        present = self._present(kind, asked)
        return _nullable(present) if present else None

    def _present(self, kind: GraphQLOutputType, asked: Asked) -> Column | None:
        if is_leaf_type(kind):
            return _leaves(kind)
        if is_list_type(kind):
            items = self._values(kind.of_type, asked)
            return _lists(items) if items else None
        return self._selections(kind, asked) if is_object_type(kind) else None

    def _selections(self, kind: GraphQLObjectType, asked: Asked) -> Column | None:
        origin, sets = _origin(kind), [one.node.selection_set for one in asked]
        if origin is None or any(one and self._conditional(one) for one in sets):
            return None
        found = self.collect_subfields(kind, asked).grouped_field_set
        short = {name: self._column(kind, nodes) for name, nodes in found.items()}
        columns = [column for column in short.values() if column]
        return _objects(origin, list(short), columns) if len(columns) == len(short) else None

    def _conditional(self, selected: SelectionSetNode) -> bool:
        waiting, fragments = list(selected.selections), dict(self.fragments)
        while waiting:
            one: Any = waiting.pop()
            if one.directives:
                return True
            if isinstance(one, FragmentSpreadNode):
                # Taken out, so that each fragment is looked into once.
                fragment = fragments.pop(one.name.value, None)
                waiting += fragment.definition.selection_set.selections if fragment else ()
            elif not isinstance(one, FieldNode):
                waiting += one.selection_set.selections
        return False


def _attribute(field: GraphQLField) -> str | None:
    """Where a field's value lies ready, if it does."""
    defined = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if defined is None or field.args or defined.extensions:
        return None
    if resolver := defined.base_resolver:
        return getattr(resolver.wrapped_func, _KEPT, None)
    attribute: str = defined.python_name
    return attribute


def _origin(kind: GraphQLNamedType) -> type | None:
    """The one class of which objects of this type are, as Strawberry sees it."""
    defined = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return None if defined is None or defined.is_type_of else defined.origin


def _leaves(kind: GraphQLLeafType) -> Column:
    if isinstance(kind, CustomGraphQLEnumType):
        return _enums(kind)
    if kind in _AS_THEY_ARE:
        return lambda values: _all(values, _AS_THEY_ARE[kind])
    if kind.name == INSTANT:
        return _instants
    write = kind.coerce_output_value
    return lambda values: _all(list(map(write, _all(values, *_SERIALISED))), *_WRITTEN)


def _instants(values: Collection[Any]) -> list[Any]:
    """As they are: whoever encodes the answer writes them as ISO 8601, faster than Python does."""
    if {one.tzinfo for one in _all(values, datetime)} <= {UTC}:
        return list(values)
    raise Unusual


def _enums(kind: CustomGraphQLEnumType) -> Column:
    members: Iterable[object] = kind.wrapped_cls
    names = {member: kind.coerce_output_value(member) for member in members}
    return lambda values: list(map(names.__getitem__, _all(values, kind.wrapped_cls)))


def _nullable(present: Column) -> Column:
    def complete(values: Collection[Any]) -> list[Any]:
        if NoneType not in set(map(type, values)):
            return present(values)
        found = iter(present([value for value in values if value is not None]))
        return [None if value is None else next(found) for value in values]

    return complete


def _lists(items: Column) -> Column:
    def complete(values: Collection[Any]) -> list[Any]:
        found = iter(items(list(chain.from_iterable(_all(values, list)))))
        return [list(islice(found, len(value))) for value in values]

    return _once(complete)


def _objects(origin: type, names: list[str], columns: list[Column]) -> Column:
    def complete(values: Collection[Any]) -> list[Any]:
        objects = _all(values, origin)
        rows = zip(*[column(objects) for column in columns], strict=True)
        return list(map(dict, map(zip, repeat(names), rows)))

    return _once(complete)


def _once(complete: Column) -> Column:
    """What stands there many times, such as an agent or a piece of evidence, is completed once."""

    def column(values: Collection[Any]) -> list[Any]:
        once = dict(zip(map(id, values), values, strict=True))
        completed = complete(list(once.values()))
        if len(completed) == len(values):
            return completed
        found = dict(zip(once, completed, strict=True))
        return list(map(found.__getitem__, map(id, values)))

    return column


def _all(values: Any, *kinds: type) -> Any:
    if set(map(type, values)) <= set(kinds):
        return values
    raise Unusual
