"""A short way through what lies ready, where graphql-core looks at each field of each row anew.

A field under which only plain attributes are asked for is completed column by column: all values
of one attribute at once, checked and written by loops in C. Whatever is not exactly as expected
(an error, a null too many, something still to be awaited, a stranger's class) is not judged here:
the field is given back untouched and goes the long way, so that errors and nulls are the
executor's own. Nothing is called but attributes, serialisers and what reads a `Table`, so going
twice does no harm.

How a field is completed is worked out once for each parsed operation and lives as long as it.
Not taken: what has arguments, a resolver or an extension of its own, a directive, or an abstract
type; the fields below it find their own short way.

Leans on what graphql-core 3.3 keeps to itself: `Executor.execute_field` is overridden, and
`collect_subfields`, `fragments` and `middleware_manager` are read; and on Strawberry's
`is_basic_field`, `python_name`, `is_type_of` and `DEFINITION_BACKREF`. To do without, delete this
file, columns.py, the marks `kept` and the line that names it in schema/__init__.py: answers stay
the same, to the byte.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    SelectionSetNode,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema import columns
from schema.columns import Column
from schema.lasting import Lasting
from schema.remembered import Remembered

R = TypeVar("R", bound=Callable[..., Any])
Asked: TypeAlias = list[FieldDetails]

_KEPT = "kept_as"
_remembered: Remembered[dict[object, Column | None]] = Remembered()


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
            return columns.same(parent.name)
        field = self.schema.get_field(parent, node.name.value)
        attribute = _attribute(field) if field and not node.arguments else None
        complete = self._values(field.type, asked) if field and attribute else None
        if attribute is None or complete is None:
            return None
        return columns.read(attribute, complete)

    def _values(self, kind: GraphQLOutputType, asked: Asked) -> Column | None:
        if is_non_null_type(kind):
            return self._present(kind.of_type, asked)
        present = self._present(kind, asked)
        return columns.nullable(present) if present else None

    def _present(self, kind: GraphQLOutputType, asked: Asked) -> Column | None:
        if is_leaf_type(kind):
            return columns.leaves(kind)
        if is_list_type(kind):
            items = self._values(kind.of_type, asked)
            return columns.lists(items) if items else None
        return self._selections(kind, asked) if is_object_type(kind) else None

    def _selections(self, kind: GraphQLObjectType, asked: Asked) -> Column | None:
        origin, sets = _origin(kind), [one.node.selection_set for one in asked]
        if origin is None or any(one and self._conditional(one) for one in sets):
            return None
        found = self.collect_subfields(kind, asked).grouped_field_set
        short = {name: self._column(kind, nodes) for name, nodes in found.items()}
        taken = [column for column in short.values() if column]
        if not short or len(taken) < len(short):
            return None
        return columns.objects(origin, list(short), taken)

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
