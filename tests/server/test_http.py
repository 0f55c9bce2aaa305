"""What a request over HTTP must be, and what it is told when it is not."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from server.http.limits import BODY_BYTES
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.operations import operation
from tests.support.served import Running

pytestmark = on_sqlite

JSON = {"content-type": "application/json"}
VIEWER = json.dumps({"query": "{ viewer { id } }"}).encode()
CONFIDENTIAL: dict[str, dict[str, Any]] = {
    "ResetStatus": {"receipt": "nobody-knows"},
    "RecoveryQueue": {"filter": {"search": "ada@example.com"}},
    "RecoveryQueueCount": {"filter": {"search": "ada@example.com"}},
    "AuditTrail": {"search": "ada@example.com"},
}


@pytest.fixture
async def http(served: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        yield client


def asked(name: str, variables: dict[str, Any]) -> str:
    """The address that asks an operation by GET."""
    payload = operation(name).payload(variables) | {"variables": json.dumps(variables)}
    return f"/graphql?{urlencode(payload)}"


def refused(response: httpx.Response, status: int) -> str:
    """The message of a refusal with that status, in GraphQL's own form."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].split(";")[0] in (
        "application/json",
        "application/graphql-response+json",
    )
    (error,) = response.json()["errors"]
    assert set(error) == {"message"}
    return str(error["message"])


class TestGet:
    async def test_a_query(self, http: httpx.AsyncClient) -> None:
        response = await http.get(asked("Viewer", {}))
        assert response.status_code == 200
        assert response.json()["data"] == {"viewer": None}

    async def test_with_variables(self, http: httpx.AsyncClient) -> None:
        response = await http.get(asked("Node", {"id": "account_" + "0" * 32}))
        assert response.json()["data"] == {"node": None}

    async def test_no_mutation(self, served: Running, clock: Clock) -> None:
        ada = await people.newcomer(served, clock)
        response = await ada.client.http.get(asked("Logout", {}))
        assert refused(response, 405) == "Mutations go by POST."
        assert response.headers["allow"] == "POST"
        assert await ada.client.run("Viewer")

    @pytest.mark.parametrize("name", CONFIDENTIAL)
    async def test_nothing_confidential(self, http: httpx.AsyncClient, name: str) -> None:
        response = await http.get(asked(name, CONFIDENTIAL[name]))
        assert "send it by POST" in refused(response, 405)
        assert response.headers["allow"] == "POST"

    async def test_nothing_confidential_under_another_name(self, http: httpx.AsyncClient) -> None:
        hidden = 'query Q { ...A } fragment A on Query { x: resetStatus(receipt: "r") { state } }'
        refused(await http.get("/graphql", params={"query": hidden}), 405)

    async def test_no_subscription(self, http: httpx.AsyncClient) -> None:
        response = await http.get(asked("WatchQueueStatus", {}))
        assert refused(response, 400) == "Subscriptions go over WebSocket."

    async def test_no_variables_that_are_no_json(self, http: httpx.AsyncClient) -> None:
        wrong = {"query": "{ __typename }", "variables": "{"}
        refused(await http.get("/graphql", params=wrong), 400)

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
    async def test_no_other_method(self, http: httpx.AsyncClient, method: str) -> None:
        response = await http.request(method, "/graphql")
        assert response.status_code == 405
        assert response.headers["allow"] == "GET, POST"


class TestTheBody:
    async def test_json(self, http: httpx.AsyncClient) -> None:
        response = await http.post("/graphql", content=VIEWER, headers=JSON)
        assert response.json()["data"] == {"viewer": None}

    @pytest.mark.parametrize(
        "kind",
        [
            *("text/plain", "application/x-www-form-urlencoded", "application/graphql", ""),
            *("multipart/form-data; boundary=x", "application/json; charset=utf-16"),
        ],
    )
    async def test_of_another_kind(self, http: httpx.AsyncClient, kind: str) -> None:
        response = await http.post("/graphql", content=VIEWER, headers={"content-type": kind})
        assert refused(response, 415) == "The body must be application/json in UTF-8."

    async def test_compressed(self, http: httpx.AsyncClient) -> None:
        headers = JSON | {"content-encoding": "gzip"}
        refused(await http.post("/graphql", content=VIEWER, headers=headers), 415)

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"{", b"nonsense", b"\xff\xfe", b"null", b"7", b'"text"', b"[]", b"[{}]"),
            *(b'{"query": NaN}', b'{"query": 1e999}', b"[" * 30_000, b"9" * 30_000),
            *(b"{}", b'{"query": null}', b'{"query": 7}', b'{"query": ["a"]}'),
            b'{"query": "{ __typename }", "variables": "x"}',
            b'{"query": "{ __typename }", "variables": [1]}',
            b'{"query": "{ __typename }", "operationName": 7}',
            b'{"query": "{ __typename }", "extensions": "x"}',
        ],
        ids=lambda body: body[:40].decode("latin-1"),
    )
    async def test_that_is_no_request(self, http: httpx.AsyncClient, body: bytes) -> None:
        response = await http.post("/graphql", content=body, headers=JSON)
        assert refused(response, 400)

    async def test_of_the_greatest_size(self, http: httpx.AsyncClient) -> None:
        body = VIEWER + b" " * (BODY_BYTES - len(VIEWER))
        assert (await http.post("/graphql", content=body, headers=JSON)).status_code == 200
        response = await http.post("/graphql", content=body + b" ", headers=JSON)
        assert refused(response, 413) == "A body holds at most 64 kB."

    async def test_that_does_not_say_how_long_it_is(self, http: httpx.AsyncClient) -> None:
        reader, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
        head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        chunk = b"400\r\n" + b" " * 0x400 + b"\r\n"
        writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 65)
        assert (await reader.readline()).split()[1] == b"413"
        writer.close()


class TestOperations:
    TWO = "query A { a: __typename } query B { b: __typename }"

    async def ask(self, http: httpx.AsyncClient, name: str) -> httpx.Response:
        return await http.post("/graphql", json={"query": self.TWO, "operationName": name})

    async def test_one_of_several(self, http: httpx.AsyncClient) -> None:
        assert (await self.ask(http, "B")).json()["data"] == {"b": "Query"}

    @pytest.mark.parametrize("name", ["C", ""])
    async def test_none_of_several(self, http: httpx.AsyncClient, name: str) -> None:
        response = await self.ask(http, name)
        assert response.status_code == 200
        assert response.json().keys() == {"errors"}

    async def test_several_at_once_are_refused(self, http: httpx.AsyncClient) -> None:
        batch = [{"query": "{ __typename }"}] * 2
        refused(await http.post("/graphql", json=batch), 400)

    async def test_a_syntax_error(self, http: httpx.AsyncClient) -> None:
        response = await http.post("/graphql", json={"query": "{ viewer"})
        assert response.status_code == 200
        (error,) = response.json()["errors"]
        assert error["message"].startswith("Syntax Error") and "extensions" not in error


async def test_unknown_addresses(http: httpx.AsyncClient) -> None:
    for path in ("/nothing", "/graphql/x", "/../etc/passwd", "/pages/../settings.py"):
        assert (await http.get(path)).status_code == 404, path
