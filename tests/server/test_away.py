"""While the database is away, people are told so, and everything is well when it is back."""

import json
from collections.abc import Iterator, MutableMapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError
from strawberry.types import ExecutionResult
from structlog.testing import capture_logs

from models.storage import connections, database
from server.http import answers, media
from tests.support import outage, people, postgres, scraped, socket
from tests.support.clock import Clock
from tests.support.databases import on_postgres
from tests.support.link import Link
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running, running

LOGIN = {"email": "ada@example.com", "password": people.PASSWORD}
LATER = {
    "de": "Der Server erreicht seine Daten gerade nicht.",
    "en": "The server cannot reach its data at the moment.",
    "sv": "Servern når inte sina data just nu.",
}
UNSURE = {
    "de": "daher ist nicht bekannt, ob dies ausgeführt wurde",
    "en": "it is not known whether this was done",
    "sv": "det är inte känt om detta utfördes",
}
Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def log() -> Iterator[Lines]:
    with capture_logs() as lines:
        yield lines


def away(url: str) -> AbstractAsyncContextManager[None]:
    """PostgreSQL lets nobody in; of SQLite somebody else has the write lock."""
    return outage.away(url) if url.startswith("postgres") else outage.busy(url)


def asked(name: str) -> dict[str, Any]:
    return operation(name).payload(LOGIN if name == "Login" else {})


class TestOverHttp:
    @pytest.mark.parametrize("locale", LATER)
    async def test_a_change(
        self, served: Running, database_url: str, log: Lines, locale: str
    ) -> None:
        client = served.browser(locale)
        async with away(database_url):
            response = await client.post(asked("Login"))
        request_id = response.headers["x-request-id"]
        (error,) = response.json()["errors"]
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert error["path"] == ["login"] and UNSURE[locale] in error["message"]
        assert error["extensions"] == {"code": "UNAVAILABLE", "requestId": request_id}
        assert_one_line(log, request_id)
        assert (await client.run("Login", LOGIN))["__typename"] == "InvalidCredentials"

    @on_postgres
    @pytest.mark.parametrize("accept", [media.GRAPHQL, media.JSON])
    async def test_before_anything_was_begun(
        self, served: Running, database_url: str, clock: Clock, log: Lines, accept: str
    ) -> None:
        ada = await people.customer(served, clock, client=served.program(locale="de"))
        ada.client.http.headers["accept"] = accept
        async with away(database_url):
            response = await ada.client.post(asked("Viewer"))
        request_id = response.headers["x-request-id"]
        (error,) = response.json()["errors"]
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert response.headers["content-type"].startswith(accept)
        assert error.keys() == {"message", "extensions"} and LATER["de"] in error["message"]
        assert error["extensions"] == {"code": "UNAVAILABLE", "requestId": request_id}
        assert_one_line(log, request_id)
        assert await ada.client.run("Viewer")

    @on_postgres
    async def test_a_stream(self, served: Running, database_url: str, clock: Clock) -> None:
        sam = await people.agent(served, clock, client=served.program())
        sam.client.http.headers["accept"] = media.EVENTS
        async with away(database_url):
            response = await sam.client.post(asked("WatchQueueStatus"))
        assert response.status_code == 503 and response.headers["retry-after"] == "5"
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"

    @on_postgres
    async def test_no_connection_is_free(
        self, served: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "WAIT_WITHIN", 0.2)
        pool = database.connection().connections
        held = [await pool.take() for _ in range(pool.room)]
        response = await served.browser().post(operation("Login").payload(LOGIN))
        for one in held:
            pool.put(one)
        assert response.status_code == 503
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"

    @on_postgres
    async def test_nobody_listens(
        self, database_url: str, tmp_path: Path, secret_keys: str
    ) -> None:
        line = Link("database", postgres.address_of(database_url))
        await line.start()
        over = postgres.over(database_url, line.address)
        async with running(over, tmp_path, secret_keys) as served:
            await line.cut()
            response = await served.browser().post(operation("Login").payload(LOGIN))
            await line.start()
            assert response.status_code == 503
            assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
            again = await served.browser().run("Login", LOGIN)
            assert again["__typename"] == "InvalidCredentials"
        await line.cut()

    async def test_is_counted(self, served: Running, database_url: str) -> None:
        problem = {"operation": "Login", "problem": "UNAVAILABLE"}
        name = "sparekey_problems_total"
        assert (await scraped.scrape(served)).value(name, **problem) == 0, "it begins at none"
        async with away(database_url):
            await served.browser().errors("Login", LOGIN)
        assert (await scraped.scrape(served)).value(name, **problem) == 1


@on_postgres
class TestOverASocket:
    @pytest.fixture
    async def sam(self, served: Running, clock: Clock) -> Person:
        return await people.agent(served, clock)

    async def test_one_that_is_open(self, sam: Person, database_url: str, log: Lines) -> None:
        async with sam.client.subscribe("WatchQueueStatus") as events:
            await events.next()
            payload = operation("QueueStatus").payload({})
            message = {"id": "2", "type": "subscribe", "payload": payload}
            async with away(database_url):
                await events.socket.send(json.dumps(message))
                (error,) = await events.errors()
            assert LATER["en"] in error["message"]
            assert error["extensions"]["code"] == "UNAVAILABLE"
            assert_one_line(log, error["extensions"]["requestId"])
            await events.socket.send(json.dumps(message | {"id": "3"}))
            assert "waiting" in await events.next()

    async def test_one_that_opens(self, sam: Person, database_url: str, log: Lines) -> None:
        async with away(database_url):
            headers = sam.client.socket_headers()
            async with socket.opened(sam.client.url, headers) as opened:
                await opened.wait_closed()
        assert opened.close_code == 1013
        assert [line for line in log if line["event"] == "database away"]
        assert not [line for line in log if line["event"].startswith("crash")]


@pytest.mark.parametrize(
    ("data", "code", "status"),
    [
        (None, "UNAVAILABLE", 503),
        ({"viewer": None}, "UNAVAILABLE", 503),
        ({"viewer": None, "queueStatus": {"waiting": 1}}, "UNAVAILABLE", 200),
        ({"viewer": None}, "INTERNAL", 200),
    ],
)
def test_its_status_tells_whether_something_is_there(
    data: dict[str, Any] | None, code: str, status: int
) -> None:
    error = GraphQLError("x", path=["viewer"], extensions={"code": code})
    for kind in (media.GRAPHQL, media.JSON):
        answer = answers.answer(ExecutionResult(data, [error]), kind, [])
        assert answer.status == status
        assert (b"retry-after" in dict(answer.headers)) is (status == 503)


def assert_one_line(log: Lines, request_id: str) -> None:
    """It is told once, and not as a crash."""
    told = [line for line in log if line.get("request_id") == request_id]
    (line,) = (line for line in told if line["event"] != "request")
    assert (line["event"], line["log_level"]) == ("database away", "warning")
    assert line["error"]
