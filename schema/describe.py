"""The SDL's descriptions: a class's or a resolver's docstring is its description there too."""

import re
from enum import EnumMeta
from inspect import cleandoc
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLArgument, GraphQLField, GraphQLInputObjectType, get_named_type
from strawberry.schema.schema_converter import GraphQLCoreConverter

S = TypeVar("S", bound=strawberry.Schema)
_WRAPPED = re.compile(r"(?<!\n)\n(?!\n)")


def enum(cls: EnumMeta, description: str, **values: str) -> None:
    """Offers an enum of the domain in the API, with a description for it and for its values."""
    strawberry.enum(cls, description=description)
    for value in cls.__strawberry_definition__.values:  # type: ignore[attr-defined] # set above
        value.description = values.get(value.name)


def complete(schema: S) -> S:
    """Gives every type, field and argument that has none the description that is at hand."""
    types = schema.schema_converter.type_map.values()
    for one in types:
        described: Any = one.implementation
        described.description = described.description or _docstring(one.definition)
    for one in types:
        for field in getattr(one.implementation, "fields", {}).values():
            _complete_field(field)
    return schema


def _complete_field(field: GraphQLField) -> None:
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    resolver = getattr(definition, "base_resolver", None)
    field.description = field.description or _cleaned(getattr(resolver, "wrapped_func", None))
    for argument in getattr(field, "args", {}).values():
        _complete_argument(argument)


def _complete_argument(argument: GraphQLArgument) -> None:
    named = get_named_type(argument.type)
    if isinstance(named, GraphQLInputObjectType):
        argument.description = argument.description or named.description


def _docstring(definition: object) -> str | None:
    return _cleaned(getattr(definition, "origin", None))


def _cleaned(described: object) -> str | None:
    text = getattr(described, "__doc__", None)
    return _WRAPPED.sub(" ", cleandoc(text)) if text else None
