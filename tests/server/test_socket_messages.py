"""graphql-transport-ws, spoken badly: what closes the socket, and what leaves it open."""

import pytest
from websockets.asyncio.client import ClientConnection

from tests.support.databases import on_sqlite
from tests.support.operations import operation
from tests.support.wire import INIT, TYPENAME, answers, closed, hear, say, subscribe

pytestmark = on_sqlite

DEEP = "[" * 60_000


class TestMalformedMessages:
    @pytest.mark.parametrize(
        "message",
        [
            *("", "nonsense", "null", "7", '"subscribe"', "[]", "{}", "{", DEEP),
            *('{"type": NaN}', '{"type": 7}', '{"type": null}', '{"type": "unheard of"}'),
            *({"type": "start", "id": "1", "payload": TYPENAME}, {"type": "connection_ack"}),
            *({"type": "ping", "payload": "x"}, {"type": "pong", "payload": [1]}),
            *({"type": "complete"}, {"type": "complete", "id": 7}),
            *(subscribe(None, TYPENAME), subscribe("", TYPENAME), subscribe(7, TYPENAME)),
            *(subscribe("1", None), subscribe("1", {}), subscribe("1", "{ __typename }")),
            *(subscribe("1", {"query": None}), subscribe("1", {"query": ["{ __typename }"]})),
            subscribe("1", TYPENAME | {"variables": []}),
            subscribe("1", TYPENAME | {"operationName": {}}),
            subscribe("1", TYPENAME | {"extensions": "x"}),
        ],
        ids=lambda message: str(message)[:50],
    )
    async def test_close_with_4400(self, ready: ClientConnection, message: object) -> None:
        await say(ready, message)
        code, reason = await closed(ready)
        assert code == 4400
        assert reason

    async def test_a_malformed_init(self, fresh: ClientConnection) -> None:
        await say(fresh, INIT | {"payload": "Bearer x"})
        assert (await closed(fresh))[0] == 4400

    async def test_bytes(self, ready: ClientConnection) -> None:
        await ready.send(b"\x00\xff")
        assert (await closed(ready))[0] == 4400


class TestWhatLeavesItOpen:
    async def test_a_ping_brings_its_payload_back(self, fresh: ClientConnection) -> None:
        await say(fresh, {"type": "ping", "payload": {"at": 7}}, {"type": "ping"}, {"type": "pong"})
        assert await hear(fresh) == {"type": "pong", "payload": {"at": 7}}
        assert await hear(fresh) == {"type": "pong"}
        await say(fresh, INIT)
        assert await hear(fresh) == {"type": "connection_ack"}

    @pytest.mark.parametrize(
        "payload",
        [
            {"query": "{ viewer"},
            {"query": ""},
            {"query": "{ nobody }"},
            {"query": "query A { __typename }", "operationName": "B"},
            {"query": "fragment A on Query { __typename }"},
            {"query": "query Q($id: ID!) { node(id: $id) { id } }", "variables": {}},
            {"query": "{ node(id: 7) { id } }"},
            {"query": '{ recoveryTicket(reference: "R") { id } }'},
        ],
        ids=lambda payload: str(payload["query"]),
    )
    async def test_a_document_that_cannot_run(
        self, ready: ClientConnection, payload: dict[str, object]
    ) -> None:
        await say(ready, subscribe("1", payload))
        answer = await hear(ready)
        assert answer["id"] == "1"
        assert answer["type"] in ("error", "next")
        errors = answer["payload"] if answer["type"] == "error" else answer["payload"]["errors"]
        assert errors[0]["message"] != "Something went wrong."
        if answer["type"] == "next":
            assert await hear(ready) == {"id": "1", "type": "complete"}
        await answers(ready, "1")

    async def test_an_unknown_operation_is_completed(self, ready: ClientConnection) -> None:
        await say(ready, {"id": "nothing", "type": "complete"})
        await answers(ready)

    async def test_no_cookie_can_be_set_here(self, ready: ClientConnection) -> None:
        login = operation("Login").payload({"email": "ada@example.com", "password": "nobody's"})
        await say(ready, subscribe("1", login))
        answer = await hear(ready)
        assert answer["payload"]["data"]["login"]["field"] == "delivery"
        assert await hear(ready) == {"id": "1", "type": "complete"}
        await answers(ready)
