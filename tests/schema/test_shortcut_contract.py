"""The short way over the whole contract: no field of any operation is answered otherwise by it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
from graphql import parse
from hypothesis import HealthCheck, given, settings
from hypothesis_graphql import queries

import schema
from models.accounts.account import Role
from models.policy import Policy
from models.reset import decision, desk
from models.signing_in.session import Session
from models.storage import database
from models.stream import feed
from models.stream.tailer import Tailer
from schema.context import Context
from schema.shortcut import Shortcut
from tests.protocols.test_random import SCALARS
from tests.schema.test_desk import mutations
from tests.support import informed, people, rows
from tests.support.both_ways import Compared, Standard, answer
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.operations import trusted
from tests.support.people import Person
from tests.support.rows import ORIGIN
from tests.support.served import Running

EXAMPLES = 150
# What is asked of nobody in particular, and refused: the shapes of refusals are looked at too.
REFUSED: dict[str, dict[str, Any]] = {
    "CancelReset": {"receipt": "x"},
    "CloseAccount": {"token": "x"},
    "ConfirmMailbox": {"token": "x"},
    "ResendReleaseCode": {"challenge": "x"},
    "RequestReset": {"challenge": "x", "reason": "OTHER"},
}
PAGE = """{ recoveryQueue(first: 50) { totalCount edges { cursor node { ...T
  history { __typename at ticket { ...T } ... on TicketNoted { note { text author { email } } }
    ... on TicketClaimed { agent { id } } ... on TicketEvidenceAdded { evidence { detail } } } } }
  pageInfo { hasNextPage endCursor } } }
fragment T on RecoveryTicket { id reference state reason submittedAt dueAt overdue decidedAt
  account { id email deviceCount staff } claimedBy { email } decidedBy { id }
  evidence { kind outcome detail } notes { text } }"""

pytestmark = on_sqlite


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Servers compare both ways at each field."""
    monkeypatch.setattr(schema, "Shortcut", Compared)
    informed.forget()
    Compared.forget()
    yield
    informed.forget()
    Compared.forget()


async def test_no_operation_is_answered_otherwise(
    compared: None, served: Running, clock: Clock
) -> None:
    ada = await people.customer(served, clock)
    sam = await people.agent(served, clock, role="SUPERVISOR")
    await ada.sign_in()
    reset = await ada.request_reset(deviceSerialNumber=ada.serial_number, message="It fell.")
    before = await sam.client.run("RecoveryQueue")
    ticket = await _desk(sam, reset["ticket"]["reference"])
    await _own(ada, sam, ticket)
    await _watch(sam, before["eventCursor"], reset["receipt"])
    for name, fields in REFUSED.items():
        await served.browser("de").answer(name, fields)
    assert set(trusted().values()) <= Compared.operations
    assert {"RecoveryTicketConnection.edges", "SignedIn.session"} <= Compared.taken
    assert Compared.astray == []


class TestDocumentsMadeAtRandom:
    @pytest.fixture
    def ask(self, policy: Policy, database_url: str) -> Iterator[Callable[[str], list[str]]]:
        """Asks a supervisor's question of both executors."""
        built = schema.build()._schema
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            runner.run(stack.enter_async_context(database.connect(database_url)))
            sue = runner.run(_filled(policy))

            async def asked(text: str) -> list[str]:
                context = Context(policy, ORIGIN, sue, None, Tailer(), "r")
                document = parse(text)
                ways = (Standard, Shortcut, Shortcut)
                return [await answer(built, document, way, context) for way in ways]

            try:
                yield lambda text: runner.run(asked(text))
            finally:
                runner.run(stack.aclose())

    def test_are_answered_alike(self, ask: Callable[[str], list[str]]) -> None:
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(queries(schema.sdl(), custom_scalars=SCALARS))
        def alike(text: str) -> None:
            (told,) = set(ask(text))
            assert "has no attribute" not in told, "a page reads less than is asked for"

        alike()
        (page,) = set(ask(PAGE))
        assert '"errors": []' in page and "c5@example.com" not in page and "c4@" in page


async def _filled(policy: Policy) -> Session:
    """A queue in which something is going on, and a supervisor who looks at it."""
    await feed.open_stream()
    sue, _ = await rows.staff(policy, "sue", Role.SUPERVISOR)
    for owner in await rows.accounts(6):
        ticket = await rows.ticket(policy, owner)
        if owner.email > "c2":
            await desk.claim(policy, sue, ticket.id)
            await desk.note(policy, sue, ticket.id, "Called.")
    await decision.reject(policy, sue, ticket.id, "Not them.")
    return sue


async def _desk(sam: Person, reference: str) -> str:
    """All that is done at the desk, and what the queue and the ticket say in between."""
    ticket = str((await sam.client.run("RecoveryTicket", reference=reference))["id"])
    done = mutations(ticket)
    for name in ("ClaimTicket", "AddTicketNote", "RecordEvidence", "ReleaseTicket", "ClaimTicket"):
        await sam.client.run(name, done[name])
        await sam.client.run("RecoveryQueue")
        await sam.client.post({"query": PAGE})
    for name in ("ApproveReset", "RejectReset"):
        await sam.client.run(name, done[name])
    for name in ("RecoveryQueue", "RecoveryQueueCount"):
        await sam.client.run(name, filter={"states": ["APPROVED", "WAITING"]})
    for name in ("QueueStatus", "QueueHistory", "AuditTrail"):
        await sam.client.run(name)
    await sam.client.run("RecoveryTicket", reference=reference)
    return ticket


async def _own(ada: Person, sam: Person, ticket: str) -> None:
    """What people do with their own accounts."""
    await sam.client.run("Node", id=ticket)
    await sam.step_up()
    for person in (ada, sam):
        viewer = await person.client.run("Viewer")
        for thing in (viewer, *viewer["devices"], *viewer["sessions"]):
            await person.client.run("Node", id=thing["id"])
    await sam.client.run("AddDevice", {"serialNumber": "AHU-7", "name": "Cellar"})
    await sam.client.run("RevokeSession", id=f"session_{uuid4().hex}")
    words = {"currentPassword": ada.password, "newPassword": "several loud turbines"}
    await ada.client.run("ChangePassword", words)


async def _watch(sam: Person, cursor: str, receipt: str) -> None:
    async with sam.client.subscribe("RecoveryQueueEvents", after=cursor) as events:
        for _ in range(5):
            await events.next()
    async with sam.client.subscribe("WatchQueueStatus") as events:
        await events.next()
    async with sam.client.subscribe("WatchResetStatus", receipt=receipt) as events:
        await events.next()
    await sam.client.run("ResetStatus", receipt=receipt)
