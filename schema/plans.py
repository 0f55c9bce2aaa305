"""What a document turned out to be, found once: parsed, measured, checked, its operations by name.

Documents of the contract stay; of others the latest are remembered, as many as fit a fixed room.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Token,
    TokenKind,
    parse,
    specified_rules,
)
from strawberry.schema.schema import validate_document
from strawberry.types.graphql import OperationType

from schema import limits
from schema.ready import Ready

MOST_PLANS = 500
ROOM_BYTES = 16 * 1024 * 1024
# Whoever sends something as large waits for it each time.
LARGEST_BYTES = 1024 * 1024
# More are not told.
MOST_ERRORS = 10
# A parsed document by its tokens, with what is kept of it once it has run: measured over documents
# of many forms, rounded up.
_BYTES_A_TOKEN = 800
_BYTES_A_PLAN = 10_000
_LIGHT_TOKENS = 64
# These walk through the whole schema.
_WALKS = frozenset({"__schema", "__type"})


@dataclass(frozen=True)
class Plan:
    """A document that was looked at. It runs if `errors` is empty."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...] = ()
    trusted: bool = False

    @cached_property
    def kinds(self) -> Mapping[str | None, OperationType]:
        """What each operation is, by its name; by None where there is only one."""
        operations = [
            one for one in self.document.definitions if isinstance(one, OperationDefinitionNode)
        ]
        found: dict[str | None, OperationType] = {}
        for operation in operations:
            if operation.name:
                # Of those that share a name, which is an error, the first.
                found.setdefault(operation.name.value, OperationType(operation.operation.value))
        if len(operations) == 1:
            found[None] = OperationType(operations[0].operation.value)
        return found

    @cached_property
    def is_light(self) -> bool:
        """Whether it is cheap to run whatever it asks: nobody need wait for a turn."""
        words = [token.value for token in _tokens(self.document)]
        return self.trusted or (len(words) <= _LIGHT_TOKENS and not _WALKS.intersection(words))

    @cached_property
    def ready(self) -> Ready | None:
        """Its one operation, if that runs alike for everybody."""
        if None not in self.kinds:
            return None
        directives = any(token.kind is TokenKind.AT for token in _tokens(self.document))
        return None if self.errors or directives else Ready()

    def kind(self, name: str | None) -> OperationType:
        """What the operation of this name is. Raises GraphQLError where it is not clear which."""
        kind = self.kinds.get(name)
        if kind is None:
            raise limits.unclear(self.document, name)
        return kind

    def refusals(self) -> list[GraphQLError]:
        """Its errors, anew for each request: what is told of them is written into them."""
        return [_again(error) for error in self.errors]


@dataclass
class Plans:
    """The plans of one schema by the texts of their documents."""

    schema: GraphQLSchema
    weight: int = 0
    _kept: OrderedDict[str, tuple[Plan, int]] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._kept)

    def known(self, text: str) -> Plan | None:
        """The plan of a text that was seen lately."""
        found = self._kept.get(text)
        return found[0] if found else None

    def of(self, text: str) -> Plan:
        """The plan of a text. Raises GraphQLError where it does not parse."""
        found = self._kept.get(text)
        if found is None:
            return self._made(text)
        self._kept.move_to_end(text)
        return found[0]

    def _made(self, text: str) -> Plan:
        document = parse(text, max_tokens=limits.MOST_TOKENS)
        plan = Plan(document, tuple(_faults(self.schema, document)[:MOST_ERRORS]))
        weight = 2 * len(text) + _BYTES_A_TOKEN * len(_tokens(document)) + _BYTES_A_PLAN
        if weight <= LARGEST_BYTES:
            self._keep(text, plan, weight)
        return plan

    def _keep(self, text: str, plan: Plan, weight: int) -> None:
        self._kept[text] = (plan, weight)
        self.weight += weight
        while self.weight > ROOM_BYTES or len(self._kept) > MOST_PLANS:
            self.weight -= self._kept.popitem(last=False)[1][1]


def _faults(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """What is too much, before anything slower looks at it; else what does not fit the schema."""
    return limits.excesses(document) or validate_document(schema, document, tuple(specified_rules))


def _tokens(document: DocumentNode) -> list[Token]:
    found: list[Token] = []
    token = document.loc.start_token if document.loc else None
    while token:
        found.append(token)
        token = token.next
    return found


def _again(error: GraphQLError) -> GraphQLError:
    extensions = dict(error.extensions) if error.extensions else None
    return GraphQLError(
        error.message,
        error.nodes,
        error.source,
        error.positions,
        error.path,
        extensions=extensions,
    )
