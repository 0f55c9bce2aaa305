"""Instants and days as text."""

from datetime import UTC, date, datetime

import strawberry
from graphql import GraphQLError

INSTANT = "DateTime"


def write_instant(value: datetime) -> str:
    """ISO 8601 in UTC, with offset."""
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


def read_instant(value: object) -> datetime:
    """An instant of ISO 8601 with any offset, in UTC. Raises GraphQLError."""
    try:
        instant = datetime.fromisoformat(_text(value))
    except ValueError:
        raise GraphQLError(
            "A DateTime is ISO 8601 with offset: 2030-01-31T12:00:00+00:00."
        ) from None
    if instant.tzinfo is None:
        raise GraphQLError("A DateTime needs an offset, such as +00:00.")
    return instant.astimezone(UTC)


def read_day(value: object) -> date:
    """A day written YYYY-MM-DD. Raises GraphQLError."""
    try:
        return datetime.strptime(_text(value), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise GraphQLError("A Date is a calendar day: 2030-01-31.") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


SCALARS: dict[object, strawberry.types.scalar.ScalarDefinition] = {
    datetime: strawberry.scalar(
        name=INSTANT,
        description="An instant in UTC, ISO 8601 with offset: `2030-01-31T12:00:00+00:00`.",
        serialize=write_instant,
        parse_value=read_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, YYYY-MM-DD, in the time zone of the working calendar.",
        serialize=date.isoformat,
        parse_value=read_day,
    ),
}
