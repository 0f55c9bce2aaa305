"""The contract folder against the schema: fresh, valid, complete.

The situations at the end show on small examples that each rule can fail.
"""

from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

import schema
from tests.contract_rules import (
    misnamed,
    scattered_input,
    unasked,
    uncovered,
    undescribed,
    untold,
)

CONTRACT = Path(__file__).parent.parent / "frontend-contract"
SDL = (CONTRACT / "schema.graphql").read_text("utf-8")
AGREED = build_schema(SDL)
SERVED = build_schema(schema.sdl())
FILES = sorted((CONTRACT / "operations").iterdir())
README = (CONTRACT / "README.md").read_text("utf-8")


class TestSchemaFile:
    def test_is_what_the_server_exports(self) -> None:
        stale = "frontend-contract/schema.graphql is stale: run `sparekey schema export`"
        assert schema.sdl().strip() == SDL.strip(), stale

    def test_every_root_field_its_arguments_and_every_type_are_described(self) -> None:
        assert list(undescribed(AGREED)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestOperationFile:
    def test_holds_one_operation_and_is_named_as_it(self, path: Path) -> None:
        assert path.suffix == ".graphql"
        assert list(misnamed(path.stem, parse(path.read_text("utf-8")))) == []

    def test_is_valid(self, path: Path) -> None:
        document = parse(path.read_text("utf-8"))
        for contract in (AGREED, SERVED):
            faults = [f"{path.stem}: {error.message}" for error in validate(contract, document)]
            assert faults == []

    def test_knows_every_member_of_what_it_selects(self, path: Path) -> None:
        assert list(uncovered(AGREED, parse(path.read_text("utf-8")))) == []

    def test_a_mutation_takes_its_input_as_one_variable(self, path: Path) -> None:
        assert list(scattered_input(AGREED, parse(path.read_text("utf-8")))) == []


class TestFolder:
    def test_every_root_field_has_an_operation(self) -> None:
        documents = [parse(path.read_text("utf-8")) for path in FILES]
        assert list(unasked(AGREED, documents)) == []

    def test_the_readme_says_what_the_screen_does_for_every_answer(self) -> None:
        assert list(untold(AGREED, README)) == []


EXAMPLE = build_schema(
    """
    interface Problem { message: String! }
    type Cat { name: String! }
    type Wrong implements Problem { message: String! }
    type Late implements Problem { message: String!  retryAt: Int! }
    union Answer = Cat | Wrong | Late
    input AskInput { name: String! }
    type Query { "Answers." ask: Answer!  other(first: Int): Int }
    type Mutation { change(input: AskInput!): Answer! }
    """
)
WHOLE = """{ ask {
  __typename ... on Cat { name } ... on Problem { message } ... on Late { retryAt }
} }"""


class TestTheRulesCanFail:
    def test_description_missing(self) -> None:
        found = list(undescribed(EXAMPLE))
        assert {"Query.other", "Query.other(first:)", "Mutation.change", "Cat"} <= set(found)
        assert "Query.ask" not in found

    @pytest.mark.parametrize(
        "document",
        ["query Ask { other }", "query Ask { other } query More { other }", "{ other }"],
    )
    def test_name_or_number_of_operations_wrong(self, document: str) -> None:
        assert list(misnamed("More", parse(document)))

    def test_two_operations_where_one_bears_the_name(self) -> None:
        assert list(misnamed("Ask", parse("query Ask { other } query More { other }")))

    def test_whole_selection(self) -> None:
        assert list(uncovered(EXAMPLE, parse(WHOLE))) == []
        document = WHOLE.replace("... on Cat { name }", "...C") + " fragment C on Cat { name }"
        assert list(uncovered(EXAMPLE, parse(document))) == []

    @pytest.mark.parametrize(
        ("left_out", "named"),
        [
            ("__typename", "Answer.__typename"),
            ("... on Cat { name }", "Answer: Cat"),
            ("... on Problem { message }", "Answer: Wrong"),
            ("... on Late { retryAt }", "Answer: Late.retryAt"),
        ],
    )
    def test_member_or_its_news_left_out(self, left_out: str, named: str) -> None:
        assert named in list(uncovered(EXAMPLE, parse(WHOLE.replace(left_out, ""))))

    def test_input_scattered(self) -> None:
        document = "mutation M($name: String!) { change(input: {name: $name}) { __typename } }"
        assert list(scattered_input(EXAMPLE, parse(document))) == ["M"]

    def test_root_field_unasked(self) -> None:
        assert list(unasked(EXAMPLE, [parse(WHOLE)])) == ["query other", "mutation change"]

    def test_answer_untold(self) -> None:
        readme = "| `change` | `Cat` | Show it. |\n| `change` | `Gone` | Say it. |"
        assert list(untold(EXAMPLE, readme)) == ["change: Gone", "change: Late", "change: Wrong"]
