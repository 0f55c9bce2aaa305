"""Three servers behind a proxy are restarted one after the other, and nobody notices.

`SPAREKEY_TEST_ROUNDS=20` restarts all of them so often; once without it. `-s` shows the figures.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from models.policy import Policy
from models.reset.notes import TicketNote
from models.stream import feed
from models.stream.feed import QueueEvent
from schema import ids
from server.stopping import RESTART_REASON
from tests.support import front, rows
from tests.support.client import Client, expect
from tests.support.constant_load import Desk, Load
from tests.support.databases import on_postgres
from tests.support.process import Process, prepared

SERVERS = 3
DESKS = 6
ROUNDS = int(os.environ.get("SPAREKEY_TEST_ROUNDS", "1"))
_SEEN_WITHIN = 60.0


@pytest.fixture
async def places(
    database_url: str, tmp_path: Path, secret_keys: str
) -> AsyncIterator[tuple[str, list[Process]]]:
    """The address of a front, and the servers behind it."""
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(
                prepared(database_url, tmp_path, secret_keys, TRUSTED_PROXIES="127.0.0.1")
            )
            for _ in range(SERVERS)
        ]
        ports = [one.port for one in servers]
        url = await stack.enter_async_context(front.running(tmp_path, ports))
        for one in servers:
            one.variables["SPAREKEY_PUBLIC_URL"] = url
        await asyncio.gather(*(one.start() for one in servers))
        yield url, servers


@on_postgres
async def test_a_rolling_restart_under_load(
    places: tuple[str, list[Process]], policy: Policy, connected: TortoiseContext
) -> None:
    url, servers = places
    session, token = await rows.staff(policy)
    (ticket,) = await rows.tickets(await rows.accounts(1))
    name = ids.write("ticket", ticket.id)
    agent = Client(url, token)
    expect(await agent.run("ClaimTicket", ticketId=name), "RecoveryTicket")
    await agent.close()
    start = await feed.head()
    desks = [Desk(url, token, str(start)) for _ in range(DESKS)]
    load = Load(url, token, name)
    watching = [asyncio.create_task(desk.watch()) for desk in desks]
    try:
        async with load.going_on(pause=0.05):
            for server in servers * ROUNDS:
                await asyncio.sleep(0.5)
                await server.stop()
                await server.start()
            await asyncio.sleep(0.5)
        await _seen(desks)
    finally:
        for one in watching:
            one.cancel()
        await asyncio.gather(*watching, return_exceptions=True)

    ends = sum((desk.closed for desk in desks), start=Counter[str]())
    sys.stdout.write(f"\n{len(servers) * ROUNDS} restarts: {dict(load.done)}, {dict(ends)}\n")
    assert load.failed == []
    assert min(load.done.values()) > SERVERS * ROUNDS
    written = await TicketNote.filter(ticket_id=ticket.id).values_list("text", flat=True)
    assert sorted(map(str, written)) == sorted(load.notes)
    numbers = await QueueEvent.filter(number__gt=start.number).order_by("number")
    for desk in desks:
        assert desk.numbers == [event.number for event in numbers]
    # Each was told to come back, and came at once to another.
    assert set(ends) == {f"1001 {RESTART_REASON}"}
    assert ends.total() >= DESKS


async def _seen(desks: list[Desk]) -> None:
    """Wait until all have seen the last event."""
    last = (await feed.head()).number
    async with asyncio.timeout(_SEEN_WITHIN):
        while any(not desk.numbers or desk.numbers[-1] < last for desk in desks):
            await asyncio.sleep(0.05)
