"""A server that runs only the documents it knows: what it refuses, and when it does not start."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schema.documents import hash_of
from server.app import create_app
from server.settings import PREFIX, Settings, Unsettled
from tests.support import environment, socket
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running, running
from tests.support.terminal import Terminal
from tests.support.trusted import by_id, code_of, followed, text
from tests.support.wire import INIT, TYPENAME, hear, say, subscribe

OTHERS = [
    "{ viewer { email } }",
    "{ __schema { types { name } } }",
    '{ __type(name: "Query") { name } }',
    "{ __typename }",
    "{ viewer",
    f"{text('Viewer')} ",
    f"{text('Viewer')} {text('Logout')}",
    text("Viewer").replace("viewer", "other: viewer"),
]
NOBODY = "query Nobody { nobody }"


@pytest.fixture
async def trusting(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> AsyncIterator[Running]:
    async with running(database_url, tmp_path, secret_keys, DOCUMENTS="trusted") as place:
        yield place


@on_sqlite
class TestOtherDocuments:
    async def test_over_http(self, trusting: Running) -> None:
        http = trusting.browser().http
        for query in OTHERS:
            asked = {"query": query}
            for response in (
                await http.post("/graphql", json=asked),
                await http.get("/graphql", params=asked),
            ):
                assert response.status_code == 400
                assert code_of(response.json()) == "DOCUMENT_NOT_TRUSTED", query

    async def test_as_events(self, trusting: Running) -> None:
        for query in (*OTHERS, "subscription { queueStatus { waiting } }"):
            said = await followed(trusting, {"query": query})
            assert said[0] == "event: next" and "DOCUMENT_NOT_TRUSTED" in said[1], query
            assert said[2:] == ["event: complete", "data: "]

    async def test_over_a_socket(self, trusting: Running) -> None:
        async with socket.opened(trusting.url, {}) as opened:
            await say(opened, INIT)
            await hear(opened)
            for query in OTHERS:
                await say(opened, subscribe("1", {"query": query}))
                answer = await hear(opened)
                assert (answer["id"], answer["type"]) == ("1", "error")
                assert code_of({"errors": answer["payload"]}) == "DOCUMENT_NOT_TRUSTED", query
            await say(opened, subscribe("1", by_id("Viewer")))
            assert (await hear(opened))["payload"] == {"data": {"viewer": None}}

    async def test_another_operation_than_the_documents(self, trusting: Running) -> None:
        asked = by_id("Viewer") | {"operationName": "Logout"}
        assert (await trusting.browser().post(asked)).status_code == 400


def settings(folder: Path, secret_keys: str, **changes: str) -> Settings:
    """Settings whose file of documents is in this folder."""
    changes = {"DOCUMENTS_FILE": str(folder / "documents.json")} | changes
    url = f"sqlite://{folder}/x.sqlite3"
    given = environment.environment(url, folder, "http://127.0.0.1:1", secret_keys, **changes)
    return Settings.model_validate({k.removeprefix(PREFIX).lower(): v for k, v in given.items()})


class TestTheStart:
    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (None, "cannot be read"),
            ("{", "is not JSON"),
            ("{}", "holds no documents"),
            (json.dumps({f"sha256:{hash_of(NOBODY)}": NOBODY}), "Nobody: Cannot query field"),
            (json.dumps({f"sha256:{'0' * 64}": NOBODY}), "is not the hash of its text"),
        ],
    )
    def test_is_refused(
        self, tmp_path: Path, secret_keys: str, content: str | None, fault: str
    ) -> None:
        if content is not None:
            (tmp_path / "documents.json").write_text(content)
        with pytest.raises(Unsettled) as refused:
            create_app(settings(tmp_path, secret_keys, DOCUMENTS="trusted"))
        (told,) = refused.value.faults
        assert told.startswith("SPAREKEY_DOCUMENTS: ") and fault in told

    def test_tells_everything_at_once(self, tmp_path: Path, secret_keys: str) -> None:
        texts = ("query A { a }", "query B { b }", text("Viewer"))
        content = {f"sha256:{hash_of(one)}": one for one in texts}
        (tmp_path / "documents.json").write_text(json.dumps(content))
        with pytest.raises(Unsettled) as refused:
            create_app(settings(tmp_path, secret_keys, DOCUMENTS="trusted"))
        assert [fault.split(":")[1] for fault in refused.value.faults] == [" A", " B"]

    @on_sqlite
    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_the_command_says_so(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch, workers: str
    ) -> None:
        monkeypatch.setenv("SPAREKEY_MODE", "development")
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", "postgres://nobody@127.0.0.1:1/x")
        monkeypatch.setenv("SPAREKEY_DOCUMENTS", "trusted")
        monkeypatch.setenv("SPAREKEY_DOCUMENTS_FILE", "nowhere.json")
        said = settled.cannot("serve", "--workers", workers)
        assert said == "SPAREKEY_DOCUMENTS: nowhere.json cannot be read\n"


@on_sqlite
class TestWhereAnyRuns:
    async def test_what_does_not_fit_is_left_out(
        self, database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
    ) -> None:
        file = tmp_path / "documents.json"
        texts = (NOBODY, text("Viewer"))
        file.write_text(json.dumps({f"sha256:{hash_of(one)}": one for one in texts}))
        changes = {"DOCUMENTS_FILE": str(file)}
        async with running(database_url, tmp_path, secret_keys, **changes) as place:
            client = place.browser()
            left_out = await client.post({"documentId": hash_of(NOBODY)})
            assert code_of(left_out.json()) == "DOCUMENT_NOT_FOUND"
            found, asked = await asyncio.gather(
                client.post(by_id("Viewer")), client.post(dict(TYPENAME))
            )
            assert found.json() == {"data": {"viewer": None}}
            assert asked.json() == {"data": {"__typename": "Query"}}

    async def test_without_any(
        self, database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
    ) -> None:
        changes = {"DOCUMENTS_FILE": str(tmp_path / "missing.json")}
        async with running(database_url, tmp_path, secret_keys, **changes) as place:
            told = (await place.browser().post(by_id("Viewer"))).json()
            assert code_of(told) == "DOCUMENT_NOT_FOUND"
            assert (await place.browser().post(dict(TYPENAME))).status_code == 200
