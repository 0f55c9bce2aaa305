"""Documents that are asked by name: what a file of them must hold, and what becomes of them."""

import json
from pathlib import Path

import pytest
from graphql import GraphQLError, parse

import schema
from schema import Documents, Reference
from schema.documents import hash_of
from schema.limits import MOST_TOKENS
from tests.support import trusted

LOGOUT = "mutation Logout { logout }"
TYPENAME = "query Typename { __typename }"
TWICE = """mutation Twice($a: LoginInput!) {
  a: login(input: $a) { __typename } b: login(input: $a) { __typename } }"""


def named(*texts: str) -> dict[str, object]:
    """The documents by their names."""
    return {f"sha256:{hash_of(text)}": text for text in texts}


def learnt(folder: Path, content: object, only: bool = False) -> Documents:
    """What a schema learns from a file that holds this, as JSON or to the letter."""
    file = folder / "documents.json"
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(written)
    return schema.learn(schema.build(), file, only)


class TestTheFile:
    def test_of_the_contract_fits(self) -> None:
        found = schema.learn(schema.build(), trusted.FILE, only=True)
        assert found.faults == ()
        assert set(found.texts.values()) == {trusted.text(name) for name in trusted.documents()}

    def test_of_the_contract_holds_every_operation(self) -> None:
        files = (trusted.FILE.parent / "operations").glob("*.graphql")
        assert {file.stem for file in files} == trusted.documents().keys()

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("query Nobody { nobody }", "Nobody: Cannot query field 'nobody' on type 'Query'."),
            ("query Node { node { id } }", "Node: Argument 'Query.node(id:)' of type 'ID!'"),
            (TWICE, "Twice: 'login' and its like go one to a document."),
            (f"query Long {{ node(id: {'7' * 41}) {{ id }} }}", "Long: A number is too long."),
            (f"query Many {{ {'a ' * MOST_TOKENS} }}", "Document contains more than"),
            ("{ viewer", "Syntax Error: Expected Name"),
        ],
        ids=lambda value: value[:14],
    )
    def test_names_the_operation_that_cannot_run(
        self, tmp_path: Path, text: str, fault: str
    ) -> None:
        found = learnt(tmp_path, named(text, LOGOUT))
        (told,) = found.faults
        assert fault in told
        assert list(found.texts.values()) == list(found.parsed) == [LOGOUT]

    @pytest.mark.parametrize(
        "name",
        [
            f"sha256:{hash_of(TYPENAME)}",
            f"sha256:{hash_of(LOGOUT).upper()}",
            f"sha1:{hash_of(LOGOUT)}",
            *(hash_of(LOGOUT), f"sha256:{hash_of(LOGOUT)} ", "sha256:", "Logout", ""),
        ],
    )
    def test_names_what_is_not_named_by_its_hash(self, tmp_path: Path, name: str) -> None:
        found = learnt(tmp_path, {name: LOGOUT})
        (fault,) = found.faults
        assert fault.startswith(f"{name} is not the hash of its text") and "Logout" in fault
        assert not found.texts and not found.parsed

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            *((wrong, "is not JSON") for wrong in (b"", b"{", b"\xff")),
            *((wrong, "holds no documents") for wrong in (b"[]", b"{}", b"null", b'"text"', b"7")),
            *((wrong, "something else") for wrong in ({"sha256:": None}, {"sha256:": ["text"]})),
        ],
    )
    def test_that_is_none(self, tmp_path: Path, content: object, fault: str) -> None:
        found = learnt(tmp_path, content)
        (told,) = found.faults
        assert str(tmp_path) in told and fault in told
        assert not found.texts

    @pytest.mark.parametrize("name", ["missing.json", "."])
    def test_that_cannot_be_read(self, tmp_path: Path, name: str) -> None:
        found = schema.learn(schema.build(), tmp_path / name, only=True)
        assert found.faults == (f"{tmp_path / name} cannot be read",)


class TestAsking:
    @pytest.fixture(params=[False, True], ids=["open", "only"])
    def known(self, request: pytest.FixtureRequest, tmp_path: Path) -> Documents:
        return learnt(tmp_path, named(LOGOUT), only=request.param)

    def test_by_name(self, known: Documents) -> None:
        assert known.text("", Reference(hash_of(LOGOUT))) == LOGOUT

    def test_by_its_text(self, known: Documents) -> None:
        assert known.text(LOGOUT, None) == LOGOUT

    @pytest.mark.parametrize("name", [hash_of(TYPENAME), hash_of(LOGOUT).upper(), LOGOUT, "\ud800"])
    @pytest.mark.parametrize("apollo", [False, True])
    def test_by_another_name(self, known: Documents, name: str, apollo: bool) -> None:
        with pytest.raises(GraphQLError) as refused:
            known.text("", Reference(name, apollo))
        code = "PERSISTED_QUERY_NOT_FOUND" if apollo else "DOCUMENT_NOT_FOUND"
        assert refused.value.extensions == {"code": code}
        assert name not in refused.value.message

    @pytest.mark.parametrize("text", [TYPENAME, f"{LOGOUT}\n", LOGOUT.replace(" {", "{"), "{", " "])
    def test_by_another_text(self, known: Documents, text: str) -> None:
        if not known.only:
            assert known.text(text, None) == text
            return
        with pytest.raises(GraphQLError) as refused:
            known.text(text, None)
        assert refused.value.extensions == {"code": "DOCUMENT_NOT_TRUSTED"}


class TestRunning:
    async def test_nothing_is_parsed_or_validated_again(self) -> None:
        built = schema.build()
        # Neither would the text parse, nor the document validate.
        built.documents = Documents(parsed={"learnt": parse("{ __typename nobody }")})
        for _ in range(2):
            answer = await built.execute("learnt")
            assert (answer.data, answer.errors) == ({"__typename": "Query"}, None)

    async def test_what_is_not_known_goes_through_everything(self, tmp_path: Path) -> None:
        built = schema.build()
        built.documents = learnt(tmp_path, named(TYPENAME))
        for text, message in (("learnt", "Syntax Error"), (TWICE, "go one to a document")):
            answer = await built.execute(text)
            assert answer.errors and message in answer.errors[0].message
