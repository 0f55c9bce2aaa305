"""A document that was asked before is answered as one that was not."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.databases import on_sqlite
from tests.support.served import Running

pytestmark = on_sqlite

SECRET = 'query Q { resetStatus(receipt: "nobody-knows") { state } }'
TWO = "query A { a: __typename } query B { b: __typename } mutation C { logout }"


@pytest.fixture
async def http(served: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        yield client


def said(answer: httpx.Response) -> object:
    """The data and the messages, without the places that blanks move."""
    body = answer.json()
    return body.get("data"), [error["message"] for error in body.get("errors", ())]


@pytest.mark.parametrize(
    "document",
    [
        *("{ viewer { email } }", "{ nobody }", "{ viewer {", "{ viewer }", "", TWO, SECRET),
        *("{ node(id: 7) { id } }", "{ recoveryQueue { count } }", "subscription { nothing }"),
        *("{ " + "a: __typename " * 30 + "}", "{ " + "__typename " * 1100 + "}"),
    ],
    ids=lambda document: document[:24],
)
async def test_to_the_byte(http: httpx.AsyncClient, document: str) -> None:
    for kind in ("application/json", "application/graphql-response+json"):
        answers = [
            await http.post("/graphql", json={"query": document}, headers={"accept": kind})
            for _ in range(3)
        ]
        assert len({(one.status_code, one.content) for one in answers}) == 1
        # Blanks make it another text, which nobody has asked yet.
        fresh = await http.post(
            "/graphql", json={"query": document + " " * len(kind)}, headers={"accept": kind}
        )
        if document:
            assert (fresh.status_code, said(fresh)) == (answers[0].status_code, said(answers[0]))


async def test_each_of_its_operations(http: httpx.AsyncClient) -> None:
    for name, wanted in (("A", {"a": "Query"}), ("B", {"b": "Query"}), ("C", {"logout": False})):
        answer = await http.post("/graphql", json={"query": TWO, "operationName": name})
        assert answer.json().keys() == {"data"}
        assert answer.json()["data"].keys() == wanted.keys()


async def test_by_get_after_it_was_posted(http: httpx.AsyncClient) -> None:
    for document, message in (
        ("mutation { logout }", "Mutations go by POST."),
        (SECRET, "This operation carries a secret: send it by POST."),
    ):
        assert (await http.post("/graphql", json={"query": document})).status_code == 200
        refused = await http.get("/graphql", params={"query": document})
        assert refused.status_code == 405
        assert refused.json() == {"errors": [{"message": message}]}


async def test_by_post_after_it_was_refused_by_get(http: httpx.AsyncClient) -> None:
    asked = {"query": TWO, "operationName": "C"}
    assert (await http.get("/graphql", params=asked)).status_code == 405
    assert (await http.get("/graphql", params=asked | {"operationName": "A"})).status_code == 200
    assert (await http.post("/graphql", json=asked)).status_code == 200
