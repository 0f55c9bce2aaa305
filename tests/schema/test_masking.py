"""A crash is told as a crash, with the request's id and nothing else; the log never quotes it."""

import json
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from models.accounts import account
from models.dashboard import figures
from models.reset import notes
from models.signing_in import session, sign_in
from tests.support import people
from tests.support.clock import Clock
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running

QUOTED = "bob@example.com has the code 493817"
TOLD = "Something went wrong."
LOGIN = {"email": "ada@example.com", "password": people.PASSWORD}

Break = Callable[[object, str], None]
Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Breaks a verb of the domain, whose exceptions then quote what nobody may read."""

    def crash(*_: object, **__: object) -> None:
        try:
            raise ValueError(QUOTED)
        except ValueError as error:
            raise RuntimeError(QUOTED) from error

    return lambda module, name: monkeypatch.setattr(module, name, crash)


@pytest.fixture
def log() -> Iterator[Lines]:
    with capture_logs() as lines:
        yield lines


def is_masked(error: dict[str, Any], log: Lines, *path: str) -> str:
    """Fails unless error and log tell of one crash, and of nothing in it; returns its id."""
    request_id = str(error["extensions"]["requestId"])
    assert error["message"] == TOLD
    assert error["extensions"] == {"code": "INTERNAL", "requestId": request_id}
    assert error.get("path", []) == list(path)
    (crash,) = (line for line in log if line["event"] == "crash")
    assert crash["request_id"] == request_id
    assert crash["error"] == "RuntimeError from ValueError"
    assert any("test_masking.py" in frame for frame in crash["frames"])
    assert not quoted(error, log)
    return request_id


def quoted(*told: object) -> bool:
    """Whether any of it repeats what the exception said."""
    return any(word in str(told) for word in (QUOTED, "bob@", "493817"))


class TestOverHttp:
    async def test_a_mutation(self, served: Running, broken: Break, log: Lines) -> None:
        broken(sign_in, "login")
        response = await served.browser().post(operation("Login").payload(LOGIN))
        assert response.status_code == 200
        (error,) = response.json()["errors"]
        assert is_masked(error, log, "login") == response.headers["x-request-id"]
        (line,) = (line for line in log if line["event"] == "request")
        assert not quoted(response.text, response.headers, line)

    async def test_a_field_below_the_root(
        self, served: Running, clock: Clock, broken: Break, log: Lines
    ) -> None:
        ada = await people.newcomer(served, clock)
        broken(account, "devices_of")
        answer = await ada.client.answer("Viewer")
        assert answer["data"] == {"viewer": None}
        is_masked(answer["errors"][0], log, "viewer", "devices")

    async def test_the_callers_own_id_comes_back(
        self, served: Running, broken: Break, log: Lines
    ) -> None:
        broken(sign_in, "login")
        client = served.browser()
        client.http.headers["x-request-id"] = "checkout-2030.01"
        (error,) = await client.errors("Login", LOGIN)
        assert is_masked(error, log, "login") == "checkout-2030.01"

    @pytest.mark.parametrize("id", ["short", "x" * 65, "two\twords here", "äöüäöüäöü", "a;b" * 9])
    async def test_no_id_that_would_not_fit_the_log(self, served: Running, id: str) -> None:
        async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
            response = await http.get("/healthz", headers={b"x-request-id": id.encode()})
        assert len(response.headers["x-request-id"]) == 32

    async def test_outside_of_any_field(
        self, served: Running, clock: Clock, broken: Break, log: Lines
    ) -> None:
        ada = await people.newcomer(served, clock)
        broken(session, "find")
        response = await ada.client.post(operation("Viewer").payload({}))
        (error,) = response.json()["errors"]
        request_id = response.headers["x-request-id"]
        assert response.status_code == 500
        assert error == {
            "message": TOLD,
            "extensions": {"code": "INTERNAL", "requestId": request_id},
        }
        (crash,) = (line for line in log if line["event"] == "crashed")
        assert crash["error"] == "builtins.RuntimeError"
        assert not quoted(response.text, log)


class TestOverASocket:
    @pytest.fixture
    async def sam(self, served: Running, clock: Clock) -> Person:
        return await people.agent(served, clock)

    async def test_a_subscription_that_does_not_begin(
        self, sam: Person, broken: Break, log: Lines
    ) -> None:
        broken(figures, "status")
        async with sam.client.subscribe("WatchQueueStatus") as events:
            (error,) = await events.errors()
        is_masked(error, log)

    async def test_one_in_the_middle(
        self, sam: Person, served: Running, clock: Clock, broken: Break, log: Lines
    ) -> None:
        ada = await people.customer(served, clock)
        cursor = (await sam.client.run("RecoveryQueue"))["eventCursor"]
        async with sam.client.subscribe("RecoveryQueueEvents", after=cursor) as events:
            await ada.request_reset()
            ticket = (await events.next())["ticket"]
            broken(notes, "by_ids")
            await sam.client.run("AddTicketNote", ticketId=ticket["id"], text="Called back.")
            (error,) = await events.errors()
            is_masked(error, log, "recoveryQueueEvents", "note")
            await sam.client.run("ClaimTicket", ticketId=ticket["id"])
            assert (await events.next())["__typename"] == "TicketClaimed"

    async def test_a_query(self, sam: Person, broken: Break, log: Lines) -> None:
        broken(figures, "status")
        async with sam.client.subscribe("QueueStatus") as events:
            (error,) = await events.errors()
        is_masked(error, log, "queueStatus")

    async def test_outside_of_any_field(self, sam: Person, broken: Break, log: Lines) -> None:
        async with sam.client.subscribe("WatchQueueStatus") as events:
            await events.next()
            broken(session, "reread")
            payload = operation("QueueStatus").payload({})
            message = {"id": "2", "type": "subscribe", "payload": payload}
            await events.socket.send(json.dumps(message))
            (error,) = await events.errors()
        assert error["message"] == TOLD
        assert error["extensions"]["code"] == "INTERNAL"
        assert not quoted(error, log)


class TestWhatIsNoCrash:
    @pytest.mark.parametrize(
        "query", ["{ viewr { id } }", "{ viewer { emial } }", "{ recoveryTicket(ref: 1) { id } }"]
    )
    async def test_a_wrong_document_is_told_without_suggestions(
        self, served: Running, query: str, log: Lines
    ) -> None:
        answer = (await served.browser().post({"query": query})).json()
        assert answer["errors"]
        assert "Did you mean" not in str(answer)
        assert not [line for line in log if line["log_level"] == "error"]

    async def test_a_refusal_is_data(self, served: Running, log: Lines) -> None:
        answer = await served.browser().run("Login", LOGIN)
        assert answer["__typename"] == "InvalidCredentials"
        assert not [line for line in log if line["log_level"] == "error"]
