"""What is watched beside the stream itself: the dashboard's counters, and a customer's request."""

from datetime import timedelta

from models.reset import decision, desk
from models.reset.ticket import RecoveryTicket
from models.signing_in.session import Session
from tests.support import rows
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.served import Running

SEEN_WITHIN = 5.0


class TestQueueStatus:
    async def test_first_as_it_stands_then_at_each_change(
        self, served: Running, sam: Session, desk_client: Client
    ) -> None:
        one, other = await rows.accounts(2)
        ticket = await rows.ticket(served.policy, one)
        async with desk_client.subscribe("WatchQueueStatus") as events:
            first = await events.next()
            assert (first["waiting"], first["claimed"], first["overdue"]) == (1, 0, 0)
            assert first["oldestSubmittedAt"] == ticket.submitted_at.isoformat()
            await desk.claim(served.policy, sam, ticket.id)
            claimed = await events.next()
            assert (claimed["waiting"], claimed["claimed"]) == (0, 1)
            await rows.ticket(served.policy, other)
            assert (await events.next())["waiting"] == 1
            await decision.reject(served.policy, sam, ticket.id, "Not them.")
            decided = await events.next()
            assert (decided["claimed"], decided["waiting"]) == (0, 1)
            assert decided["medianSecondsToDecision"] >= 0
            assert decided == await desk_client.run("QueueStatus")

    async def test_what_changes_no_counter_is_not_told(
        self, served: Running, sam: Session, desk_client: Client
    ) -> None:
        (owner,) = await rows.accounts(1)
        ticket = await rows.ticket(served.policy, owner)
        async with desk_client.subscribe("WatchQueueStatus") as events:
            await events.next()
            await desk.note(served.policy, sam, ticket.id, "Called.")
            await events.silent()

    async def test_overdue_by_time_alone(self, served: Running, clock: Clock) -> None:
        (owner,) = await rows.accounts(1)
        ticket = await rows.ticket(served.policy, owner)
        await clock.travel_to(ticket.due_at - timedelta(seconds=30))
        _, token = await rows.staff(served.policy, "kim")  # the other session has ended by then
        async with served.program(token).subscribe("WatchQueueStatus") as events:
            assert (await events.next())["overdue"] == 0
            await clock.travel(timedelta(seconds=31))
            assert (await events.next(SEEN_WITHIN))["overdue"] == 1

    async def test_a_claim_that_lapses(
        self, served: Running, sam: Session, desk_client: Client, clock: Clock
    ) -> None:
        (owner,) = await rows.accounts(1)
        ticket = await rows.ticket(served.policy, owner)
        await desk.claim(served.policy, sam, ticket.id)
        async with desk_client.subscribe("WatchQueueStatus") as events:
            assert (await events.next())["claimed"] == 1
            await clock.travel(desk.CLAIM + timedelta(seconds=1))
            after = await events.next(SEEN_WITHIN)
            assert (after["waiting"], after["claimed"]) == (1, 0)


class TestResetStatus:
    async def test_first_each_change_and_the_end(self, served: Running, sam: Session) -> None:
        (owner,) = await rows.accounts(1)
        submitted = await rows.submit(served.policy, owner)
        ticket = submitted.ticket
        async with served.browser().subscribe(
            "WatchResetStatus", receipt=submitted.receipt
        ) as events:
            first = await events.next()
            assert (first["reference"], first["state"]) == (ticket.reference, "WAITING")
            await desk.claim(served.policy, sam, ticket.id)
            assert (await events.next())["state"] == "CLAIMED"
            await desk.note(served.policy, sam, ticket.id, "Not theirs to see.")
            await desk.release(served.policy, sam, ticket.id)
            assert (await events.next())["state"] == "WAITING"
            await desk.claim(served.policy, sam, ticket.id)
            assert (await events.next())["state"] == "CLAIMED"
            await decision.reject(served.policy, sam, ticket.id, "Not them.")
            last = await events.next()
            row = await RecoveryTicket.get(id=ticket.id)
            assert row.decided_at is not None
            assert (last["state"], last["decidedAt"]) == ("REJECTED", row.decided_at.isoformat())
            await events.completed()

    async def test_another_ticket_is_nothing_to_them(self, served: Running, sam: Session) -> None:
        one, other = await rows.accounts(2)
        submitted = await rows.submit(served.policy, one)
        async with served.browser().subscribe(
            "WatchResetStatus", receipt=submitted.receipt
        ) as events:
            await events.next()
            ticket = await rows.ticket(served.policy, other)
            await desk.claim(served.policy, sam, ticket.id)
            await events.silent()

    async def test_what_was_decided_before(self, served: Running, sam: Session) -> None:
        (owner,) = await rows.accounts(1)
        submitted = await rows.submit(served.policy, owner)
        await served.browser().run("CancelReset", receipt=submitted.receipt)
        async with served.browser().subscribe(
            "WatchResetStatus", receipt=submitted.receipt
        ) as events:
            assert (await events.next())["state"] == "CANCELLED"
            await events.completed()

    async def test_both_receipts_follow_and_see_a_cancellation(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        first, second = [(await rows.submit(served.policy, owner)).receipt for _ in range(2)]
        browser = served.browser()
        async with (
            browser.subscribe("WatchResetStatus", receipt=first) as one,
            browser.subscribe("WatchResetStatus", receipt=second) as two,
        ):
            assert await one.next() == await two.next()
            await browser.run("CancelReset", receipt=first)
            for events in (one, two):
                assert (await events.next())["state"] == "CANCELLED"
                await events.completed()

    async def test_an_unknown_receipt(self, served: Running) -> None:
        for receipt in ("", "never given out", "\x00", "🔑", "a" * 5000):
            async with served.browser().subscribe("WatchResetStatus", receipt=receipt) as events:
                (error,) = await events.errors()
                assert error["extensions"] == {"code": "NOT_FOUND"}
                assert error["message"] == "There is no such request."
