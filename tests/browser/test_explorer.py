"""GraphiQL in a real browser: signing in, asking, and an event that arrives by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser import graphiql
from tests.browser.conftest import OpenWindow
from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running, running


@pytest.fixture
async def served(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> AsyncIterator[Running]:
    """The server, in this process; it runs what developers write."""
    async with running(database_url, tmp_path, secret_keys) as place:
        yield place


@on_sqlite
async def test_a_subscription_sees_an_event(
    served: Running, clock: Clock, open_window: OpenWindow
) -> None:
    ada = await people.customer(served, clock)
    sam = await people.agent(served, clock)
    await ada.request_reset()
    (edge,) = (await sam.client.run("RecoveryQueue", first=10))["edges"]
    explorer = await graphiql.opened(await open_window(served))
    await explorer.says("Not signed in")
    await explorer.sign_in(sam.email, sam.password, await sam.next_code())
    await explorer.run("Viewer")
    await explorer.answers(f'"email": "{sam.email}"')
    await explorer.run("RecoveryQueue")
    await explorer.answers('"recoveryQueue"')
    await explorer.run("RecoveryQueueEvents", {"after": "{{eventCursor}}"})
    await explorer.listens()
    claim = await sam.client.run("ClaimTicket", ticketId=edge["node"]["id"])
    expect(claim, "RecoveryTicket")
    await explorer.answers('"TicketClaimed"')
    await explorer.sign_out()
    await explorer.answers("The socket was closed")
