"""Agents who follow the queue at an application that serves no network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette

from models.policy import Policy
from server.app import create_app
from server.settings import Settings
from server.view import View
from tests.support import informed, rows
from tests.support.reader import Reader, events_after, reader, view_of


@asynccontextmanager
async def application(variables: dict[str, str]) -> AsyncIterator[Starlette]:
    """The application of an environment, between its start and its end."""
    fields = {name.removeprefix("SPAREKEY_").lower(): v for name, v in variables.items()}
    settings = Settings.model_validate(fields)
    one = create_app(settings, informed.informed(settings))
    async with one.router.lifespan_context(one):
        yield one


class Desk:
    """Agents at one application, a ticket, and how often an event was executed."""

    def __init__(self, app: Starlette, policy: Policy, stack: AsyncExitStack) -> None:
        self.app, self.policy = app, policy
        self.view: View = view_of(app)
        self.executed = 0
        self._stack = stack

    async def begin(self) -> None:
        """An agent and a ticket are there."""
        self.sam, self.token = await rows.staff(self.policy)
        (self.ticket,) = await rows.tickets(await rows.accounts(1))
        await asyncio.sleep(0.05)

    async def reader(self, token: str = "", locale: str = "en", takes: bool = False) -> Reader:
        """An acknowledged socket, of the agent unless a token says otherwise."""
        opened = reader(self.app, token or self.token, locale, takes)
        return await self._stack.enter_async_context(opened)

    async def following(self, count: int, takes: bool = False, **payload: Any) -> list[Reader]:
        """So many who have joined their group. `takes`: at a server that takes frames."""
        readers = [await self.reader(takes=takes) for _ in range(count)]
        for one in readers:
            one.subscribe("1", payload or events_after())
        await self.joined(count)
        return readers

    async def joined(self, count: int) -> None:
        """Wait until so many are told what their equals are told."""
        async with asyncio.timeout(10):
            while sum(len(one._ready) for one in self.groups()) != count:
                await asyncio.sleep(0.01)

    async def tell(self, count: int = 1) -> None:
        """So many events."""
        await rows.tell(*[self.ticket.id] * count)

    def groups(self) -> list[Any]:
        """Those that are open."""
        return list(self.view.broadcast.groups.values())
