"""Inputs built at once, where Strawberry looks up the names and types of their fields each time.

By its own hook, `StrawberryObjectDefinition.from_input`, and only for inputs that hold nothing but
single values: graphql-core has made these what they are to be before.
"""

from collections.abc import Mapping
from dataclasses import MISSING
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLInputField, GraphQLInputObjectType, is_leaf_type, is_non_null_type
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryMaybe
from strawberry.types.field import StrawberryField

S = TypeVar("S", bound=strawberry.Schema)


def at_once(built: S) -> S:
    """The same schema, whose flat inputs are built the short way."""
    for kind in built._schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            defined = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            if defined and not kind.is_one_of and all(map(_is_single, kind.fields.values())):
                defined.from_input = _Built(kind)
    return built


class _Built:
    """Makes one kind of input of what graphql-core has made of it."""

    def __init__(self, kind: GraphQLInputObjectType) -> None:
        defined = {name: _defined(field) for name, field in kind.fields.items()}
        self._names = [(name, field.python_name) for name, field in defined.items()]
        self._missing = {
            field.python_name: None
            for field in defined.values()
            if field.default_value is MISSING and field.default_factory is MISSING
        }

    def __call__(self, cls: type, value: Mapping[str, Any], context: InputContext) -> Any:
        given = {python: value[name] for name, python in self._names if name in value}
        return cls(**(self._missing | given))


def _is_single(field: GraphQLInputField) -> bool:
    kind = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_leaf_type(kind) and not isinstance(_defined(field).type, StrawberryMaybe)


def _defined(field: GraphQLInputField) -> StrawberryField:
    found: StrawberryField = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    return found
