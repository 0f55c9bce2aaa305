"""What a document may ask for, found in one pass over it."""

from collections.abc import Iterator

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
    parse,
)
from strawberry.extensions import ValidationCache

MOST_TOKENS = 1000
MOST_DIGITS = 40

SENSITIVE = frozenset(
    "register login verifyCode beginEnrollment confirmEnrollment requestReset stepUp "
    "changePassword approveReset".split()
)


class Limits(ValidationCache):
    """Bounds the tokens of a document, its numbers, and the sensitive fields of an operation."""

    def on_operation(self) -> Iterator[None]:
        """Stops the parser in time."""
        self.execution_context.parse_options["max_tokens"] = MOST_TOKENS
        yield

    def on_validate(self) -> Iterator[None]:
        """Refuses what asks for too much, before anything slower looks at it."""
        context = self.execution_context
        document = context.graphql_document
        if document:
            refused = endless(document) or too_sensitive(document)
            # The cached list is shared with other requests, and masking writes into it.
            context.pre_execution_errors = refused or list(
                self.cached_validate_document(
                    context.schema._schema, document, context.validation_rules
                )
            )
        yield


def endless(document: DocumentNode) -> list[GraphQLError]:
    """One error where a number has more digits than Python cares to read, else none."""
    token = document.loc.start_token if document.loc else None
    while token:
        if token.kind in (TokenKind.INT, TokenKind.FLOAT) and len(token.value or "") > MOST_DIGITS:
            return [_refused("A number is too long.")]
        token = token.next
    return []


def too_sensitive(document: DocumentNode) -> list[GraphQLError]:
    """One error where an operation has two sensitive fields, else none."""
    for operation in _operations(document):
        if operation.operation is OperationType.MUTATION:
            found = [node for node in root_fields(operation, document) if _name(node) in SENSITIVE]
            if len(found) > 1:
                return [
                    _refused(f"'{_name(found[0])}' and its like go one to an operation.", found)
                ]
    return []


def is_confidential(query: str, operation_name: str | None) -> bool:
    """Whether an operation carries a receipt or a search, which do not belong into URLs.

    A filter that is handed in as a variable counts, since nobody knows what is in it.
    """
    try:
        document = parse(query, max_tokens=MOST_TOKENS)
    except GraphQLError:
        return False
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


def _name(node: FieldNode) -> str:
    return node.name.value


def _refused(message: str, nodes: list[FieldNode] | None = None) -> GraphQLError:
    return GraphQLError(message, nodes, extensions={"code": "BAD_USER_INPUT"})
