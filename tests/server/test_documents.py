"""Documents by name over HTTP, as events and over WebSocket: where any runs, and where only they.

What each refusal is, is the same in both; tests/server/test_trusted.py has what differs.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection

from schema.documents import hash_of
from tests.support import people, rows, socket
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running, running
from tests.support.trusted import by_hash, by_id, code_of, followed, identifier, persisted, text
from tests.support.wire import INIT, closed, hear, say, subscribe

pytestmark = on_sqlite

VIEWER = {"data": {"viewer": None}}
HEX = identifier("Viewer").removeprefix("sha256:")
NOBODYS = "0" * 64
WAYS = [
    by_id("Viewer"),
    {"documentId": HEX},
    by_id("Viewer") | {"query": None, "operationName": "Viewer"},
    by_id("Viewer") | {"query": "", "extensions": {"of": "others"}},
    by_hash("Viewer"),
    by_hash("Viewer") | {"query": "", "documentId": None},
    {"query": text("Viewer")},
    {"query": text("Viewer")} | by_hash("Viewer"),
]
UNKNOWN: list[dict[str, Any]] = [
    *({"documentId": name} for name in (f"sha256:{NOBODYS}", NOBODYS, "Viewer", "sha256:", "")),
    {"documentId": f"sha256:{HEX.upper()}"},
    {"documentId": f"md5:{HEX}"},
    {"documentId": f"sha256:sha256:{HEX}"},
    {"documentId": f"{identifier('Viewer')} "},
    {"documentId": "\ud800"},
    *({"extensions": persisted(name)} for name in (NOBODYS, HEX.upper(), f"sha256:{HEX}", "")),
]
MALFORMED: list[dict[str, Any]] = [
    *({"documentId": wrong} for wrong in (7, True, [identifier("Viewer")], {"sha256": HEX})),
    by_id("Viewer") | {"query": text("Viewer")},
    by_id("Viewer") | {"query": "{ __typename }"},
    by_id("Viewer") | by_hash("Viewer"),
    by_id("Viewer") | {"variables": []},
    by_id("Viewer") | {"operationName": 7},
    by_id("Viewer") | {"extensions": []},
    *({"extensions": persisted(HEX, version)} for version in (2, 0, "1", 1.0, True, None)),
    *({"extensions": persisted(hash)} for hash in (7, None, [HEX])),
    {"extensions": {"persistedQuery": HEX}},
    {"extensions": {"persistedQuery": [HEX]}},
    {"extensions": {"persistedQuery": {}}},
    *({"extensions": persisted(HEX)} | {"query": other} for other in ("{ __typename }", "\ud800")),
    {"extensions": {"persistedQuery": None}},
]


@pytest.fixture(params=["open", "trusted"])
def documents(request: pytest.FixtureRequest) -> str:
    """Which documents run."""
    return str(request.param)


@pytest.fixture
async def place(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock, documents: str
) -> AsyncIterator[Running]:
    """A server that runs these documents."""
    async with running(database_url, tmp_path, secret_keys, DOCUMENTS=documents) as place:
        yield place


@pytest.fixture
async def ready(place: Running) -> AsyncIterator[ClientConnection]:
    """An acknowledged socket of nobody."""
    async with socket.opened(place.url, {}) as opened:
        await say(opened, INIT)
        await hear(opened)
        yield opened


async def post(place: Running, payload: object) -> httpx.Response:
    """Ask by POST, to the letter."""
    body, headers = json.dumps(payload), {"content-type": "application/json"}
    return await place.browser().http.post("/graphql", content=body, headers=headers)


async def get(place: Running, payload: dict[str, Any], **headers: str) -> httpx.Response:
    """Ask by GET, as somebody's bookmark would."""
    params = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in payload.items()
        if value is not None
    }
    return await place.browser().http.get("/graphql", params=params, headers=headers)


class TestByName:
    async def test_over_http(self, place: Running) -> None:
        for payload in WAYS:
            for response in (await post(place, payload), await get(place, payload)):
                assert (response.status_code, response.json()) == (200, VIEWER), payload

    async def test_over_a_socket(self, ready: ClientConnection) -> None:
        for payload in WAYS:
            await say(ready, subscribe("1", payload))
            assert await hear(ready) == {"id": "1", "type": "next", "payload": VIEWER}, payload
            assert await hear(ready) == {"id": "1", "type": "complete"}

    @pytest.mark.parametrize("way", [by_id, by_hash])
    async def test_as_events(self, place: Running, way: Any) -> None:
        said = await followed(place, way("WatchQueueStatus"))
        assert "UNAUTHENTICATED" in said[1]
        assert said[-2:] == ["event: complete", "data: "]

    async def test_from_the_address_bar(self, place: Running) -> None:
        for payload in WAYS:
            response = await get(place, payload, accept="text/html,*/*;q=0.8")
            assert response.json() == VIEWER, payload

    async def test_variables_and_language_count(self, place: Running) -> None:
        wrong = {"email": "ada@example.com", "password": "wrong", "delivery": "BEARER"}
        told = [
            (await place.program(locale=language).post(by_id("Login", input=wrong))).json()
            for language in ("de", "en")
        ]
        german, english = (expect(one["data"]["login"], "InvalidCredentials") for one in told)
        assert german["message"] != english["message"]

    @pytest.mark.parametrize("way", [by_id, by_hash])
    async def test_a_session_counts(self, served: Running, clock: Clock, way: Any) -> None:
        ada = await people.newcomer(served, clock)
        viewer = (await ada.client.post(way("Viewer"))).json()["data"]["viewer"]
        assert viewer["email"] == ada.email
        assert (await ada.client.post(way("Logout"))).json()["data"] == {"logout": True}
        assert (await ada.client.post(way("Viewer"))).json() == VIEWER


