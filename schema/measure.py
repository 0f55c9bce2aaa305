"""How large a document is, in one pass over it: each fragment is measured once, however often used.

What is refused here is refused before anything slower looks at it (GraphQL §5 validation compares
fields pairwise, GraphQL §6 execution unfolds fragments).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MOST_DEPTH = 20
MOST_FIELDS = 600
MOST_ALIASES = 20
MOST_REPEATS = 10
MOST_DIRECTIVES = 4
MOST_OPERATIONS = 10
MOST_FRAGMENTS = 50
MOST_VARIABLES = 50
# Each walks through the whole schema.
MOST_INTROSPECTIONS = 2
_INTROSPECTION = frozenset({"__schema", "__type"})

Definition = OperationDefinitionNode | FragmentDefinitionNode


@dataclass
class Part:
    """One operation or fragment, fragments in it not unfolded: what it spreads, and how deep."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    introspections: int = 0
    directives: int = 0
    repeats: int = 0
    spreads: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Whole:
    """The same with all its fragments unfolded."""

    depth: int
    fields: int
    introspections: int


def too_large(document: DocumentNode) -> GraphQLError | None:
    """What is too much about a document, if anything is."""
    definitions = [one for one in document.definitions if isinstance(one, Definition)]
    operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
    parts = {id(one): _part(one) for one in definitions}
    fragments = {
        one.name.value: parts[id(one)]
        for one in definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    excess = _too_many(operations, len(definitions), list(parts.values()))
    if not excess:
        known: dict[str, Whole] = {}
        wholes = (_whole(parts[id(one)], fragments, known) for one in operations)
        excess = next((said for one in wholes if (said := _too_wide(one))), None)
    return GraphQLError(excess, extensions={"code": "BAD_USER_INPUT"}) if excess else None


def _too_many(
    operations: list[OperationDefinitionNode], definitions: int, parts: list[Part]
) -> str | None:
    bounds = (
        (len(operations), MOST_OPERATIONS, "operations"),
        (definitions - len(operations), MOST_FRAGMENTS, "fragments"),
        (sum(part.aliases for part in parts), MOST_ALIASES, "aliases"),
        (max((part.directives for part in parts), default=0), MOST_DIRECTIVES, "directives on one"),
        (max((part.repeats for part in parts), default=0), MOST_REPEATS, "repeated fields"),
        (max(map(_variables, operations), default=0), MOST_VARIABLES, "variables"),
    )
    return next((_said(most, what) for count, most, what in bounds if count > most), None)


def _too_wide(whole: Whole) -> str | None:
    bounds = (
        (whole.depth, MOST_DEPTH, "levels"),
        (whole.fields, MOST_FIELDS, "fields, fragments unfolded"),
        (whole.introspections, MOST_INTROSPECTIONS, "introspections"),
    )
    return next((_said(most, what) for count, most, what in bounds if count > most), None)


def _said(most: int, what: str) -> str:
    return f"The document asks for too much: it may have {most} {what}."


def _variables(operation: OperationDefinitionNode) -> int:
    return len(operation.variable_definitions or ())


def _part(definition: Definition) -> Part:
    part = Part(directives=len(definition.directives or ()))
    waiting = [(definition.selection_set, 1)]
    while waiting:
        selections, depth = waiting.pop()
        part.depth = max(part.depth, depth)
        names: Counter[str] = Counter()
        for node in _flat(selections, part):
            if isinstance(node, FragmentSpreadNode):
                part.spreads.append((node.name.value, depth))
                continue
            names[node.alias.value if node.alias else node.name.value] += 1
            _count(node, part)
            if node.selection_set:
                waiting.append((node.selection_set, depth + 1))
        part.repeats = max(part.repeats, *names.values(), 0)
    return part


def _flat(selections: SelectionSetNode, part: Part) -> Iterator[FieldNode | FragmentSpreadNode]:
    """What is selected, inline fragments opened: they stand for what is in them."""
    waiting = [selections]
    while waiting:
        for node in waiting.pop().selections:
            part.directives = max(part.directives, len(node.directives or ()))
            if isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FieldNode | FragmentSpreadNode):
                yield node


def _count(node: FieldNode, part: Part) -> None:
    part.fields += 1
    part.aliases += node.alias is not None
    part.introspections += node.name.value in _INTROSPECTION


def _whole(part: Part, fragments: dict[str, Part], known: dict[str, Whole]) -> Whole:
    depth, fields, introspections = part.depth, part.fields, part.introspections
    for name, at in part.spreads:
        spread = _spread(name, fragments, known)
        depth = max(depth, at + spread.depth - 1)
        fields += spread.fields
        introspections += spread.introspections
    return Whole(depth, fields, introspections)


def _spread(name: str, fragments: dict[str, Part], known: dict[str, Whole]) -> Whole:
    if name not in known:
        # Counts as nothing while it is looked into: one that spreads itself does not validate.
        known[name] = Whole(0, 0, 0)
        if name in fragments:
            known[name] = _whole(fragments[name], fragments, known)
    return known[name]
