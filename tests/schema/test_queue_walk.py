"""A thousand tickets, walked page by page while the desk goes on working."""

import asyncio
from typing import Any

import pytest

from models.accounts.account import Account
from models.reset import decision, desk
from models.reset.ticket import RecoveryTicket
from models.signing_in.session import Session
from tests.support import rows
from tests.support.client import Client
from tests.support.served import Running

TICKETS = 1000
DISTURBED = 7  # one of so many is decided
DECIDED_MEANWHILE = 3  # from page to page, at least


@pytest.mark.parametrize(
    "order, forwards", [("DUE_FIRST", True), ("NEWEST_FIRST", True), ("DUE_FIRST", False)]
)
async def test_each_ticket_is_met_once(
    served: Running, sam: Session, order: str, forwards: bool
) -> None:
    _, token = await rows.signed_in(served.policy, sam.account)
    owners = await rows.accounts(TICKETS)
    tickets = await rows.tickets(owners, told=False)
    late = await rows.accounts(60, name="late")
    done = asyncio.Semaphore(0)
    news = asyncio.create_task(_work(served, sam, tickets[::DISTURBED], late, done))
    met: list[str] = []
    async for page in _pages(served.program(token), order, forwards):
        references = [edge["node"]["reference"] for edge in page["edges"]]
        met = met + references if forwards else references + met
        for _ in range(DECIDED_MEANWHILE):
            await done.acquire()
    assert not news.done()
    news.cancel()
    await asyncio.wait([news])
    assert len(met) == len(set(met)), "met twice"
    undisturbed = [one.reference for n, one in enumerate(tickets) if n % DISTURBED]
    wanted = undisturbed if order == "DUE_FIRST" else undisturbed[::-1]
    assert [reference for reference in met if reference in set(undisturbed)] == wanted


async def _work(
    served: Running,
    agent: Session,
    decided: list[RecoveryTicket],
    asking: list[Account],
    done: asyncio.Semaphore,
) -> None:
    """Decides here and there, and lets new ones come in."""
    places = sorted(decided, key=lambda ticket: ticket.id)
    for number, ticket in enumerate(places):
        await desk.claim(served.policy, agent, ticket.id)
        await decision.reject(served.policy, agent, ticket.id, "Not them.")
        if number < len(asking):
            await rows.ticket(served.policy, asking[number])
        done.release()


async def _pages(client: Client, order: str, forwards: bool) -> Any:
    size, place, edge = (
        ("first", "after", "endCursor") if forwards else ("last", "before", "startCursor")
    )
    more = "hasNextPage" if forwards else "hasPreviousPage"
    variables: dict[str, Any] = {"orderBy": order, size: 100}
    while True:
        page = await client.run("RecoveryQueue", variables)
        yield page
        if not page["pageInfo"][more]:
            return
        variables[place] = page["pageInfo"][edge]
