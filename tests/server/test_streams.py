"""Subscriptions as server-sent events, for clients behind proxies that break WebSockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from models.signing_in import session as sessions
from models.signing_in.session import Session
from tests.support import rows
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.operations import operation
from tests.support.served import Running, running

ACCEPT = {"accept": "text/event-stream"}


class Stream:
    """What a stream says, one event at a time."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data; comments are passed over."""
        async with asyncio.timeout(10):
            name = ""
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data:"):
                    data = line.removeprefix("data:").strip()
                    return name, json.loads(data) if data else None
        raise AssertionError("The stream ended.")


@asynccontextmanager
async def streamed(client: Client, query: dict[str, Any]) -> AsyncIterator[Stream]:
    headers = ACCEPT | ({"authorization": f"Bearer {client.bearer}"} if client.bearer else {})
    async with client.http.stream("POST", "/graphql", json=query, headers=headers) as response:
        yield Stream(response)


def events(**variables: Any) -> dict[str, Any]:
    return operation("RecoveryQueueEvents").payload(variables)


class TestStream:
    async def test_tells_each_event_as_it_comes(self, served: Running, desk_client: Client) -> None:
        start = (await desk_client.run("RecoveryQueue"))["eventCursor"]
        async with streamed(desk_client, events(after=start)) as stream:
            assert stream.response.headers["content-type"].startswith("text/event-stream")
            for owner in await rows.accounts(2):
                ticket = await rows.ticket(served.policy, owner)
                name, said = await stream.next()
                assert name == "next"
                event = said["data"]["recoveryQueueEvents"]
                assert event["ticket"]["reference"] == ticket.reference

    async def test_completes_where_the_subscription_does(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        submitted = await rows.submit(served.policy, owner)
        customer = served.browser()
        await customer.run("CancelReset", receipt=submitted.receipt)
        watch = operation("WatchResetStatus").payload({"receipt": submitted.receipt})
        async with streamed(customer, watch) as stream:
            name, said = await stream.next()
            assert (name, said["data"]["resetStatus"]["state"]) == ("next", "CANCELLED")
            assert await stream.next() == ("complete", None)

    async def test_without_a_session_the_desk_is_closed(self, served: Running) -> None:
        async with streamed(served.program(), events()) as stream:
            _, said = await stream.next()
            assert said["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert await stream.next() == ("complete", None)

    async def test_ends_with_its_session(
        self, served: Running, sam: Session, desk_client: Client
    ) -> None:
        async with streamed(desk_client, events()) as stream:
            await asyncio.sleep(0.2)
            await sessions.end_all(sam.account)
            _, said = await stream.next()
            assert said["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert await stream.next() == ("complete", None)

    async def test_what_does_not_parse_is_told(self, served: Running) -> None:
        async with streamed(served.program(), {"query": "subscription {"}) as stream:
            _, said = await stream.next()
            assert "Syntax Error" in said["errors"][0]["message"]

    async def test_mutations_go_another_way(self, served: Running) -> None:
        async with streamed(served.program(), operation("Logout").payload({})) as stream:
            body = await stream.response.aread()
        assert b'"logout"' not in body
        assert b"errors" in body

    async def test_an_address_has_so_many_and_gets_them_back(
        self, database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
    ) -> None:
        async with running(database_url, tmp_path, secret_keys, LIMIT_SOCKETS="1") as place:
            sam, token = await rows.staff(place.policy)
            client = place.program(token)
            async with streamed(client, events()) as first:
                assert first.response.status_code == 200
                async with streamed(client, events()) as second:
                    assert second.response.status_code == 429
            async with asyncio.timeout(10):
                while await self._status(client) == 429:
                    await asyncio.sleep(0.05)

    @staticmethod
    async def _status(client: Client) -> int:
        async with streamed(client, events()) as stream:
            return stream.response.status_code