@pytest.mark.parametrize("way", [by_id, by_hash])
class TestByGet:
    async def test_no_mutation(self, place: Running, way: Any) -> None:
        response = await get(place, way("Logout"))
        assert (response.status_code, response.headers["allow"]) == (405, "POST")

    async def test_nothing_confidential(self, place: Running, way: Any) -> None:
        for name in ("ResetStatus", "RecoveryQueue", "RecoveryQueueCount", "AuditTrail"):
            response = await get(place, way(name, receipt="nobody-knows"))
            assert (response.status_code, response.headers["allow"]) == (405, "POST"), name
            assert "send it by POST" in response.text

    async def test_no_subscription(self, place: Running, way: Any) -> None:
        assert (await get(place, way("WatchQueueStatus"))).status_code == 400


class TestUnknownNames:
    async def test_over_http(self, place: Running) -> None:
        for payload in UNKNOWN:
            code = "PERSISTED_QUERY" if "extensions" in payload else "DOCUMENT"
            response = await post(place, payload)
            assert response.status_code == 400
            assert code_of(response.json()) == f"{code}_NOT_FOUND", payload

    async def test_over_a_socket(self, ready: ClientConnection) -> None:
        for payload in UNKNOWN:
            await say(ready, subscribe("1", payload))
            answer = await hear(ready)
            assert (answer["id"], answer["type"]) == ("1", "error")
            assert code_of({"errors": answer["payload"]}).endswith("_NOT_FOUND"), payload
        await say(ready, subscribe("1", by_id("Viewer")))
        assert (await hear(ready))["payload"] == VIEWER

    async def test_as_events(self, place: Running) -> None:
        said = await followed(place, {"documentId": NOBODYS})
        assert said[0] == "event: next" and "DOCUMENT_NOT_FOUND" in said[1]
        assert said[2:] == ["event: complete", "data: "]

    async def test_nobody_can_register_one(self, place: Running, documents: str) -> None:
        """What Apollo's clients do when a name is not found: send it once with its text."""
        query = "query Mine { viewer { email } }"
        extensions = persisted(hash_of(query))
        first = (await post(place, {"extensions": extensions})).json()
        assert first["errors"][0]["message"] == "PersistedQueryNotFound"
        told = (await post(place, {"query": query, "extensions": extensions})).json()
        if documents == "trusted":
            assert code_of(told) == "DOCUMENT_NOT_TRUSTED"
        else:
            assert told == VIEWER
        for payload in ({"extensions": extensions}, {"documentId": hash_of(query)}):
            assert code_of((await post(place, payload)).json()).endswith("_NOT_FOUND")


class TestMalformed:
    async def test_over_http(self, place: Running) -> None:
        for payload in (*MALFORMED, [by_id("Viewer")] * 2, [by_id("Viewer")]):
            response = await post(place, payload)
            assert response.status_code == 400, payload
            assert response.json().keys() == {"errors"}

    async def test_over_a_socket(self, place: Running) -> None:
        for payload in (*MALFORMED, [by_id("Viewer")]):
            async with socket.opened(place.url, {}) as opened:
                await say(opened, INIT, subscribe("1", payload))
                code, reason = await closed(opened)
                assert code == 4400 and reason, payload


class TestTheSocketsOwnRules:
    async def test_nothing_before_it_is_acknowledged(self, place: Running) -> None:
        async with socket.opened(place.url, {}) as opened:
            await say(opened, subscribe("1", {"documentId": NOBODYS}))
            assert (await closed(opened))[0] == 4401

    async def test_nothing_under_an_id_in_use(self, place: Running) -> None:
        _, token = await rows.staff(place.policy)
        async with socket.opened(place.url, {}) as opened:
            await say(opened, INIT | {"payload": {"authorization": f"Bearer {token}"}})
            await say(opened, subscribe("1", by_id("WatchQueueStatus")))
            await hear(opened)
            assert (await hear(opened))["type"] == "next"
            await say(opened, subscribe("1", {"documentId": NOBODYS}))
            assert (await closed(opened))[0] == 4409
