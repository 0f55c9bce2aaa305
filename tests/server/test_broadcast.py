"""Equal subscriptions are executed once; whoever differs in anything is not mixed with others."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from models.accounts import account
from models.accounts.account import Role
from models.policy import Policy
from models.reset import desk
from models.signing_in import session
from models.signing_in.session import Session
from models.stream import feed
from models.stream.feed import Cursor
from tests.support import rows
from tests.support.following import Desk
from tests.support.reader import Reader, events_after
from tests.support.wire import WATCH

INCLUDED = {
    "query": "subscription S($after: String, $all: Boolean!) {"
    " recoveryQueueEvents(after: $after) { cursor ticket @include(if: $all) { id } } }"
}


class TestEqualSubscriptions:
    async def test_are_executed_once(self, at: Desk) -> None:
        readers = await at.following(10)
        await desk.claim(at.policy, at.sam, at.ticket.id)
        told = [await one.events(1) for one in readers]
        assert at.executed == 1 and len(at.groups()) == 1
        assert all(one == told[0] for one in told)
        assert told[0][0]["agent"]["email"] == at.sam.account.email

    async def test_each_under_its_own_id(self, at: Desk) -> None:
        one = await at.reader()
        for id in ("a", 'b"\u00e4', "c"):
            one.subscribe(id, events_after())
        await at.joined(3)
        await desk.claim(at.policy, at.sam, at.ticket.id)
        await one.events(3)
        heard = [message for message in one.heard if message["type"] == "next"]
        assert {message["id"] for message in heard} == {"a", 'b"\u00e4', "c"}
        assert at.executed == 1

    async def test_wherever_they_began(self, at: Desk) -> None:
        start = Cursor((await feed.head()).epoch, 0)
        late, now = await at.reader(), await at.reader()
        late.subscribe("1", events_after(str(start)))
        now.subscribe("1", events_after())
        await at.joined(2)
        await desk.claim(at.policy, at.sam, at.ticket.id)
        assert [one["__typename"] for one in await late.events(2)] == [
            "TicketSubmitted",
            "TicketClaimed",
        ]
        assert (await now.events(1)) == late.results()[1:]
        assert at.executed == 2 and len(at.groups()) == 1

    async def test_of_the_counters(self, at: Desk) -> None:
        readers = [await at.reader() for _ in range(3)]
        for one in readers:
            one.subscribe("1", WATCH)
        await at.joined(3)
        await desk.claim(at.policy, at.sam, at.ticket.id)
        for one in readers:
            first, then = await one.events(2)
            assert (first["waiting"], first["claimed"]) == (1, 0)
            assert (then["waiting"], then["claimed"]) == (0, 1)
        assert len(at.groups()) == 1


class TestWhoDiffers:
    async def test_in_language(self, at: Desk) -> None:
        (owner,) = await rows.accounts(1, name="x")
        readers = {locale: await at.reader(locale=locale) for locale in ("de", "en", "sv")}
        for one in readers.values():
            one.subscribe("1", events_after())
        await at.joined(3)
        await rows.submit(at.policy, owner)
        told = [(await one.events(1))[0]["ticket"]["evidence"] for one in readers.values()]
        assert len({str(one) for one in told}) == len(at.groups()) == 3

    async def test_in_role(self, at: Desk) -> None:
        _, token = await rows.staff(at.policy, "kim", Role.SUPERVISOR)
        readers = [await at.reader(), await at.reader(token)]
        for one in readers:
            one.subscribe("1", events_after())
        await at.joined(2)
        assert {group.asked.role for group in at.groups()} == {Role.SUPPORT, Role.SUPERVISOR}
        await desk.claim(at.policy, at.sam, at.ticket.id)
        assert await readers[0].events(1) == await readers[1].events(1)
        assert at.executed == 2

    async def test_in_variables(self, at: Desk) -> None:
        readers = [await at.reader() for _ in range(2)]
        for one, all in zip(readers, (True, False), strict=True):
            one.subscribe("1", INCLUDED | {"variables": {"all": all, "after": None}})
        await at.joined(2)
        await desk.claim(at.policy, at.sam, at.ticket.id)
        shown = [set((await one.events(1))[0]) for one in readers]
        assert shown == [{"cursor", "ticket"}, {"cursor"}]
        assert len(at.groups()) == 2


class TestLeaving:
    @pytest.mark.parametrize("politely", [True, False])
    async def test_the_last_one_closes_the_source(self, at: Desk, politely: bool) -> None:
        first, last = await at.following(2)
        for one, left in ((first, 1), (last, 0)):
            one.say(type="complete", id="1") if politely else one.leave()
            await at.joined(left)
            assert len(at.groups()) == left
        async with asyncio.timeout(5):
            while at.view.tailer._followers:
                await asyncio.sleep(0.01)
        assert not at.view.broadcast._tasks

    async def test_who_has_left_hears_nothing(self, at: Desk) -> None:
        gone, stays = await at.following(2)
        gone.say(type="complete", id="1")
        await at.joined(1)
        await at.tell()
        await stays.events(1)
        assert not gone.results()

    async def test_an_ended_session_leaves_within_five_seconds(self, at: Desk) -> None:
        _, token = await rows.signed_in(at.policy, at.sam.account)
        (ending,), staying = await at.following(1), await at.reader(token)
        staying.subscribe("1", events_after())
        await at.joined(2)
        await session.end(at.policy, at.sam)
        async with asyncio.timeout(5):
            while ending.closed is None:
                await asyncio.sleep(0.02)
        assert ending.closed == 4401
        await at.joined(1)
        await desk.claim(at.policy, await _fresh(token, at.policy), at.ticket.id)
        await staying.events(1)
        assert not ending.results()


class TestTrouble:
    async def test_a_crash_is_told_once_to_the_log_and_masked_to_all(
        self, at: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        readers = await at.following(3)
        monkeypatch.setattr(account, "accounts_of", _crash)
        with capture_logs() as lines:
            await desk.claim(at.policy, at.sam, at.ticket.id)
            async with asyncio.timeout(5):
                while not all(_errors(one) for one in readers):
                    await asyncio.sleep(0.01)
        (error,) = {str(_errors(one)) for one in readers}
        ids = {line["request_id"] for line in lines if line["event"] == "crash"}
        assert len(ids) == 1 and "secret" not in error
        assert ids.pop() in error and "Something went wrong." in error
        monkeypatch.undo()
        await at.joined(3)


def _errors(one: Reader) -> list[Any]:
    return [message["payload"].get("errors") for message in one.heard if "payload" in message]


async def _crash(*_: object) -> None:
    raise RuntimeError("secret")


async def _fresh(token: str, policy: Policy) -> Session:
    found = await session.find(policy, token)
    assert found
    return found
