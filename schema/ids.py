"""Ids that are unique over the whole API and tell what they name: `ticket_` and 32 hex digits."""

import re
from collections.abc import Iterable
from uuid import UUID

import strawberry
from graphql import GraphQLError

_FORM = re.compile(r"([a-z]+)_([0-9a-f]{32})")


@strawberry.interface
class Node:
    """Something with an id that is unique over the whole API; `node(id:)` finds it again."""

    id: strawberry.ID


def write(kind: str, key: UUID) -> strawberry.ID:
    """The id under which the API knows the thing of that kind with that key."""
    return strawberry.ID(f"{kind}_{key.hex}")


def several(kind: str, keys: Iterable[UUID]) -> list[str]:
    """The ids of many things of one kind."""
    mark = f"{kind}_"
    return [mark + key.hex for key in keys]


def read(kind: str, text: str, argument: str) -> UUID:
    """The key in an id. Raises a GraphQL error naming the argument where it is of another kind."""
    found, key = split(text, argument)
    if found != kind:
        raise malformed(argument)
    return key


def split(text: str, argument: str) -> tuple[str, UUID]:
    """Kind and key of an id. Raises a GraphQL error naming the argument."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise malformed(argument)
    return match[1], UUID(match[2])


def malformed(argument: str) -> GraphQLError:
    """The error of an argument that nothing can be done with."""
    message = f"Argument '{argument}' is malformed."
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT", "argument": argument})
