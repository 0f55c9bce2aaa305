"""Objects that are only made where somebody looks: answered as if they had been there."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry

from schema.shortcut import Shortcut, kept
from schema.table import Table, each
from tests.support.both_ways import Counted, Standard, answer


@strawberry.type
class Unit:
    serial: str


@strawberry.type
class House:
    name: str
    floors: int
    unit: Unit
    owner: str | None = None


@strawberry.type
class Street:
    table: strawberry.Private[Table]
    houses_made: strawberry.Private[list[House]]

    @strawberry.field
    @kept("table")
    def houses(self) -> list[House]:
        return self.houses_made

    @strawberry.field
    @kept("table")
    def perhaps(self) -> list[House | None] | None:
        return list(self.houses_made)


@strawberry.type
class Query:
    @strawberry.field
    def street(self, info: strawberry.Info) -> Street:
        street: Street = info.context
        return street


BUILT = strawberry.Schema(Query)._schema
FIELDS = "__typename name f: floors owner unit { serial }"
DOCUMENTS = [
    f"{{ street {{ houses {{ {FIELDS} }} }} }}",
    f"{{ street {{ perhaps {{ {FIELDS} }} again: houses {{ name }} }} }}",
    "{ street { houses { ...H } } } fragment H on House { name unit { ... on Unit { serial } } }",
]


def house(number: int, **odd: Any) -> SimpleNamespace:
    """A row, of which all is well but for this."""
    owner = "Ada" if number % 2 else None
    usual = {"called": f"No. {number}", "floors": number, "owner": owner, "serial": f"S{number}"}
    return SimpleNamespace(**usual | odd)


def units(rows: Any) -> Table:
    return Table(Unit, rows, {})


def street(rows: list[Any], kind: type = House) -> Street:
    """With both: columns, and objects of the same rows."""
    made = [
        House(name=one.called, floors=one.floors, unit=Unit(serial=one.serial), owner=one.owner)
        for one in rows
    ]
    return Street(
        table=Table(kind, rows, {"name": each("called"), "unit": units}), houses_made=made
    )


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    Counted.long.clear()
    yield


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("count", [0, 1, 7])
async def test_columns_tell_what_the_objects_do(document: str, count: int) -> None:
    given = street([house(number) for number in range(count)])
    long = await answer(BUILT, document, Standard, given)
    assert await answer(BUILT, document, Counted, given) == long
    assert Counted.long == ["street"]


@pytest.mark.parametrize("document", DOCUMENTS[:2])
@pytest.mark.parametrize(
    "odd",
    [
        {"called": None},
        {"called": 7},
        {"floors": 2**31},
        {"floors": True},
        {"floors": "4"},
        {"serial": None},
        {"owner": ValueError("v")},
    ],
    ids=str,
)
async def test_what_is_odd_is_left_to_the_objects(document: str, odd: dict[str, Any]) -> None:
    given = street([house(1), house(2, **odd), house(3)])
    long = await answer(BUILT, document, Standard, given)
    assert await answer(BUILT, document, Shortcut, given) == long


async def test_so_is_what_no_row_has() -> None:
    given = street([house(1), house(2)])
    for row in given.table._rows:
        del row.floors
    long = await answer(BUILT, DOCUMENTS[0], Standard, given)
    assert await answer(BUILT, DOCUMENTS[0], Counted, given) == long
    assert "houses" in Counted.long


async def test_rows_of_another_class_are_not_taken_for_these() -> None:
    given = street([house(1)], kind=Unit)
    long = await answer(BUILT, DOCUMENTS[0], Standard, given)
    assert await answer(BUILT, DOCUMENTS[0], Counted, given) == long
    assert "houses" in Counted.long
