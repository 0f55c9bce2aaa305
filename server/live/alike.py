"""Which subscriptions are equal, so that one execution does for all of them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, VariableNode, Visitor, visit

from models.accounts.account import Role
from schema import Schema, limits
from schema.context import Context

_CURSOR = "after"


@dataclass(frozen=True)
class Asked:
    """The same document and variables, in one language, with one visibility.

    Where each begins (`after`) makes no difference: all come to the same end of the stream.
    """

    query: str
    operation_name: str | None
    variables: str
    locale: str
    role: Role | None


def asked(
    schema: Schema,
    query: str,
    operation_name: str | None,
    variables: Mapping[str, Any] | None,
    context: Context,
) -> Asked:
    """What this subscription has in common with its equals."""
    cursors = _cursors(schema.plan(query).document)
    rest = {name: value for name, value in (variables or {}).items() if name not in cursors}
    return Asked(
        query=query,
        operation_name=operation_name,
        variables=json.dumps(rest, sort_keys=True),
        locale=context.origin.locale,
        role=context.session.account.role if context.session else None,
    )


def _cursors(document: DocumentNode) -> frozenset[str]:
    """The variables that say where to begin, and nothing else."""
    uses = _Uses()
    visit(document, uses)
    begins = Counter(
        argument.value.name.value
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for field in limits.root_fields(operation, document)
        for argument in field.arguments or ()
        if argument.name.value == _CURSOR and isinstance(argument.value, VariableNode)
    )
    return frozenset(name for name, times in begins.items() if uses.found[name] == times)


class _Uses(Visitor):
    """How often each variable is used."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def enter_variable(self, node: VariableNode, key: object, parent: object, *_: object) -> None:
        """One use, or its definition."""
        if key != "variable":
            self.found[node.name.value] += 1
