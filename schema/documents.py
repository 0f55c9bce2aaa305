"""The documents of the contract, which clients name instead of sending them.

A name is the SHA-256 of the text (GraphQL over HTTP, appendix Persisted Documents). Each is parsed
and checked once, when the file is read; nothing is ever added to them afterwards.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)
from strawberry.extensions import SchemaExtension

from schema import limits
from schema.plans import Plan

PREFIX = "sha256:"


class Misfit(Exception):
    """Raised where a file of documents, or one of them, cannot be used; its text says why."""


@dataclass(frozen=True)
class Reference:
    """The name of a document: the SHA-256 of its text in lower-case hex, if it is one of ours.

    `apollo`: given as Apollo's `persistedQuery`, whose clients know its own code for a refusal.
    """

    name: str
    apollo: bool = False


@dataclass(frozen=True)
class Documents:
    """Those that can be asked by name; `only`: nothing else runs.

    `faults` says what was left out, and why.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    parsed: Mapping[str, DocumentNode] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    only: bool = False

    @cached_property
    def plans(self) -> Mapping[str, Plan]:
        """Their plans, by their texts."""
        return {text: Plan(one, trusted=True) for text, one in self.parsed.items()}

    def text(self, query: str, reference: Reference | None) -> str:
        """The text to run. Raises GraphQLError where it is not known, or may not run."""
        if reference is None:
            if self.only and query and query not in self.parsed:
                raise _not_trusted()
            return query
        if reference.name not in self.texts:
            raise _not_found(reference)
        return self.texts[reference.name]


class Known(SchemaExtension):
    """Runs documents of subscriptions by the plans that the schema keeps."""

    def on_parse(self) -> Iterator[None]:
        """Leaves nothing to parse and to validate. Raises GraphQLError."""
        context = self.execution_context
        plan = context.schema.plan(context.query)  # type: ignore[attr-defined]
        # Strawberry's own property names the first of several where none was asked for.
        plan.kind(context._provided_operation_name)
        context.graphql_document, context.pre_execution_errors = plan.document, plan.refusals()
        yield


def read(file: Path, schema: GraphQLSchema, only: bool = False) -> Documents:
    """The documents of a file `{"sha256:<hex>": text}` as far as this schema can run them."""
    texts, parsed, faults = {}, {}, []
    try:
        for name, text in _entries(file).items():
            try:
                parsed[text] = _checked(name, text, schema)
                texts[name.removeprefix(PREFIX)] = text
            except Misfit as misfit:
                faults.append(str(misfit))
    except Misfit as misfit:
        faults.append(str(misfit))
    return Documents(texts, parsed, tuple(faults), only)


def hash_of(text: str) -> str:
    """The name of a document, without prefix. Half a character pair (surrogate) matches nothing."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _entries(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_bytes())
    except OSError:
        raise Misfit(f"{file} cannot be read") from None
    except ValueError:
        raise Misfit(f"{file} is not JSON") from None
    if not isinstance(found, dict) or not found:
        raise Misfit(f"{file} holds no documents")
    if not all(isinstance(text, str) for text in found.values()):
        raise Misfit(f"{file} holds something else than documents")
    return found


def _checked(name: str, text: str, schema: GraphQLSchema) -> DocumentNode:
    if name != f"{PREFIX}{hash_of(text)}":
        raise Misfit(f"{name} is not the hash of its text, which begins: {text[:60]!r}")
    try:
        document = parse(text, max_tokens=limits.MOST_TOKENS)
    except GraphQLError as error:
        raise Misfit(f"{name}: {error.message}") from None
    if errors := limits.excesses(document) or validate(schema, document):
        raise Misfit(f"{_operation(document) or name}: {errors[0].message}")
    return document


def _operation(document: DocumentNode) -> str | None:
    names = (
        one.name.value
        for one in document.definitions
        if isinstance(one, OperationDefinitionNode) and one.name
    )
    return next(names, None)


def _not_trusted() -> GraphQLError:
    message = "This server runs only the documents that it knows: name one by its documentId."
    return GraphQLError(message, extensions={"code": "DOCUMENT_NOT_TRUSTED"})


def _not_found(reference: Reference) -> GraphQLError:
    if reference.apollo:
        # The words that Apollo's clients look for.
        extensions = {"code": "PERSISTED_QUERY_NOT_FOUND"}
        return GraphQLError("PersistedQueryNotFound", extensions=extensions)
    message = "No document is known here by this documentId."
    return GraphQLError(message, extensions={"code": "DOCUMENT_NOT_FOUND"})
