"""Constant load through one address: sign-ins, questions, notes, and desks that watch.

Whatever is not answered as it should be is in `failed`; nothing is asked again by itself.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from models.stream.feed import Cursor
from tests.support.client import Client, expect
from tests.support.operations import operation
from tests.support.people import PASSWORD
from tests.support.socket import PROTOCOL


class Desk:
    """Follows the queue on its token; where the server goes away it goes on after its cursor."""

    def __init__(self, url: str, token: str, cursor: str) -> None:
        self.numbers: list[int] = []
        self.closed: Counter[str] = Counter()
        """What each line ended with: code and reason."""
        self._url = url.replace("http", "ws", 1) + "/graphql"
        self._token = token
        self._cursor = cursor

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self._follow()
            except ConnectionClosed as over:
                end = over.rcvd
                self.closed[f"{end.code} {end.reason}" if end else f"{over!r}"] += 1
            except Exception as error:
                self.closed[f"not opened: {error!r}"] += 1

    async def _follow(self) -> None:
        async with connect(
            self._url, subprotocols=[PROTOCOL], compression=None, proxy=None
        ) as socket:
            payload = {"authorization": f"Bearer {self._token}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            await socket.recv()
            asked = operation("RecoveryQueueEvents").payload({"after": self._cursor})
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
            while True:
                message = json.loads(await socket.recv())
                if message["type"] == "ping":
                    continue
                event = message["payload"]["data"]["recoveryQueueEvents"]
                self._cursor = event["cursor"]
                self.numbers.append(Cursor.parse(self._cursor).number)


class Load:
    """People at `url`. An agent's `token` and the `ticket` that notes are written on."""

    def __init__(self, url: str, token: str, ticket: str) -> None:
        self.url = url
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.notes: list[str] = []
        """Those that were acknowledged."""
        self._token = token
        self._ticket = ticket

    @asynccontextmanager
    async def going_on(self, pause: float) -> AsyncIterator[None]:
        """So many seconds between two things of each, until the block ends; all is finished."""
        over = asyncio.Event()
        steps = (self._signs_in, self._signs_in, self._asks, self._writes)
        people = [asyncio.create_task(self._again(step, pause, over)) for step in steps]
        try:
            yield
        finally:
            over.set()
            await asyncio.gather(*people)

    async def _again(
        self, step: Callable[[Client], Awaitable[None]], pause: float, over: asyncio.Event
    ) -> None:
        client = Client(self.url, self._token)
        while not over.is_set():
            try:
                await step(client)
            except Exception as error:
                self.failed.append(f"{step.__name__}: {error!r}")
            await asyncio.sleep(pause)
        await client.close()

    async def _signs_in(self, client: Client) -> None:
        email = f"{uuid4().hex}@example.com"
        device = {"serialNumber": f"AHU-{uuid4().hex[:8].upper()}", "name": "Roof"}
        answer = await client.run("Register", email=email, password=PASSWORD, device=device)
        expect(answer, "Registered")
        given: dict[str, Any] = {"email": email, "password": PASSWORD, "delivery": "BEARER"}
        expect(await client.run("Login", given), "SignedIn")
        self.done["sign-ins"] += 1

    async def _asks(self, client: Client) -> None:
        await client.run("RecoveryQueue", first=20)
        self.done["queries"] += 1

    async def _writes(self, client: Client) -> None:
        text = uuid4().hex
        answer = await client.run("AddTicketNote", ticketId=self._ticket, text=text)
        expect(answer, "RecoveryTicket")
        self.notes.append(text)
        self.done["notes"] += 1
