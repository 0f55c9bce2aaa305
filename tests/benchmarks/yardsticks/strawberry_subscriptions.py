"""Strawberry as its documentation shows it: an async generator and a queue per subscriber, served
by uvicorn as it comes."""

import argparse
import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import Enum

import strawberry
import uvicorn
from starlette.applications import Starlette
from strawberry.asgi import GraphQL

from tests.benchmarks.load import publishing

TicketState = Enum("TicketState", ["WAITING", "CLAIMED", "APPROVED", "REJECTED", "CANCELLED"])
ResetReason = Enum("ResetReason", ["PHONE_LOST", "PHONE_STOLEN", "PHONE_BROKEN", "OTHER"])
queues: set["asyncio.Queue[RecoveryQueueEvent]"] = set()


@strawberry.type
class Person:
    """An account, or an agent."""

    email: str


@strawberry.type
class RecoveryTicket:
    """What an event tells of."""

    id: strawberry.ID
    reference: str
    state: strawberry.enum(TicketState)  # type: ignore[valid-type]
    reason: strawberry.enum(ResetReason)  # type: ignore[valid-type]
    submitted_at: datetime
    due_at: datetime
    overdue: bool
    account: Person
    claimed_by: Person | None


@strawberry.interface
class RecoveryQueueEvent:
    """One change of the queue."""

    cursor: str
    at: datetime
    ticket: RecoveryTicket


@strawberry.type
class TicketClaimed(RecoveryQueueEvent):
    """An agent works on it."""

    agent: Person


@strawberry.type
class Query:
    """A schema has one."""

    ready: bool = True


@strawberry.type
class Subscription:
    """The root of what is followed."""

    @strawberry.subscription
    async def recovery_queue_events(self) -> AsyncGenerator[RecoveryQueueEvent, None]:
        """Every event from now on."""
        queue: asyncio.Queue[RecoveryQueueEvent] = asyncio.Queue()
        queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)


def publish(number: int, mark: str) -> None:
    """Hand an event to every subscriber."""
    made = publishing.event(mark)
    ticket = made["ticket"]
    event = TicketClaimed(
        cursor=made["cursor"],
        at=datetime.fromisoformat(made["at"]),
        ticket=RecoveryTicket(
            id=ticket["id"],
            reference=mark,
            state=TicketState[ticket["state"]],
            reason=ResetReason[ticket["reason"]],
            submitted_at=datetime.fromisoformat(ticket["submittedAt"]),
            due_at=datetime.fromisoformat(ticket["dueAt"]),
            overdue=ticket["overdue"],
            account=Person(email=ticket["account"]["email"]),
            claimed_by=Person(email=ticket["claimedBy"]["email"]),
        ),
        agent=Person(email=made["agent"]["email"]),
    )
    for queue in queues:
        queue.put_nowait(event)


def application(control: str) -> Starlette:
    """The schema at every path."""

    @asynccontextmanager
    async def listening(app: Starlette) -> AsyncIterator[None]:
        async with await publishing.listen(control, publish):
            yield

    schema = strawberry.Schema(Query, subscription=Subscription, types=[TicketClaimed])
    app = Starlette(lifespan=listening)
    app.mount("/", GraphQL(schema))
    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--control", required=True)
    given = parser.parse_args()
    uvicorn.run(application(given.control), port=given.port, log_level="warning")
