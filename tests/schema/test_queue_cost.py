"""A page of the queue costs a fixed number of SQL statements, whatever its tickets hold."""

from typing import Any

import pytest

from models.accounts.account import Account, Role, register_device
from models.reset import asking, desk, evidence
from models.reset.evidence import Evidence, EvidenceKind, EvidenceOutcome
from models.reset.ticket import RecoveryTicket, TicketState
from models.signing_in.session import Session
from models.stream import feed
from tests.support import rows, statements
from tests.support.client import Client
from tests.support.served import Running

SIZE = 50
MOST = 12
EVERYTHING = """
query Everything {
  recoveryQueue(first: 50) {
    totalCount
    eventCursor
    pageInfo { hasNextPage }
    edges {
      cursor
      node {
        id reference state overdue
        account { id email deviceCount }
        claimedBy { email }
        decidedBy { email }
        evidence { kind outcome detail }
        notes { id text author { email } }
        history {
          __typename cursor at
          ticket { id claimedBy { email } }
          ... on TicketClaimed { agent { email } }
          ... on TicketNoted { note { text author { email } } }
          ... on TicketEvidenceAdded { evidence { detail } }
        }
      }
    }
  }
}
"""


@pytest.fixture
async def agents(served: Running) -> list[Session]:
    names = ("sam", "kim", "lea")
    return [(await rows.staff(served.policy, name, Role.SUPERVISOR))[0] for name in names]


@pytest.fixture
async def client(served: Running, agents: list[Session]) -> Client:
    _, token = await rows.signed_in(served.policy, agents[0].account)
    return served.program(token)


async def test_bare_tickets_and_full_ones_cost_the_same(
    served: Running, agents: list[Session], client: Client
) -> None:
    owners = await rows.accounts(SIZE)
    tickets = await rows.tickets(owners)
    bare, page = await _cost(client)
    assert len(page["edges"]) == SIZE
    await _fill(served, agents, owners, tickets)
    full, page = await _cost(client)
    nodes = [edge["node"] for edge in page["edges"]]
    assert all(len(node["evidence"]) == len(EvidenceKind) for node in nodes)
    assert len({node["claimedBy"]["id"] for node in nodes}) == len(agents)
    assert {node["account"]["deviceCount"] for node in nodes} == {2}
    assert len(full) == len(bare) <= 2, "\n".join(full)


async def test_fifty_cost_what_one_costs_with_all_that_can_be_asked(
    served: Running, agents: list[Session], client: Client
) -> None:
    owners = await rows.accounts(SIZE)
    first, *others = await rows.tickets(owners)
    await _fill(served, agents, owners[:1], [first])
    await _set(others, TicketState.CANCELLED)
    one, page = await _everything(client)
    assert page["totalCount"] == len(page["edges"]) == 1
    await _set(others, TicketState.WAITING)
    await _fill(served, agents, owners[1:], others)
    all_, page = await _everything(client)
    assert page["totalCount"] == len(page["edges"]) == SIZE
    assert min(len(edge["node"]["history"]) for edge in page["edges"]) == 5
    # What is loaded at different depths may or may not fall into one batch.
    assert len(one) <= MOST and len(all_) <= MOST, "\n".join(all_)


async def test_only_what_is_asked_for_is_read(
    served: Running, agents: list[Session], client: Client
) -> None:
    await rows.tickets(await rows.accounts(3))
    with statements.of_requests() as heard:
        answer = await client.post({"query": "{ recoveryQueue { edges { node { reference } } } }"})
    assert len(answer.json()["data"]["recoveryQueue"]["edges"]) == 3
    _, page = heard
    for column in ("customer_message", "contact_phone", "email", "evidence", "device", "reason"):
        assert column not in page.partition(" WHERE ")[0], page


async def test_an_empty_page_costs_little(client: Client) -> None:
    cost, page = await _cost(client)
    assert page["edges"] == []
    assert len(cost) <= 6, "\n".join(cost)


async def _set(tickets: list[RecoveryTicket], state: TicketState) -> None:
    await RecoveryTicket.filter(id__in=[one.id for one in tickets]).update(state=state)
    await feed.open_stream()


async def _fill(
    served: Running, agents: list[Session], owners: list[Account], tickets: list[RecoveryTicket]
) -> None:
    """Units, evidence of every kind, notes by several, and a claim by one or another."""
    for number, (owner, ticket) in enumerate(zip(owners, tickets, strict=True)):
        await register_device(owner, "AHU-1", "Roof")
        await register_device(owner, "AHU-2", "Cellar")
        row = (await asking.read(owner, "AHU-1")).row
        await Evidence.bulk_create(evidence.prepare(row, ticket.id, owner, rows.ORIGIN, "AHU-1"))
        agent = agents[number % len(agents)]
        await desk.claim(served.policy, agent, ticket.id)
        await desk.record_evidence(
            served.policy,
            agent,
            ticket.id,
            EvidenceKind.CALLBACK,
            EvidenceOutcome.MATCHED,
            "Knew the unit.",
        )
        for writer in (agent, agents[0]):
            await desk.note(served.policy, writer, ticket.id, "Called.")


async def _cost(client: Client) -> tuple[list[str], Any]:
    with statements.of_requests() as heard:
        page = await client.run("RecoveryQueue", first=SIZE)
    return list(heard), page


async def _everything(client: Client) -> tuple[list[str], Any]:
    with statements.of_requests() as heard:
        answer = (await client.post({"query": EVERYTHING})).json()
    assert "errors" not in answer, answer["errors"]
    return list(heard), answer["data"]["recoveryQueue"]
