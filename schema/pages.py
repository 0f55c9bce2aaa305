"""Pages of long lists, by cursor."""

from dataclasses import dataclass

import strawberry
from graphql import GraphQLError

DEFAULT = 25
MOST = 100


@strawberry.type
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True)
class Span:
    """How much of the list is asked for, and whether from its end."""

    size: int
    backwards: bool


def span(first: int | None, last: int | None = None) -> Span:
    """25 from the front where nothing is said. Raises a GraphQL error naming the argument."""
    if first is not None and last is not None:
        raise out_of_range("last", "'first' and 'last' exclude each other.")
    for argument, size in (("first", first), ("last", last)):
        if size is not None:
            within(argument, size, MOST)
    return Span(first or last or DEFAULT, backwards=last is not None)


def within(argument: str, value: int, most: int) -> None:
    """Raises a GraphQL error naming the argument unless 1 ≤ value ≤ most."""
    if not 1 <= value <= most:
        raise out_of_range(argument, f"Argument '{argument}' goes from 1 to {most}.")


def out_of_range(argument: str, message: str) -> GraphQLError:
    """The error of an argument that asks for what is not given."""
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT", "argument": argument})
