"""What a document may ask for, found in one pass over it."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    TokenKind,
    ValueNode,
)

from schema.measure import too_large

MOST_TOKENS = 1000
MOST_DIGITS = 40
# They run one after another.
MOST_MUTATIONS = 10
# An answer repeats them as often as it has rows.
MOST_LETTERS = 100

SENSITIVE = frozenset(
    "register login verifyCode beginEnrollment confirmEnrollment requestReset stepUp "
    "changePassword approveReset".split()
)


def excesses(document: DocumentNode) -> list[GraphQLError]:
    """One error where a document asks for too much, else none."""
    refused = endless(document) or too_large(document) or too_sensitive(document)
    return [refused] if refused else []


def endless(document: DocumentNode) -> GraphQLError | None:
    """An error where a number has more digits than Python cares to read, or a name is too long."""
    token = document.loc.start_token if document.loc else None
    while token:
        length = len(token.value or "")
        if token.kind in (TokenKind.INT, TokenKind.FLOAT) and length > MOST_DIGITS:
            return _refused("A number is too long.")
        if token.kind is TokenKind.NAME and length > MOST_LETTERS:
            return _refused("A name is too long.")
        token = token.next
    return None


def too_sensitive(document: DocumentNode) -> GraphQLError | None:
    """An error where a document has two sensitive fields, or a mutation too many of any."""
    sensitive = []
    for operation in filter(_is_mutation, _operations(document)):
        fields = root_fields(operation, document)
        if len(fields) > MOST_MUTATIONS:
            return _refused(f"A mutation has {MOST_MUTATIONS} fields at most.")
        sensitive += [node for node in fields if _name(node) in SENSITIVE]
    if len(sensitive) > 1:
        name = _name(sensitive[0])
        return _refused(f"'{name}' and its like go one to a document.", sensitive[:2])
    return None


def unclear(document: DocumentNode, operation_name: str | None) -> GraphQLError:
    """The error of not saying which operation is to run (GraphQL §6.1, GetOperation)."""
    if operation_name is not None:
        return GraphQLError("No operation of this document has this operationName.")
    said = "Which operation? Give operationName." if _operations(document) else "No operation."
    return GraphQLError(said)


def is_confidential(document: DocumentNode, operation_name: str | None) -> bool:
    """Whether an operation carries a receipt or a search, which do not belong into URLs.

    A filter that is handed in as a variable counts, since nobody knows what is in it.
    """
    return any(
        _tells_secrets(node)
        for operation in _operations(document)
        if operation_name is None or (operation.name and operation.name.value == operation_name)
        for node in root_fields(operation, document)
    )


def root_fields(operation: OperationDefinitionNode, document: DocumentNode) -> list[FieldNode]:
    """The root fields of an operation, fragments unfolded, each fragment once."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    found: list[FieldNode] = []
    waiting = [operation.selection_set]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                found.append(node)
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                # Taken out, so that each fragment is looked into once.
                fragment = fragments.pop(node.name.value, None)
                waiting += [fragment.selection_set] if fragment else []
    return found


def _tells_secrets(node: FieldNode) -> bool:
    return any(
        argument.name.value in ("receipt", "search")
        or (argument.name.value == "filter" and _searches(argument.value))
        for argument in node.arguments or ()
    )


def _searches(value: ValueNode) -> bool:
    if not isinstance(value, ObjectValueNode):
        return True
    return any(field.name.value == "search" for field in value.fields)


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _is_mutation(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.MUTATION


def _name(node: FieldNode) -> str:
    return node.name.value


def _refused(message: str, nodes: list[FieldNode] | None = None) -> GraphQLError:
    return GraphQLError(message, nodes, extensions={"code": "BAD_USER_INPUT"})
