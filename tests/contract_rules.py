"""What the contract folder has to keep; each rule yields what breaks it, so that empty is good."""

import re
from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_introspection_type,
    is_specified_scalar_type,
    is_union_type,
    print_ast,
    visit,
)


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """Root fields, their arguments, and our own types that say nothing of themselves."""
    for root in roots(schema):
        for name, field in root.fields.items():
            if not field.description:
                yield f"{root.name}.{name}"
            for argument in (key for key, value in field.args.items() if not value.description):
                yield f"{root.name}.{name}({argument}:)"
    for own in schema.type_map.values():
        given = is_introspection_type(own) or is_specified_scalar_type(own)
        if not (given or own.description or own in roots(schema)):
            yield own.name


def misnamed(name: str, document: DocumentNode) -> Iterator[str]:
    """The operations of a document, unless there is one and it bears the name."""
    names = [operation.name and operation.name.value for operation in operations(document)]
    if names != [name]:
        yield f"{name}: {names}"


def uncovered(schema: GraphQLSchema, document: DocumentNode) -> Iterator[str]:
    """What a selection on a union or an interface leaves unread.

    Its `__typename`; a member with fields of its own, none of which is asked for; and any field
    of a Problem, since a refusal carries what its reader needs.
    """
    for abstract, selections in abstract_selections(schema, document):
        shared = abstract.fields.keys() if is_interface_type(abstract) else set()
        if "__typename" not in read(schema, document, selections, None):
            yield f"{abstract.name}.__typename"
        for member in schema.get_possible_types(abstract):
            asked = read(schema, document, selections, member)
            if member.fields.keys() > shared and not (asked - shared) & member.fields.keys():
                yield f"{abstract.name}: {member.name}"
            elif "Problem" in [interface.name for interface in member.interfaces]:
                left = member.fields.keys() - asked
                yield from (f"{abstract.name}: {member.name}.{field}" for field in left)


def scattered_input(schema: GraphQLSchema, document: DocumentNode) -> Iterator[str]:
    """Mutations whose root field has an input that is not the one variable `$input`."""
    for operation in operations(document):
        for field in root_fields(operation):
            handed = [print_ast(argument) for argument in field.arguments or ()]
            variables = operation.variable_definitions or ()
            declared = [definition.variable.name.value for definition in variables]
            root = schema.get_root_type(operation.operation)
            takes_input = root and "input" in root.fields[field.name.value].args
            if takes_input and (handed != ["input: $input"] or declared != ["input"]):
                yield operation.name.value if operation.name else field.name.value


def unasked(schema: GraphQLSchema, documents: list[DocumentNode]) -> Iterator[str]:
    """Root fields that no document asks for."""
    asked = {
        (operation.operation, field.name.value)
        for document in documents
        for operation in operations(document)
        for field in root_fields(operation)
    }
    for kind in OperationType:
        root = schema.get_root_type(kind)
        for name in root.fields if root else ():
            if (kind, name) not in asked:
                yield f"{kind.value} {name}"


def untold(schema: GraphQLSchema, readme: str) -> Iterator[str]:
    """Answers of mutations without a row "| `field` | `Member` …", and rows without an answer.

    A row may name the union in the field's place, for fields that share it.
    """
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| \w", readme, re.MULTILINE)
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    unions = {name: get_named_type(field.type) for name, field in fields.items()}
    answers = {
        (name if name in dict(rows) else union.name, member.name)
        for name, union in unions.items()
        if is_union_type(union)
        for member in union.types
    }
    yield from (f"{field}: {member}" for field, member in sorted(answers ^ set(rows)))


def abstract_selections(
    schema: GraphQLSchema, document: DocumentNode
) -> list[tuple[GraphQLAbstractType, SelectionSetNode]]:
    """Every field that answers a union or an interface: that type, and what is selected on it."""
    types = TypeInfo(schema)
    found: list[tuple[GraphQLAbstractType, SelectionSetNode]] = []

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            answer = get_named_type(types.get_type())
            if node.selection_set and is_abstract_type(answer):
                found.append((answer, node.selection_set))

    visit(document, TypeInfoVisitor(types, Fields()))
    return found


def read(
    schema: GraphQLSchema,
    document: DocumentNode,
    selections: SelectionSetNode,
    member: GraphQLObjectType | None,
) -> set[str]:
    """The fields read when the answer is this member; of None, those read whatever it is."""
    found: set[str] = set()
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            found.add(selection.name.value)
        elif member and (fragment := resolved(document, selection)):
            on = fragment.type_condition
            if on is None or applies(schema, on.name.value, member):
                found |= read(schema, document, fragment.selection_set, member)
    return found


def resolved(
    document: DocumentNode, selection: SelectionNode
) -> FragmentDefinitionNode | InlineFragmentNode | None:
    """The fragment that a selection writes out or names."""
    if isinstance(selection, InlineFragmentNode):
        return selection
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode) and isinstance(selection, FragmentSpreadNode):
            if node.name.value == selection.name.value:
                return node
    return None


def applies(schema: GraphQLSchema, condition: str, member: GraphQLObjectType) -> bool:
    """Whether a fragment on the type of that name speaks of the member."""
    on = schema.type_map[condition]
    return on is member or (is_abstract_type(on) and schema.is_sub_type(on, member))


def roots(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """Query, Mutation and Subscription, as far as there are any."""
    kinds = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return [root for root in kinds if root]


def operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    """The operations of a document, fragments left out."""
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def root_fields(operation: OperationDefinitionNode) -> list[FieldNode]:
    """The root fields that an operation asks for by name."""
    return [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
