"""Commands run beside a process that serves the same SQLite file, and neither fails."""

import asyncio

import pytest

from models.policy import Policy
from schema import ids
from tests.conftest import StartProcess
from tests.support import people, rows
from tests.support.client import Client, expect

pytestmark = [
    pytest.mark.usefixtures("connected"),
    pytest.mark.parametrize("dialect", ["sqlite"]),
]


async def test_accounts_are_added_under_load(start_process: StartProcess, policy: Policy) -> None:
    _, token = await rows.staff(policy)
    tickets = await rows.tickets(await rows.accounts(3), told=False)
    place = await start_process()
    added = asyncio.Event()
    writers = [
        asyncio.create_task(_write(place.program(token), ids.write("ticket", ticket.id), added))
        for ticket in tickets
    ]
    addresses = [f"new{number}@example.com" for number in range(3)]
    await asyncio.gather(
        *(place.add_account(address, people.PASSWORD, "SUPPORT") for address in addresses)
    )
    added.set()
    assert min(await asyncio.gather(*writers)) > 0
    for address in addresses:
        answer = await place.program().run(
            "Login", email=address, password=people.PASSWORD, delivery="BEARER"
        )
        expect(answer, "EnrollmentRequired")


async def test_what_a_command_does_is_seen_by_who_follows(
    start_process: StartProcess, policy: Policy
) -> None:
    """This process writes as a command would: it cannot ring the other's bell."""
    _, token = await rows.staff(policy)
    (owner,) = await rows.accounts(1)
    place = await start_process()
    client = place.program(token)
    start = (await client.run("RecoveryQueue"))["eventCursor"]
    async with client.subscribe("RecoveryQueueEvents", after=start) as events:
        ticket = await rows.ticket(policy, owner)
        assert (await events.next())["ticket"]["reference"] == ticket.reference


async def _write(client: Client, ticket: str, added: asyncio.Event) -> int:
    """Notes until the accounts are there; each must be answered. Returns how many."""
    number = 0
    while not added.is_set():
        answer = await client.run("AddTicketNote", ticketId=ticket, text=f"note {number}")
        expect(answer, "RecoveryTicket")
        number += 1
    return number
