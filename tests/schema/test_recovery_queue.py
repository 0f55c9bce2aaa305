"""recoveryQueue: which tickets, in what order, how many, from where."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from models.reset import decision, desk
from models.reset.ticket import RecoveryTicket
from models.signing_in.session import Session
from tests.support import rows
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.served import Running


class TestFilters:
    async def test_by_state_and_claim(
        self, served: Running, sam: Session, desk_client: Client
    ) -> None:
        kim, _ = await rows.staff(served.policy, "kim")
        waiting, mine, theirs, rejected = await rows.tickets(await rows.accounts(4))
        for agent, ticket in ((sam, mine), (kim, theirs), (sam, rejected)):
            await desk.claim(served.policy, agent, ticket.id)
        await decision.reject(served.policy, sam, rejected.id, "Not them.")
        for filter, wanted in (
            (None, [waiting, mine, theirs]),
            ({}, [waiting, mine, theirs]),
            ({"states": None}, [waiting, mine, theirs]),
            ({"states": []}, []),
            ({"states": ["REJECTED"]}, [rejected]),
            ({"states": ["CLAIMED", "REJECTED"]}, [mine, theirs, rejected]),
            ({"claimedByMe": True}, [mine]),
            ({"claimedByMe": False}, [waiting, theirs]),
            ({"claimedByMe": True, "states": ["WAITING"]}, []),
            ({"states": ["APPROVED", "CANCELLED"]}, []),
        ):
            assert await _found(desk_client, filter=filter) == _references(wanted), filter
            count = await desk_client.run("RecoveryQueueCount", filter=filter)
            assert count["totalCount"] == len(wanted), filter

    async def test_what_is_overdue(
        self, served: Running, sam: Session, desk_client: Client, clock: Clock
    ) -> None:
        late, decided, due = await rows.tickets(
            await rows.accounts(3), due_every=timedelta(minutes=10)
        )
        await desk.claim(served.policy, sam, decided.id)
        await decision.reject(served.policy, sam, decided.id, "Not them.")
        await clock.travel_to(due.due_at - timedelta(seconds=60))
        _, token = await rows.signed_in(served.policy, sam.account)
        desk_client = served.program(token)
        every = {"states": ["WAITING", "REJECTED"]}
        assert await _found(desk_client, filter={"overdue": True}) == [late.reference]
        assert await _found(desk_client, filter={"overdue": False}) == [due.reference]
        assert await _found(desk_client, filter={"overdue": True} | every) == [late.reference]
        not_late = await _found(desk_client, filter={"overdue": False} | every)
        assert not_late == _references([decided, due])

    async def test_search_by_the_start_of_reference_or_address(self, desk_client: Client) -> None:
        owners = [*await rows.accounts(2, name="ada"), *await rows.accounts(1, name="b_b%")]
        tickets = await rows.tickets(owners)
        for search, wanted in (
            ("ada", tickets[:2]),
            (" ADA1@ ", tickets[1:2]),
            ("b_b%", tickets[2:]),
            (tickets[0].reference, tickets[:1]),
            (tickets[0].reference.lower(), tickets[:1]),
            ("R-", tickets),
            ("", tickets),
            ("example.com", []),
            ("%", []),
            ("_", []),
            ("ada0@example.com' OR '1'='1", []),
            ("ädä 🔑", []),
        ):
            found = await _found(desk_client, filter={"search": search})
            assert found == _references(wanted), search

    async def test_a_search_that_nothing_can_match(self, desk_client: Client) -> None:
        for search in ("\x00", "a\x00", "x" * 255):
            (error,) = await desk_client.errors("RecoveryQueue", filter={"search": search})
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "search"}


class TestPages:
    @pytest.fixture
    async def tickets(self, served: Running) -> list[RecoveryTicket]:
        """Seven, of which the third to fifth are due at the same instant."""
        owners = await rows.accounts(7)
        early = await rows.tickets(owners[:2], timedelta(hours=1))
        same = await rows.tickets(owners[2:5], timedelta(0))
        at = early[1].due_at + timedelta(minutes=1)
        ids = [ticket.id for ticket in same]
        await RecoveryTicket.filter(id__in=ids).update(due_at=at, submitted_at=at)
        late = await rows.tickets(owners[5:], timedelta(hours=1))
        for number, ticket in enumerate(late):
            ticket.due_at = ticket.submitted_at = at + timedelta(hours=1 + number)
            await ticket.save()
        return await RecoveryTicket.all().order_by("due_at", "id")

    @pytest.mark.parametrize("order", ["DUE_FIRST", "NEWEST_FIRST"])
    async def test_forwards_and_backwards(
        self, desk_client: Client, tickets: list[RecoveryTicket], order: str
    ) -> None:
        wanted = _references(tickets if order == "DUE_FIRST" else tickets[::-1])
        whole = await desk_client.run("RecoveryQueue", orderBy=order)
        cursors = [edge["cursor"] for edge in whole["edges"]]
        assert _listed(whole) == wanted
        for size, number in itertools.product((1, 3, 6), range(7)):
            page = await desk_client.run(
                "RecoveryQueue", orderBy=order, first=size, after=cursors[number]
            )
            assert _listed(page) == wanted[number + 1 :][:size]
            info = page["pageInfo"]
            assert info["hasPreviousPage"] and info["hasNextPage"] == (number + 1 + size < 7)
            page = await desk_client.run(
                "RecoveryQueue", orderBy=order, last=size, before=cursors[number]
            )
            assert _listed(page) == wanted[:number][-size:]
            info = page["pageInfo"]
            assert info["hasNextPage"] and info["hasPreviousPage"] == (size < number)

    async def test_between_two_cursors(
        self, desk_client: Client, tickets: list[RecoveryTicket]
    ) -> None:
        wanted = _references(tickets)
        cursors = [e["cursor"] for e in (await desk_client.run("RecoveryQueue"))["edges"]]
        between = {"after": cursors[0], "before": cursors[5]}
        assert await _found(desk_client, **between) == wanted[1:5]
        assert await _found(desk_client, first=2, **between) == wanted[1:3]
        assert await _found(desk_client, last=2, **between) == wanted[3:5]
        assert await _found(desk_client, after=cursors[5], before=cursors[0]) == []

    async def test_the_ends(self, desk_client: Client, tickets: list[RecoveryTicket]) -> None:
        page = await desk_client.run("RecoveryQueue", last=2)
        assert _listed(page) == _references(tickets[5:])
        info = page["pageInfo"]
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (True, False)
        assert [info["startCursor"], info["endCursor"]] == [e["cursor"] for e in page["edges"]]
        page = await desk_client.run("RecoveryQueue", after=info["endCursor"])
        assert page["edges"] == [] and page["pageInfo"]["startCursor"] is None
        assert page["pageInfo"]["endCursor"] is None and not page["pageInfo"]["hasNextPage"]

    async def test_a_cursor_outlives_its_ticket(
        self, desk_client: Client, tickets: list[RecoveryTicket]
    ) -> None:
        page = await desk_client.run("RecoveryQueue", first=3)
        await RecoveryTicket.filter(id=tickets[2].id).delete()
        rest = await _found(desk_client, after=page["pageInfo"]["endCursor"])
        assert rest == _references(tickets[3:])

    async def test_25_unless_said_otherwise(self, desk_client: Client) -> None:
        await rows.tickets(await rows.accounts(30))
        assert len(await _found(desk_client)) == 25
        assert len(await _found(desk_client, first=100)) == 30


class TestArguments:
    async def test_how_many(self, desk_client: Client) -> None:
        for argument, number in itertools.product(("first", "last"), (0, -1, 101, 2**31 - 1)):
            (error,) = await desk_client.errors("RecoveryQueue", {argument: number})
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
        (error,) = await desk_client.errors("RecoveryQueue", first=1, last=1)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "'first'" in error["message"] and "'last'" in error["message"]

    async def test_from_where(self, desk_client: Client) -> None:
        for argument, cursor in itertools.product(
            ("after", "before"), ("", "x", "🔑", "\x00", "a" * 5000, "bm90IGEgY3Vyc29y")
        ):
            (error,) = await desk_client.errors("RecoveryQueue", {argument: cursor})
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}

    async def test_the_cursor_of_the_stream_is_no_place_in_the_list(
        self, desk_client: Client
    ) -> None:
        page = await desk_client.run("RecoveryQueue")
        (error,) = await desk_client.errors("RecoveryQueue", after=page["eventCursor"])
        assert error["extensions"]["argument"] == "after"

    async def test_only_support(self, served: Running) -> None:
        (owner,) = await rows.accounts(1)
        _, token = await rows.signed_in(served.policy, owner)
        for who, code in (
            (served.browser(), "UNAUTHENTICATED"),
            (served.program("x"), "UNAUTHENTICATED"),
            (served.program(token), "FORBIDDEN"),
        ):
            for name in ("RecoveryQueue", "RecoveryQueueCount", "QueueStatus", "QueueHistory"):
                answer = await who.answer(name)
                assert answer["errors"][0]["extensions"] == {"code": code}
                assert not answer.get("data")


async def _found(desk_client: Client, **variables: Any) -> list[str]:
    return _listed(await desk_client.run("RecoveryQueue", **variables))


def _listed(page: Any) -> list[str]:
    return [edge["node"]["reference"] for edge in page["edges"]]


def _references(tickets: list[RecoveryTicket]) -> list[str]:
    return [ticket.reference for ticket in tickets]
