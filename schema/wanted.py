"""What a document asks for of the queue's tickets, so that no more is read."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    SelectionNode,
)
from strawberry.utils.str_converters import to_snake_case

from schema.remembered import Remembered

Fields = dict[str, list[FieldNode]]
Fragments = Mapping[str, FragmentDefinitionNode]

_remembered: Remembered[frozenset[str]] = Remembered()


def of_tickets(info: GraphQLResolveInfo[Any]) -> frozenset[str]:
    """Of the tickets under `edges { node }`, in the words of `models.listed`.

    Directives are passed over: what may be left out is read.
    """
    nodes, fragments = info.field_nodes, info.fragments
    if len(nodes) > 1:
        return _found(nodes, fragments)
    return _remembered.of(nodes[0], lambda: _found(nodes, fragments))


def _found(nodes: Iterable[FieldNode], fragments: Fragments) -> frozenset[str]:
    edges = _under(nodes, fragments).get("edges", [])
    ticket = _ticket(_under(edges, fragments).get("node", []), fragments)
    account = _under(ticket.get("account", []), fragments)
    return frozenset(
        [to_snake_case(name) for name in ticket]
        + [f"account.{to_snake_case(name)}" for name in account]
    )


def _ticket(nodes: Iterable[FieldNode], fragments: Fragments) -> Fields:
    found = _under(nodes, fragments)
    if history := found.get("history"):
        # Each event tells of this same ticket.
        for name, again in _ticket(_under(history, fragments).get("ticket", []), fragments).items():
            found[name] = found.get(name, []) + again
    return found


def _under(nodes: Iterable[FieldNode], fragments: Fragments) -> Fields:
    found: Fields = {}
    unused = dict(fragments)
    waiting: list[SelectionNode] = [
        one for node in nodes if node.selection_set for one in node.selection_set.selections
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FieldNode):
            found.setdefault(one.name.value, []).append(one)
        elif isinstance(one, FragmentSpreadNode):
            # Taken out, so that each fragment is looked into once.
            fragment = unused.pop(one.name.value, None)
            waiting += fragment.selection_set.selections if fragment else ()
        else:
            waiting += one.selection_set.selections  # type: ignore[attr-defined] # inline
    return found
