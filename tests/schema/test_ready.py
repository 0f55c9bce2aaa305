"""Operations made ready: each run is what graphql-core makes of it from the very beginning."""

import asyncio
from typing import Any, cast

import pytest
import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_argument
from strawberry.types.graphql import OperationType

from models.origin import Origin
from models.policy import Policy
from models.stream.tailer import Tailer
from schema import Schema
from schema.context import Context
from tests.schema.test_plans import built, shared, told

LOGIN = """mutation L($input: LoginInput!) { login(input: $input) {
    __typename ... on InvalidInput { field message } } }"""
INPUT = {"email": "ada@example.com", "password": "seven quiet turbines"}
PAGE = """query P($first: Int = 5, $after: String, $filter: RecoveryTicketFilter) {
    recoveryQueue(first: $first, after: $after, filter: $filter) { totalCount } }"""
LITERAL = """mutation { a: login(input: {email: "a", password: "b"}) { __typename ...F }
    logout b: login(input: {email: "c", password: "d", delivery: COOKIE}) { ...F } }
    fragment F on InvalidInput { field ... on Problem { message } }"""


def context(locale: str = "en") -> Context:
    """A request over a socket without a session: what needs a cookie is refused at once."""
    origin = Origin("192.0.2.1", None, locale)
    return Context(cast(Policy, None), origin, None, None, Tailer(), "r")


async def long(one: Schema, text: str, **asked: Any) -> object:
    """What comes of it in Strawberry's own run."""

    async def run(query: str, **asked: Any) -> Any:
        allowed = {OperationType.QUERY, OperationType.MUTATION}
        return await strawberry.Schema.execute(one, query, allowed_operation_types=allowed, **asked)

    return await told(run, text, context_value=context(), **asked)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("query Q { viewer { email } }", [None, {}, {"more": 1}]),
        ("{ node(id: 7) { id } }", [None]),
        ("query N($id: ID!) { node(id: $id) { id } }", [{"id": "a"}, {"id": 7}, {"id": None}, {}]),
        ("query T($i: ID = 5) { node(id: $i) { id } }", [{}, {"i": "a"}, {"i": None}, {"i": []}]),
        ("{ recoveryQueue { totalCount } viewer { id } b: viewer { ...F } } fragment F on Account "
         "{ id }", [None]),
        (PAGE, [{}, {"first": None}, {"first": 5.5}, {"filter": {"search": "a"}}]),
        (PAGE, [{"filter": {"states": "WAITING", "no": 1}}, {"filter": {"states": ["NONE"]}}]),
        (LITERAL, [None, None]),
        (LOGIN, [{"input": INPUT}, {"input": INPUT | {"delivery": "COOKIE"}}, {}]),
        (LOGIN, [{"input": INPUT | {"delivery": "HAWK"}}, {"input": INPUT | {"more": 1}}]),
        (LOGIN, [{"input": INPUT | {"email": 7}}, {"input": {"email": "a"}}, {"input": None}]),
        (LOGIN, [{"input": [INPUT]}, {"input": "a"}, {"input": INPUT | {"delivery": None}}]),
    ],
)  # fmt: skip
async def test_each_run_is_that_of_graphql_core(text: str, variables: list[Any]) -> None:
    one, fresh = built(), built()
    for given in [*variables, *variables]:
        asked = {"variable_values": given}
        wanted = await long(fresh, text, **asked)
        assert await told(one.execute, text, context_value=context(), **asked) == wanted


class TestWhatStays:
    async def test_is_nothing_of_a_request(self) -> None:
        one = built()
        await one.execute(LOGIN, {"input": INPUT}, context())
        ready = one.plan(LOGIN).ready
        assert ready and ready._model
        assert ready._model.context_value is None
        assert ready._model.variable_values == ({}, {})
        assert ready._model.collected_errors.errors == []
        assert INPUT["password"] not in str(vars(ready._model))

    async def test_does_not_grow(self) -> None:
        one, text = built(), "{ __schema { queryType { name fields { name } } } }"
        await one.execute(text)
        ready = one.plan(text).ready
        assert ready and ready._model
        known = len(ready._model._relevant_sub_fields)
        for _ in range(20):
            await one.execute(text)
        assert len(ready._model._relevant_sub_fields) == known > 0

    @pytest.mark.parametrize(
        "text",
        [
            "query Q($a: Boolean!) { __typename @skip(if: $a) }",
            "{ viewer { ...F @include(if: false) } } fragment F on Account { id }",
            "query A { __typename } query B { __typename }",
            "{ nobody }",
        ],
    )
    def test_is_nothing_where_runs_differ(self, text: str) -> None:
        assert built().plan(text).ready is None

    async def test_is_no_other_requests_error(self) -> None:
        one = built()
        results = await asyncio.gather(
            *(
                one.execute(LOGIN, {"input": INPUT}, context(locale))
                for locale in ("en", "de", "sv", "en")
            )
        )
        messages = [result.data["login"]["message"] for result in results if result.data]
        assert len(messages) == 4 and len(set(messages)) == 3 and messages[0] == messages[3]
        gated = [await one.execute("{ queueStatus { waiting } }", None, context()) for _ in "ab"]
        assert [len(result.errors or ()) for result in gated] == [1, 1]


class TestInputs:
    VALUES = {"String": "a", "ID": "b", "Boolean": True, "Int": 5}

    def test_are_built_as_strawberry_builds_them(self) -> None:
        found = {}
        for name, kind in shared()._schema.type_map.items():
            if isinstance(kind, GraphQLInputObjectType):
                defined = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
                if defined.from_input:
                    found[name] = [self._built(defined, given) for given in self._given(kind)]
        assert {"LoginInput", "VerifyCodeInput", "BeginEnrollmentInput"} <= found.keys()
        assert not {"RegisterInput", "ApproveResetInput", "RecoveryTicketFilter"} & found.keys()
        assert all(short == long for pairs in found.values() for short, long in pairs)

    def _given(self, kind: GraphQLInputObjectType) -> list[dict[str, Any]]:
        every = {
            name: self.VALUES.get(str(one.type).rstrip("!")) for name, one in kind.fields.items()
        }
        needed = {name: every[name] for name, one in kind.fields.items() if "!" in str(one.type)}
        return [every, needed]

    def _built(self, defined: Any, given: dict[str, Any]) -> tuple[object, object]:
        converter = shared().schema_converter
        asked = (given, defined.origin, converter.scalar_registry, converter.config)
        short, quick = convert_argument(*asked), defined.from_input
        defined.from_input = None
        try:
            return short, convert_argument(*asked)
        finally:
            defined.from_input = quick
