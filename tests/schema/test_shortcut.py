"""The short way through plain data: wherever it is taken, the answer is the executor's own."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import GraphQLError, execute, parse
from strawberry.schema.config import StrawberryConfig

from schema import columns, shortcut
from schema.shortcut import Shortcut, kept
from tests.support.both_ways import Compared, Counted, Standard, answer

NOW = datetime(2030, 1, 31, 12, tzinfo=UTC)


class Colour(Enum):
    RED = "rot"
    BLUE = "blau"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    colour: Colour | None = None
    size: int | None = None
    weight: float | None = None
    at: datetime | None = None
    ripe: bool = True

    @strawberry.field
    def shout(self) -> str:
        return self.name.upper()

    @strawberry.field
    def broken(self) -> str:
        raise ValueError(self.name)


@strawberry.type
class Stone(Named):
    hardness: int = 7


@strawberry.type
class Twig(Named):
    leaf: Leaf
    perhaps: Leaf | None = None
    leaves: list[Leaf] = strawberry.field(default_factory=list)
    holes: list[Leaf | None] | None = None
    grid: list[list[int]] | None = None
    anything: list[Annotated[Leaf | Stone, strawberry.union("Thing")]] = strawberry.field(
        default_factory=list
    )
    ready: strawberry.Private[Leaf | None] = None

    @strawberry.field
    @kept("ready")
    async def fetched(self) -> Leaf:
        return self.ready or Leaf(name="fetched")


@strawberry.type
class Query:
    @strawberry.field
    def twigs(self, info: strawberry.Info) -> list[Twig | None]:
        return list(info.context)


BUILT = strawberry.Schema(
    Query, types=[Leaf, Stone], config=StrawberryConfig(auto_camel_case=False)
)._schema
FLAT = """{ twigs { __typename name leaf { name colour size weight at ripe }
  perhaps { name colour } leaves { n: name ripe } holes { name } grid } }"""


@dataclass
class Stranger:
    name: str = "from elsewhere"


class Word(str):
    """Text, and more."""


async def promised(value: object) -> object:
    return value


def leaf(**given: Any) -> Leaf:
    """A leaf that holds whatever is given."""
    return Leaf(**given)


def twig(**given: Any) -> Twig:
    """A twig on which all is well, but for this."""
    one = leaf(name="l", colour=Colour.BLUE, size=3, weight=0.5, at=NOW)
    usual: dict[str, Any] = {"name": "t", "leaf": one, "leaves": [one, leaf(name="m"), one]}
    return Twig(**usual | given)


def bare(**given: object) -> Twig:
    """A twig that has these attributes and no others."""
    made = Twig.__new__(Twig)
    vars(made).update(given)
    return made


ODD: dict[str, list[Any]] = {
    "nothing": [],
    "as it should be": [twig(), twig(name="u", grid=[[1, 2], [], [3]]), twig(holes=[])],
    "nulls where they may be": [None, twig(perhaps=None, holes=[None, leaf(name="h"), None])],
    "null for a name": [twig(), twig(name=None), twig()],
    "null deep in a list": [twig(leaves=[leaf(name="a"), leaf(name=None)])],
    "null in a list that has none": [twig(leaves=[None])],
    "null for what must be": [twig(leaf=None)],
    "errors in two places": [twig(name=None), twig(perhaps=leaf(name=None)), twig(leaf=None)],
    "an exception for a value": [twig(name=ValueError("v")), twig(perhaps=GraphQLError("g"))],
    "an exception in a list": [twig(holes=[leaf(name="a"), KeyError("k")])],
    "no such attribute": [bare(name="t")],
    "a stranger": [Stranger(), twig(leaf=Stranger()), twig(perhaps=Stranger())],
    "another class": [twig(leaf=Stone(name="s")), twig(leaves=[Stone(name="s")])],
    "numbers for text": [twig(name=7), twig(name=1.5), twig(name=True), twig(leaf=leaf(name=b""))],
    "text of another kind": [twig(name=Word("w")), twig(name=Colour.RED)],
    "text for numbers": [twig(leaf=leaf(name="a", size="7")), twig(leaf=leaf(name="a", ripe=1))],
    "numbers that do not fit": [
        twig(perhaps=None, leaf=leaf(name="a", size=2**31, weight=float("nan")))
    ],
    "truth for a number": [twig(leaf=leaf(name="a", size=True, weight=3))],
    "no colour": [twig(leaf=leaf(name="a", colour="rot")), twig(leaf=leaf(name="a", colour="x"))],
    "no instant": [twig(leaf=leaf(name="a", at="yesterday")), twig(leaf=leaf(name="a", at=7))],
    "other lists": [twig(leaves=(leaf(name="a"),)), twig(leaves={"a": 1}), twig(holes=range(2))],
    "no list": [twig(leaves=leaf(name="a")), twig(leaves="ab"), twig(leaves=7)],
    "nulls in a grid": [twig(grid=[[1], None]), twig(grid=[[1, None]])],
}
DOCUMENTS = {
    "flat": FLAT,
    "merged": "{ twigs { leaf { name } ...F } } fragment F on Twig { leaf { n: name at } name }",
    "repeated": "{ a: twigs { name } b: twigs { name leaf { size } } a: twigs { leaf { name } } }",
    "with resolvers": """{ twigs { name leaf { name shout } leaves { broken name }
      fetched { name } } }""",
    "unions": """{ twigs { anything { __typename ... on Named { name } ... on Stone { hardness }
      ... on Leaf { colour } } } }""",
    "interfaces": "{ twigs { ... on Named { name } leaves { ... on Named { __typename name } } } }",
    "conditions": """query Q($yes: Boolean! = true, $no: Boolean! = false) { twigs {
      name @skip(if: $yes) leaf @include(if: $yes) { name colour @include(if: $no) }
      ... @include(if: $no) { perhaps { name } } ...L @skip(if: $no) } }
      fragment L on Twig { leaves { name ... @skip(if: $yes) { ripe } } }""",
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("name", ODD)
async def test_errors_and_nulls_are_the_executors_own(name: str, document: str) -> None:
    things = ODD[name]
    for _ in range(2):
        long = await answer(BUILT, document, Standard, things)
        assert await answer(BUILT, parse(document), Shortcut, things) == long


async def test_what_can_be_had_once_is_had_once() -> None:
    def things() -> list[Any]:
        return [
            twig(name=promised("t"), leaf=promised(Leaf(name="l"))),
            twig(leaves=promised([])),
            twig(leaves=iter([Leaf(name="once")]), name=None),
            twig(leaves=(Leaf(name=one) for one in "ab")),
        ]

    long = await answer(BUILT, FLAT, Standard, things())
    assert await answer(BUILT, FLAT, Shortcut, things()) == long


async def test_a_plan_holds_for_whatever_comes_next() -> None:
    document = parse(DOCUMENTS["conditions"])
    for things in ODD.values():
        for yes in (True, False):
            given = {"yes": yes, "no": not yes}
            long = await answer(BUILT, document, Standard, things, given)
            assert await answer(BUILT, document, Shortcut, things, given) == long


async def test_middleware_sees_every_field() -> None:
    seen = []

    def middleware(follow: Any, source: object, info: Any, **given: object) -> object:
        seen.append(info.field_name)
        return follow(source, info, **given)

    execute(BUILT, parse(FLAT), None, [twig()], middleware=[middleware], executor_class=Shortcut)
    assert "colour" in seen and "grid" in seen


class TestTheShortWay:
    @pytest.fixture(autouse=True)
    def anew(self) -> Iterator[None]:
        Counted.long.clear()
        Compared.forget()
        yield
        Compared.forget()

    async def test_is_taken_through_plain_data(self) -> None:
        await answer(BUILT, FLAT, Counted, [twig(), twig()])
        assert Counted.long == ["twigs"]

    async def test_is_taken_around_what_has_a_resolver(self) -> None:
        document = "{ twigs { name leaf { name colour } leaves { shout } } }"
        await answer(BUILT, document, Counted, [twig()])
        assert Counted.long == ["twigs", "leaves", "shout", "shout", "shout"]

    async def test_is_taken_to_what_was_fetched_before(self) -> None:
        document = "{ twigs { fetched { name } } }"
        await answer(BUILT, document, Counted, [twig(ready=Leaf(name="r")), twig()])
        assert Counted.long == ["twigs", "fetched"]

    async def test_is_forgotten_with_the_document(self) -> None:
        document = parse(FLAT)
        await answer(BUILT, document, Shortcut, [twig()])
        known = shortcut._remembered._known
        key = id(document.definitions[0])
        assert key in known
        del document
        gc.collect()
        assert key not in known

    async def test_a_fault_in_it_would_be_seen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        await answer(BUILT, FLAT, Compared, [twig()])
        assert Compared.taken and not Compared.astray
        monkeypatch.setattr(
            columns, "nullable", lambda present: lambda values: ["" for _ in values]
        )
        await answer(BUILT, FLAT, Compared, [twig()])
        assert Compared.astray
        assert await answer(BUILT, FLAT, Shortcut, [twig()]) != await answer(
            BUILT, FLAT, Standard, [twig()]
        )
