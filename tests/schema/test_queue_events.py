"""recoveryQueueEvents: every change, in order, each once, to support only."""

import asyncio
import itertools
import json
from datetime import timedelta
from typing import Any, cast

from models import sweep
from models.accounts.account import Role
from models.errors import Reason
from models.reset import desk, evidence
from models.signing_in.session import Session
from models.stream import feed
from models.stream.feed import Cursor, QueueCounter
from models.stream.tailer import Tailer
from tests.support import rows
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.operations import operation
from tests.support.served import Running
from tests.support.socket import Events

NAMES = ("RecoveryQueueEvents", "WatchQueueStatus")


class TestWhatIsSeen:
    async def test_each_kind_as_it_comes_and_again_from_the_start(
        self, served: Running, sam: Session, desk_client: Client, clock: Clock
    ) -> None:
        start = (await desk_client.run("RecoveryQueue"))["eventCursor"]
        (owner,) = await rows.accounts(1)
        async with desk_client.subscribe("RecoveryQueueEvents", after=start) as live:
            submitted = await rows.submit(served.policy, owner)
            ticket = submitted.ticket
            await desk.claim(served.policy, sam, ticket.id)
            await desk.note(served.policy, sam, ticket.id, "Called back.")
            await desk.record_evidence(
                served.policy,
                sam,
                ticket.id,
                evidence.EvidenceKind.CALLBACK,
                evidence.EvidenceOutcome.MATCHED,
                "Knew the unit.",
            )
            await clock.travel(desk.CLAIM + timedelta(seconds=1))
            await sweep.lapse_claims(served.policy)
            await served.browser().run("CancelReset", receipt=submitted.receipt)
            seen = await live.take(6)
        assert [(one["__typename"], one["ticket"]["reference"]) for one in seen] == [
            (kind, ticket.reference)
            for kind in (
                "TicketSubmitted",
                "TicketClaimed",
                "TicketNoted",
                "TicketEvidenceAdded",
                "TicketReleased",
                "TicketCancelled",
            )
        ]
        assert seen[1]["agent"]["email"] == seen[2]["note"]["author"]["email"] == sam.account.email
        assert seen[3]["evidence"]["detail"] == "Knew the unit."
        assert seen[4]["lapsed"] is True and seen[5]["by"] == "CUSTOMER"
        async with desk_client.subscribe("RecoveryQueueEvents", after=start) as replay:
            again = await replay.take(6)
            await replay.silent(0.2)
        assert [_own(one) for one in again] == [_own(one) for one in seen]
        assert {one["ticket"]["state"] for one in again} == {"CANCELLED"}, "as it stands now"

    async def test_it_goes_on_right_after_any_cursor(
        self, sam: Session, desk_client: Client
    ) -> None:
        start = (await desk_client.run("RecoveryQueue"))["eventCursor"]
        await rows.tickets(await rows.accounts(3))
        async with desk_client.subscribe("RecoveryQueueEvents", after=start) as events:
            cursors = [one["cursor"] for one in await events.take(3)]
        for number, cursor in enumerate(cursors):
            async with desk_client.subscribe("RecoveryQueueEvents", after=cursor) as events:
                rest = [one["cursor"] for one in await events.take(2 - number)]
                await events.silent(0.1)
            assert rest == cursors[number + 1 :]

    async def test_an_open_subscription_shows_the_queue_of_everybody(
        self, served: Running, desk_client: Client
    ) -> None:
        _, token = await rows.staff(served.policy, "kim", Role.SUPERVISOR)
        start = (await desk_client.run("RecoveryQueue"))["eventCursor"]
        other = served.program(token)
        async with (
            desk_client.subscribe("RecoveryQueueEvents", after=start) as one,
            other.subscribe("RecoveryQueueEvents", after=start) as two,
        ):
            await rows.tickets(await rows.accounts(2))
            assert await one.take(2) == await two.take(2)


class TestCursors:
    async def test_malformed(self, desk_client: Client) -> None:
        for after in ("", "x", "🔑", "\x00", "-1", "a" * 9000, "bm90LWEtbnVtYmVy"):
            async with desk_client.subscribe("RecoveryQueueEvents", after=after) as events:
                (error,) = await events.errors()
                assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}
                assert error["message"] == "Argument 'after' is malformed."

    async def test_what_cannot_be_resumed(self, served: Running, desk_client: Client) -> None:
        await rows.tickets(await rows.accounts(3))
        head = await feed.head()
        await QueueCounter.filter(id=1).update(purged=2)
        for cursor in (Cursor("foreign", 3), Cursor(head.epoch, 4), Cursor(head.epoch, 1)):
            async with desk_client.subscribe("RecoveryQueueEvents", after=str(cursor)) as events:
                (error,) = await events.errors()
            assert error["extensions"] == {"code": "CURSOR_EXPIRED"}
        async with desk_client.subscribe(
            "RecoveryQueueEvents", after=str(Cursor(head.epoch, 2))
        ) as events:
            assert (await events.next())["cursor"] == str(head)


class TestWhoMayWatch:
    async def test_nobody_without_a_session(self, served: Running) -> None:
        clients = (served.browser(), served.program("not a token"))
        for client, name in itertools.product(clients, NAMES):
            async with client.subscribe(name) as events:
                (error,) = await events.errors()
                assert error["extensions"] == {"code": "UNAUTHENTICATED"}
                assert error["message"] == Reason.NO_SESSION
                await _still_works(events)

    async def test_no_customer(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        _, token = await rows.signed_in(served.policy, owner)
        await rows.tickets([owner])
        start = str(Cursor((await feed.head()).epoch, 0))
        for name, variables in zip(NAMES, ({"after": start}, {}), strict=True):
            async with served.program(token).subscribe(name, **variables) as events:
                (error,) = await events.errors()
                assert error["extensions"] == {"code": "FORBIDDEN"}
                await _still_works(events)


class TestLeaving:
    async def test_nobody_is_followed_for_after_the_end(
        self, sam: Session, desk_client: Client
    ) -> None:
        start = (await desk_client.run("RecoveryQueue"))["eventCursor"]
        for politely in (True, False):
            async with desk_client.subscribe("RecoveryQueueEvents", after=start) as events:
                await rows.tickets(await rows.accounts(1, name=f"x{politely}"))
                await events.next()
                assert _followers() == 1
                if politely:
                    await events.socket.send(json.dumps({"type": "complete", "id": "1"}))
                else:
                    events.socket.transport.abort()
                await _until_nobody_follows()


def _own(event: dict[str, Any]) -> dict[str, Any]:
    """What belongs to the event, and not to its ticket as it stands."""
    return {name: value for name, value in event.items() if name != "ticket"}


async def _still_works(events: Events) -> None:
    """The error was the operation's, not the socket's."""
    payload = operation("Viewer").payload({})
    await events.socket.send(json.dumps({"type": "subscribe", "id": "2", "payload": payload}))
    message = json.loads(await events.socket.recv())
    while message["id"] != "2":
        message = json.loads(await events.socket.recv())
    assert message["type"] == "next" and "errors" not in message["payload"]


def _followers() -> int:
    """How many the server's tailer hands events to."""
    (tail,) = (
        coroutine.cr_frame.f_locals["self"]
        for task in asyncio.all_tasks()
        if (coroutine := cast(Any, task.get_coro())).__qualname__ == "Tailer._tail"
    )
    return len(cast(Tailer, tail)._followers)


async def _until_nobody_follows() -> None:
    async with asyncio.timeout(5):
        while _followers():
            await asyncio.sleep(0.02)
