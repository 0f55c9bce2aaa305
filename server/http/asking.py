"""What is asked for, read from a body, an address or a message alike.

A document comes as text (`query`), by its name (`documentId`, GraphQL over HTTP, appendix
Persisted Documents), or as Apollo's `extensions.persistedQuery`, which may stand beside its text.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from cross_web import HTTPException
from strawberry.http import GraphQLRequestData

from schema import Reference
from schema.documents import PREFIX, hash_of

MOST_VARIABLES = 50

T = TypeVar("T")


class Malformed(HTTPException):
    """Raised for what cannot be a request; its reason says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, reason)


@dataclass
class Asked(GraphQLRequestData):
    """A request of the right form; `reference` where its document is given by name."""

    reference: Reference | None = None


def read(fields: object) -> Asked:
    """The request that these fields make. Raises Malformed."""
    if not isinstance(fields, dict):
        raise Malformed("A request is one object; several at once are not taken.")
    query, extensions = _field(fields, "query", str), _field(fields, "extensions", dict)
    reference = _reference(query, _field(fields, "documentId", str), extensions or {})
    if query is None and reference is None:
        raise Malformed("There is no query in this request.")
    variables = _field(fields, "variables", dict)
    if variables and len(variables) > MOST_VARIABLES:
        raise Malformed(f"At most {MOST_VARIABLES} variables are taken.")
    return Asked(
        query=query or "",
        variables=variables,
        operation_name=_field(fields, "operationName", str),
        extensions=extensions,
        reference=reference,
    )


def _field(fields: dict[str, object], name: str, kind: type[T]) -> T | None:
    value = fields.get(name)
    if value is None or isinstance(value, kind):
        return value
    raise Malformed(f"{name} must be {'a string' if kind is str else 'an object'} or null.")


def _reference(
    query: str | None, identifier: str | None, extensions: dict[str, Any]
) -> Reference | None:
    persisted = _persisted(extensions.get("persistedQuery"))
    if identifier is not None:
        if query or persisted:
            raise Malformed("A documentId stands alone: no query and no persistedQuery beside it.")
        return Reference(identifier.removeprefix(PREFIX))
    if query and persisted:
        if persisted.name != hash_of(query):
            raise Malformed("sha256Hash is not the hash of the query beside it.")
        return None
    return persisted


def _persisted(given: object) -> Reference | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("sha256Hash"), str):
        raise Malformed("persistedQuery must be an object with a string sha256Hash.")
    # Not 1.0 and not true, which Python takes for 1.
    if type(given.get("version")) is not int or given["version"] != 1:
        raise Malformed("persistedQuery must be of version 1.")
    return Reference(given["sha256Hash"], apollo=True)
