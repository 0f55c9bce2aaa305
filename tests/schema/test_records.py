"""What the desk's records say through the contract: the audit trail, and the queue's figures."""

from datetime import date, timedelta
from typing import Any

from tests.support import people
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.served import Running


async def trail(client: Client, **variables: Any) -> list[tuple[str, str | None, str | None]]:
    """What was done by whom to what."""
    edges = (await client.run("AuditTrail", **variables))["edges"]
    return [(e["node"]["action"], e["node"]["actor"], e["node"]["subject"]) for e in edges]


class TestAuditTrail:
    async def test_it_is_walked_page_by_page(self, served: Running, clock: Clock) -> None:
        sue = await people.agent(served, clock, "sue@example.com", "SUPERVISOR")
        await people.customer(served, clock)
        whole = await sue.client.run("AuditTrail", first=100)
        cursors, after = [], None
        while True:
            page = await sue.client.run("AuditTrail", first=2, after=after)
            info, edges = page["pageInfo"], page["edges"]
            assert info["hasPreviousPage"] is (after is not None)
            assert info["startCursor"] == edges[0]["cursor"]
            cursors += [edge["cursor"] for edge in edges]
            if not info["hasNextPage"]:
                break
            after = info["endCursor"]
        assert cursors == [edge["cursor"] for edge in whole["edges"]]
        times = [edge["node"]["at"] for edge in whole["edges"]]
        assert times == sorted(times, reverse=True)

    async def test_it_names_people_and_tickets(self, served: Running, clock: Clock) -> None:
        sue = await people.agent(served, clock, "sue@example.com", "SUPERVISOR")
        ada = await people.customer(served, clock)
        reference = (await ada.request_reset())["ticket"]["reference"]
        ticket = await sue.client.run("RecoveryTicket", reference=reference)
        await sue.client.run("ClaimTicket", ticketId=ticket["id"])
        assert await trail(sue.client, search=reference) == [
            ("ticket:claim:taken", sue.email, reference),
            ("ticket:reset:requested", None, reference),
        ]
        confirmed = ("account:second_factor:confirmed", ada.email, ada.email)
        assert confirmed in await trail(sue.client, search="ADA@")
        assert await trail(sue.client, search="%") == []

    async def test_what_cannot_be_asked(self, served: Running, clock: Clock) -> None:
        sue = await people.agent(served, clock, "sue@example.com", "SUPERVISOR")
        for argument, wrong in (
            ("first", 0),
            ("first", 101),
            ("first", -1),
            ("after", "x"),
            ("after", ""),
            ("search", "a\0"),
        ):
            (error,) = await sue.client.errors("AuditTrail", {argument: wrong})
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


class TestFigures:
    async def test_the_queue_in_numbers(self, served: Running, clock: Clock) -> None:
        ada, sam = await people.customer(served, clock), await people.agent(served, clock)
        asked = (await ada.request_reset())["ticket"]
        assert await sam.client.run("QueueStatus") == {
            "waiting": 1,
            "claimed": 0,
            "overdue": 0,
            "medianSecondsToDecision": None,
            "oldestSubmittedAt": asked["submittedAt"],
        }
        ticket = await sam.client.run("RecoveryTicket", reference=asked["reference"])
        await clock.travel(timedelta(minutes=10))
        await sam.client.run("ClaimTicket", ticketId=ticket["id"])
        await sam.client.run("RejectReset", ticketId=ticket["id"], note="No.")
        median = (await sam.client.run("QueueStatus"))["medianSecondsToDecision"]
        assert 600 <= median < 660
        days = await sam.client.run("QueueHistory", days=2)
        assert sum(day["submitted"] for day in days) == sum(day["rejected"] for day in days) == 1
        assert [day["medianSecondsToDecision"] for day in days if day["rejected"]] == [median]

    async def test_so_many_days(self, served: Running, clock: Clock) -> None:
        sam = await people.agent(served, clock)
        assert len(await sam.client.run("QueueHistory")) == 30
        days = [
            date.fromisoformat(one["day"]) for one in await sam.client.run("QueueHistory", days=366)
        ]
        assert days == [days[0] + timedelta(days=number) for number in range(366)]
        for wrong in (0, -1, 367):
            (error,) = await sam.client.errors("QueueHistory", days=wrong)
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "days"}
