"""What is remembered of documents: as much as fits, and never what one request was told."""

from copy import copy
from functools import cache
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError, parse
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

import schema
from schema import Documents, Schema, plans
from schema.limits import MOST_TOKENS
from schema.plans import LARGEST_BYTES, MOST_PLANS, ROOM_BYTES, Plans

TWO = "query A { a: __typename } query B { b: __typename }"
DOCUMENTS = [
    "{ __typename }",
    "{ __schema { queryType { name } } }",
    "query Q($a: Boolean!) { __typename @skip(if: $a) }",
    "{ nobody }",
    "{ viewe { id } }",
    "{ " + " ".join(f"wrong{n}" for n in range(20)) + " }",
    "{ __typename",
    "",
    "fragment F on Query { __typename }",
    TWO,
    "mutation { login(input: {}) { __typename } register(input: {}) { __typename } }",
    "{" * 30 + "a" + "}" * 30,
    "{ " + "__typename " * MOST_TOKENS + "}",
    "subscription { queueStatus { waiting } }",
]


@cache
def shared() -> Schema:
    """One schema for all that only asks."""
    return schema.build()


def built() -> Schema:
    """A schema that remembers nothing yet."""
    one = copy(shared())
    vars(one).pop("plans", None)
    return one


async def told(run: Any, text: str, **asked: Any) -> object:
    """All that a client gets to see, or the refusal that is raised."""
    try:
        result = await run(text, **asked)
    except (MissingQueryError, InvalidOperationTypeError) as refused:
        return type(refused), getattr(refused, "operation_type", None)
    return result.data, [error.formatted for error in result.errors or ()]


class TestRoom:
    def test_as_many_as_there_may_be(self) -> None:
        kept = Plans(built()._schema)
        for n in range(MOST_PLANS + 20):
            kept.of(f"{{ a{n} }}")
        assert len(kept) == MOST_PLANS
        assert kept.known("{ a0 }") is None and kept.known(f"{{ a{MOST_PLANS + 19} }}")

    def test_as_much_as_there_may_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plans, "ROOM_BYTES", 1_000_000)
        kept = Plans(built()._schema)
        for n in range(30):
            kept.of("{ " + "a " * 200 + "}" + " " * n)
            assert kept.weight <= 1_000_000
        assert 1 < len(kept) < 30

    def test_nothing_that_fills_it_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plans, "LARGEST_BYTES", 10_000)
        kept = Plans(built()._schema)
        assert kept.of("{ __typename }" + " " * 10_000).errors == ()
        assert (len(kept), kept.weight) == (0, 0)
        assert LARGEST_BYTES * 8 <= ROOM_BYTES

    def test_what_was_asked_lately_stays(self) -> None:
        kept = Plans(built()._schema)
        for n in range(MOST_PLANS + 20):
            first = kept.of("{ __typename }")
            kept.of(f"{{ a{n} }}")
        assert kept.known("{ __typename }") is first

    def test_what_does_not_parse_is_not_kept(self) -> None:
        kept = Plans(built()._schema)
        for _ in range(2):
            with pytest.raises(GraphQLError):
                kept.of("{ __typename")
        assert len(kept) == 0

    def test_what_is_trusted_takes_no_room(self) -> None:
        one = built()
        one.documents = Documents(parsed={"{ viewer { id } }": parse("{ viewer { id } }")})
        assert one.plan("{ viewer { id } }").trusted
        assert one.plan("{ viewer { id } }") is one.plan("{ viewer { id } }")
        assert len(one.plans) == 0


class TestAnswers:
    @pytest.mark.parametrize("text", DOCUMENTS, ids=lambda text: text[:30])
    @pytest.mark.parametrize("name", [None, "A", "B", "C", ""])
    async def test_are_those_of_strawberrys_own_run(self, text: str, name: str | None) -> None:
        one, variables = built(), {"a": False}
        asked = {"variable_values": variables, "operation_name": name}
        allowed = {OperationType.QUERY, OperationType.MUTATION}

        async def long(query: str, **asked: Any) -> Any:
            return await strawberry.Schema.execute(
                one, query, allowed_operation_types=allowed, **asked
            )

        wanted = await told(long, text, **asked)
        for _ in range(3):
            assert await told(one.execute, text, **asked) == wanted

    @pytest.mark.parametrize("variables", [{}, {"a": 7}, {"a": None}, {"a": True}, {"b": True}])
    async def test_to_other_variables_are_others(self, variables: dict[str, Any]) -> None:
        text = "query Q($a: Boolean!) { __typename @skip(if: $a) }"
        once, fresh = built(), built()
        await once.execute(text, {"a": False})
        wanted = await told(fresh.execute, text, variable_values=variables)
        assert await told(once.execute, text, variable_values=variables) == wanted

    async def test_by_operation_name(self) -> None:
        one = built()
        for name in ("A", "B", "A"):
            result = await one.execute(TWO, operation_name=name)
            assert result.data == {name.lower(): "Query"}
        result = await one.execute(TWO)
        assert result.errors and result.errors[0].message.startswith("Which operation?")

    async def test_only_what_is_allowed_however_well_known(self) -> None:
        one, text = built(), "mutation { logout }"
        one.plan(text)
        with pytest.raises(InvalidOperationTypeError):
            await one.execute(text, allowed_operation_types={OperationType.QUERY})

    async def test_a_crash_in_the_executor_is_told_as_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(*_: object, **__: object) -> ExecutionResult:
            raise RuntimeError("bob@example.com")

        monkeypatch.setattr("schema.ready.Ready.run", crash)
        result = await built().execute("{ __typename }")
        assert result.errors and result.errors[0].message == "Something went wrong."


class TestErrors:
    async def test_are_each_requests_own(self) -> None:
        one, text = built(), "{ nobody }"
        first = await one.execute(text)
        wanted = [error.formatted for error in first.errors or ()]
        assert first.errors and wanted
        first.errors[0].message = "for somebody else"
        first.errors[0].extensions = {"requestId": "of somebody else"}
        first.errors.clear()
        second = await one.execute(text)
        assert [error.formatted for error in second.errors or ()] == wanted

    async def test_with_a_code_are_too(self) -> None:
        one, text = built(), "{ " + "a: __typename " * 30 + "}"
        first = await one.execute(text)
        assert first.errors and first.errors[0].extensions
        first.errors[0].extensions["code"] = "INTERNAL"
        second = await one.execute(text)
        assert second.errors and second.errors[0].extensions == {"code": "BAD_USER_INPUT"}


class TestWeight:
    @pytest.mark.parametrize(
        ("text", "light"),
        [
            ("{ __typename }", True),
            ("{ viewer { email } }", True),
            ("{ __schema { types { name } } }", False),
            ("{ a: __type(name: A) { name } }", False),
            ("{ " + "viewer { id } " * 20 + "}", False),
        ],
    )
    def test_what_need_not_wait(self, text: str, light: bool) -> None:
        assert built().plan(text).is_light is light
