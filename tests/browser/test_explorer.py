"""GraphiQL in a real browser: signing in, asking, and an event that arrives by itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running

_SCRIPT = Path(__file__).with_name("explorer.mjs")
_WITHIN = 120.0  # seconds, of a machine that does other things too


@on_sqlite
async def test_a_subscription_sees_an_event(served: Running, clock: Clock) -> None:
    ada = await people.customer(served, clock)
    sam = await people.agent(served, clock)
    await ada.request_reset()
    (edge,) = (await sam.client.run("RecoveryQueue", first=10))["edges"]
    async with browser(served, sam, await sam.next_code()) as lines:
        assert await anext(lines) == "listening"
        claim = await sam.client.run("ClaimTicket", ticketId=edge["node"]["id"])
        expect(claim, "RecoveryTicket")
        seen = json.loads(await anext(lines))
    assert seen == {"faults": [], "hosts": [served.url.removeprefix("http://")]}


@asynccontextmanager
async def browser(
    served: Running, person: people.Person, code: str
) -> AsyncIterator[AsyncIterator[str]]:
    """Run the script as that person; yields what it says. Fails with what it complains of."""
    who: dict[str, Any] = {"url": served.url, "email": person.email}
    who |= {"password": person.password, "code": code}
    child = await asyncio.create_subprocess_exec(
        "node", str(_SCRIPT), json.dumps(who), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_WITHIN):
            yield _lines(child)
            assert await child.wait() == 0
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _lines(child: asyncio.subprocess.Process) -> AsyncIterator[str]:
    assert child.stdout
    async for line in child.stdout:
        yield line.decode().strip()
