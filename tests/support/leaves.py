"""The strings that each operation of the contract takes, found in the contract itself."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    get_named_type,
    is_list_type,
    parse,
    type_from_ast,
)
from graphql.pyutils import Undefined

_CONTRACT = Path(__file__).parents[2] / "frontend-contract"
_STRINGS = {"String", "ID"}

Given = Callable[["Leaf"], Awaitable[object]]


@dataclass(frozen=True)
class Leaf:
    """One string, id, number or enum among an operation's variables; `path` leads to it."""

    operation: str
    path: tuple[str, ...]
    type: str

    @property
    def is_string(self) -> bool:
        """Whether anything can be put into it."""
        return self.type in _STRINGS

    @property
    def name(self) -> str:
        """The last name of the path, as InvalidInput and malformed arguments tell it."""
        return self.path[-1]

    def __str__(self) -> str:
        return f"{self.operation}.{'.'.join(self.path)}"

    async def variables(self, value: str, given: Given) -> dict[str, Any]:
        """Variables with that value here; the other leaves are what `given` says, or null.

        Of an enum the first value is taken where it says null.
        """
        return {
            name: await self._filled(kind, (name,), value, given)
            for name, kind in _variables(self.operation).items()
        }

    async def _filled(
        self, kind: GraphQLInputType, path: tuple[str, ...], value: str, given: Given
    ) -> Any:
        if path == self.path:
            return value
        named = get_named_type(kind)
        if isinstance(named, GraphQLInputObjectType):
            return {
                name: await self._filled(field.type, (*path, name), value, given)
                for name, field in named.fields.items()
                if field.default_value is Undefined or get_named_type(field.type).name in _STRINGS
            }
        known = await given(Leaf(self.operation, path, named.name))
        if known is None and isinstance(named, GraphQLEnumType) and not is_list_type(kind):
            return next(iter(named.values))
        return known


def leaves(*kinds: OperationType) -> list[Leaf]:
    """All strings and ids of the operations of these kinds, in the order of their names."""
    names = sorted(path.stem for path in (_CONTRACT / "operations").glob("*.graphql"))
    return [leaf for name in names if _definition(name).operation in kinds for leaf in _of(name)]


def _of(operation: str) -> Iterator[Leaf]:
    for name, kind in _variables(operation).items():
        yield from _under(operation, (name,), kind)


def _under(operation: str, path: tuple[str, ...], kind: GraphQLInputType) -> Iterator[Leaf]:
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _under(operation, (*path, name), field.type)
    elif named.name in _STRINGS:
        yield Leaf(operation, path, named.name)


def _variables(operation: str) -> dict[str, GraphQLInputType]:
    found = {}
    for one in _definition(operation).variable_definitions or ():
        kind: Any = type_from_ast(_schema(), one.type)
        found[one.variable.name.value] = kind
    return found


@cache
def _definition(operation: str) -> OperationDefinitionNode:
    document = parse((_CONTRACT / "operations" / f"{operation}.graphql").read_text("utf-8"))
    (definition,) = (
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    )
    return definition


@cache
def _schema() -> GraphQLSchema:
    return build_schema((_CONTRACT / "schema.graphql").read_text("utf-8"))
