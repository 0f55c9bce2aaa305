"""graphql-transport-ws: how a socket is opened, and how many there may be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from server import endpoint
from server.live import sockets
from tests.support import people, socket
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running, running
from tests.support.wire import INIT, TYPENAME, WATCH, answers, closed, hear, say, subscribe

pytestmark = on_sqlite


@asynccontextmanager
async def desk(served: Running, clock: Clock) -> AsyncIterator[ClientConnection]:
    """An acknowledged socket of an agent, by its token."""
    sam = await people.agent(served, clock, client=served.program())
    async with socket.opened(served.url, {}) as opened:
        await say(opened, INIT | {"payload": {"authorization": f"Bearer {sam.client.bearer}"}})
        assert await hear(opened) == {"type": "connection_ack"}
        yield opened


class TestOpening:
    @pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["mqtt", "graphql-ws"]])
    async def test_another_protocol(self, served: Running, offered: list[str] | None) -> None:
        address = served.url.replace("http", "ws") + "/graphql"
        protocols = [Subprotocol(one) for one in offered] if offered else None
        async with connect(address, subprotocols=protocols, proxy=None) as opened:
            assert (await closed(opened))[0] == 4406

    async def test_ours_among_others(self, served: Running) -> None:
        address = served.url.replace("http", "ws") + "/graphql"
        both = [Subprotocol("graphql-ws"), socket.PROTOCOL]
        async with connect(address, subprotocols=both, proxy=None) as opened:
            assert opened.subprotocol == socket.PROTOCOL

    async def test_no_init_in_time(
        self,
        database_url: str,
        tmp_path: Path,
        secret_keys: str,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert endpoint.INIT_WITHIN == timedelta(seconds=5)
        monkeypatch.setattr(endpoint, "INIT_WITHIN", timedelta(seconds=0.2))
        async with (
            running(database_url, tmp_path, secret_keys) as place,
            socket.opened(place.url, {}) as opened,
        ):
            await say(opened, {"type": "ping"})
            assert (await closed(opened))[0] == 4408

    async def test_a_second_init(self, ready: ClientConnection) -> None:
        await say(ready, INIT)
        assert (await closed(ready))[0] == 4429

    async def test_an_operation_before_init(self, fresh: ClientConnection) -> None:
        await say(fresh, subscribe("1", TYPENAME))
        assert (await closed(fresh))[0] == 4401

    @pytest.mark.parametrize(
        "payload", [None, {}, {"authorization": None}, {"authorization": 7}, {"x": "Bearer y"}]
    )
    async def test_an_init_that_names_nobody(
        self, fresh: ClientConnection, payload: object
    ) -> None:
        await say(fresh, INIT | {"payload": payload})
        assert await hear(fresh) == {"type": "connection_ack"}
        await answers(fresh)

    async def test_a_dead_token_is_nobody(self, fresh: ClientConnection) -> None:
        await say(fresh, INIT | {"payload": {"authorization": "Bearer nonsense"}})
        assert await hear(fresh) == {"type": "connection_ack"}
        await say(fresh, subscribe("1", WATCH))
        refused = await hear(fresh)
        assert (refused["id"], refused["type"]) == ("1", "error")
        assert refused["payload"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


class TestOperations:
    async def test_an_id_that_is_in_use(self, served: Running, clock: Clock) -> None:
        async with desk(served, clock) as opened:
            await say(opened, subscribe("1", WATCH))
            assert (await hear(opened))["type"] == "next"
            await say(opened, subscribe("1", TYPENAME))
            assert (await closed(opened))[0] == 4409

    async def test_an_id_that_is_free_again(self, served: Running, clock: Clock) -> None:
        async with desk(served, clock) as opened:
            for _ in range(3):
                await say(opened, subscribe("1", WATCH))
                assert (await hear(opened))["type"] == "next"
                await say(opened, {"id": "1", "type": "complete"})
            await answers(opened, "1")

    async def test_as_many_as_are_allowed(self, served: Running, clock: Clock) -> None:
        async with desk(served, clock) as opened:
            for number in range(endpoint.OPERATIONS_PER_SOCKET):
                await say(opened, subscribe(str(number), WATCH))
                assert (await hear(opened))["type"] == "next"
            await say(opened, subscribe("one more", WATCH))
            refused = await hear(opened)
            assert (refused["id"], refused["type"]) == ("one more", "error")
            await say(opened, {"id": "7", "type": "complete"})
            await answers(opened, "one more")


class TestHowManySockets:
    @asynccontextmanager
    async def place(self, database_url: str, folder: Path, keys: str) -> AsyncIterator[Running]:
        changes = {"LIMIT_SOCKETS": "2", "TRUSTED_PROXIES": "127.0.0.1"}
        async with running(database_url, folder, keys, **changes) as place:
            yield place

    async def test_are_open_per_address(
        self, database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
    ) -> None:
        here, there = ({"x-forwarded-for": f"203.0.113.{host}"} for host in (1, 2))
        async with (
            self.place(database_url, tmp_path, secret_keys) as place,
            socket.opened(place.url, here),
        ):
            async with socket.opened(place.url, here):
                with pytest.raises(InvalidStatus) as refused:
                    async with socket.opened(place.url, here):
                        pass
                assert refused.value.response.status_code == 429
                async with socket.opened(place.url, there) as opened:
                    await say(opened, INIT)
                    assert await hear(opened) == {"type": "connection_ack"}
            await asyncio.sleep(0.1)
            async with socket.opened(place.url, here) as opened:
                await say(opened, INIT)
                assert await hear(opened) == {"type": "connection_ack"}

    async def test_are_open_per_session(self, served: Running, clock: Clock) -> None:
        sam = await people.agent(served, clock, client=served.program())
        named = INIT | {"payload": {"authorization": f"Bearer {sam.client.bearer}"}}
        async with AsyncExitStack() as stack:
            for _ in range(sockets.PER_SESSION):
                opened = await stack.enter_async_context(socket.opened(served.url, {}))
                await say(opened, named)
                assert await hear(opened) == {"type": "connection_ack"}
            async with socket.opened(served.url, {}) as one_more:
                await say(one_more, named)
                assert (await closed(one_more))[0] == 4429
            await opened.close()
            async with socket.opened(served.url, {}) as again:
                await say(again, named)
                assert await hear(again) == {"type": "connection_ack"}
