"""One tailer hands each event to all who follow: in order, each once, whatever comes between."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from models.errors import CursorExpired
from models.policy import Policy
from models.reset import desk
from models.reset.ticket import RecoveryTicket, TicketState
from models.storage import database
from models.stream import doorbell, feed, tailer
from models.stream.feed import Cursor, EventKind, QueueEvent
from models.stream.tailer import Tailer
from tests.support import outage, rows
from tests.support.databases import on_postgres

pytestmark = pytest.mark.usefixtures("connected")
MORE_THAN_A_BUFFER = 700


@pytest.fixture
async def tail(connected: object) -> AsyncIterator[Tailer]:
    async with Tailer() as one:
        yield one


@pytest.fixture
async def ticket(connected: object) -> RecoveryTicket:
    (one,) = await rows.tickets(await rows.accounts(1), told=False)
    return one


class TestFollowing:
    async def test_from_now_on(self, tail: Tailer, ticket: RecoveryTicket) -> None:
        await rows.tell(ticket.id, ticket.id)
        async with _following(tail, None) as seen:
            await rows.tell(ticket.id, kind=EventKind.NOTED)
            assert await seen.numbers(1) == [3]

    async def test_a_replay_equals_what_was_seen_live(
        self, tail: Tailer, policy: Policy, ticket: RecoveryTicket
    ) -> None:
        sam, _ = await rows.staff(policy)
        start = await feed.head()
        async with _following(tail, start) as live:
            await desk.claim(policy, sam, ticket.id)
            await desk.note(policy, sam, ticket.id, "Called.")
            await desk.release(policy, sam, ticket.id)
            seen = await live.take(3)
        async with _following(tail, start) as replay:
            assert [_told(one) for one in await replay.take(3)] == [_told(one) for one in seen]

    async def test_from_each_position_on(self, tail: Tailer, ticket: RecoveryTicket) -> None:
        await rows.tell(*[ticket.id] * 450)
        epoch = (await feed.head()).epoch
        for number in (0, 1, 200, 449):
            async with _following(tail, Cursor(epoch, number)) as seen:
                assert await seen.numbers(450 - number) == list(range(number + 1, 451))

    @pytest.mark.parametrize("epoch, number", [("another", 1), (None, 2), (None, 99)])
    async def test_a_position_that_cannot_be_resumed(
        self, tail: Tailer, ticket: RecoveryTicket, epoch: str | None, number: int
    ) -> None:
        await rows.tell(ticket.id)
        cursor = Cursor(epoch or (await feed.head()).epoch, number)
        with pytest.raises(CursorExpired):
            await anext(tail.follow(cursor))
        assert len(tail._followers) == 0


class TestUnderLoad:
    async def test_who_joins_misses_and_doubles_nothing(
        self, tail: Tailer, ticket: RecoveryTicket
    ) -> None:
        async def write() -> None:
            for _ in range(150):
                async with database.transaction():
                    await feed.append(ticket.id, EventKind.NOTED)

        async def join(late: int) -> list[int]:
            while (start := await feed.head()).number < late:
                await asyncio.sleep(0.005)
            behind = Cursor(start.epoch, start.number // 2)
            async with _following(tail, behind) as seen:
                return [behind.number, *await seen.numbers(150 - behind.number)]

        writing = asyncio.create_task(write())
        joined = await asyncio.gather(*map(join, range(0, 150, 15)))
        await writing
        assert all(seen == list(range(seen[0], 151)) for seen in joined)

    async def test_who_is_slow_goes_on_from_the_table(
        self, tail: Tailer, ticket: RecoveryTicket
    ) -> None:
        async with _following(tail, None) as slow, _following(tail, None) as quick:
            await rows.tell(ticket.id)
            assert await slow.numbers(1) == await quick.numbers(1) == [1]
            for _ in range(7):
                await rows.tell(*[ticket.id] * (MORE_THAN_A_BUFFER // 7))
                await quick.numbers(MORE_THAN_A_BUFFER // 7)
            assert _overflown(tail) == 1
            wanted = list(range(2, MORE_THAN_A_BUFFER + 2))
            assert await slow.numbers(MORE_THAN_A_BUFFER) == wanted
            await rows.tell(ticket.id)
            assert await slow.numbers(1) == await quick.numbers(1) == [wanted[-1] + 1]


class TestRest:
    async def test_little_is_read_when_it_is_over(
        self, tail: Tailer, ticket: RecoveryTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tailer, "_LONGEST_REST", 0.5)
        async with _following(tail, None) as seen:
            tail.rest(telling=60)
            began = time.monotonic()
            await rows.tell(ticket.id)
            assert await seen.numbers(1) == [1]
        assert time.monotonic() - began > 0.4

    async def test_what_is_enough_to_be_told_together_is_read_at_once(
        self, tail: Tailer, ticket: RecoveryTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tailer, "_LONGEST_REST", 3600)
        async with _following(tail, None) as seen:
            tail.rest(telling=3600)
            for _ in range(tailer._ENOUGH):
                await rows.tell(ticket.id)
            wanted = list(range(1, tailer._ENOUGH + 1))
            assert await seen.numbers(tailer._ENOUGH) == wanted


@on_postgres
class TestTrouble:
    async def test_a_lost_doorbell_is_covered_by_the_poll(
        self, tail: Tailer, ticket: RecoveryTicket, database_url: str
    ) -> None:
        async with _following(tail, None) as seen:
            for number in (1, 2, 3):
                await outage.cut_listeners(database_url)
                await _tell_as_elsewhere(ticket)
                assert await seen.numbers(1) == [number]

    async def test_a_database_that_was_away(
        self,
        tail: Tailer,
        ticket: RecoveryTicket,
        database_url: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        async with _following(tail, None) as seen:
            async with outage.away(database_url):
                async with asyncio.timeout(5):
                    while "event stream not readable" not in caplog.text:
                        await asyncio.sleep(0.05)
            await _tell_as_elsewhere(ticket)
            await rows.tell(ticket.id)
            assert await seen.numbers(2) == [1, 2]


class TestLeaving:
    async def test_nobody_is_left_behind(self, tail: Tailer, ticket: RecoveryTicket) -> None:
        await rows.tell(ticket.id)
        start = Cursor((await feed.head()).epoch, 0)
        for cursor in (None, start):
            async with _following(tail, cursor) as seen:
                await rows.tell(ticket.id)
                await seen.take(1)
                assert len(tail._followers) == 1
            assert len(tail._followers) == 0

    async def test_whoever_is_cancelled_while_waiting(self, tail: Tailer) -> None:
        waiting = asyncio.ensure_future(anext(tail.follow(None)))
        async with asyncio.timeout(5):
            while len(tail._followers) == 0:
                await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert len(tail._followers) == 0

    async def test_whoever_watches_one_ticket_or_the_counters(
        self, tail: Tailer, policy: Policy, ticket: RecoveryTicket
    ) -> None:
        sam, _ = await rows.staff(policy)
        async with aclosing(tail.ticket_changes(ticket.id)) as changes:
            assert (await anext(changes)).state == TicketState.WAITING
            await desk.claim(policy, sam, ticket.id)
            assert (await anext(changes)).state == TicketState.CLAIMED
            assert len(tail._followers) == 1
        async with aclosing(tail.statuses()) as statuses:
            assert (await anext(statuses)).claimed == 1
            assert len(tail._statuses._watchers) == 1
        assert not tail._followers and not tail._statuses._watchers

    async def test_the_end_of_the_tailer_is_the_end_of_its_tasks(self, connected: object) -> None:
        # The first statement brings what looks after the connections.
        await database.read_clock()
        before = asyncio.all_tasks()
        async with Tailer():
            await asyncio.sleep(0.1)
            assert asyncio.all_tasks() > before
        assert asyncio.all_tasks() == before

    async def test_a_ring_at_the_moment_of_the_end_does_not_keep_it(
        self, connected: object
    ) -> None:
        for later in range(6):
            async with asyncio.timeout(5), Tailer() as one:
                await asyncio.sleep(0.05)
                doorbell.ring()
                one._statuses.look()
                for _ in range(later):
                    await asyncio.sleep(0)


class _Reader:
    """Somebody who follows, and takes what came when asked to."""

    def __init__(self, tail: Tailer, after: Cursor | None) -> None:
        self._events = tail.follow(after)
        self._coming = asyncio.ensure_future(anext(self._events))

    async def numbers(self, count: int) -> list[int]:
        return [event.number for event in await self.take(count)]

    async def take(self, count: int) -> list[QueueEvent]:
        taken = []
        for _ in range(count):
            async with asyncio.timeout(8):
                taken.append(await self._coming)
            self._coming = asyncio.ensure_future(anext(self._events))
        return taken

    async def leave(self) -> None:
        self._coming.cancel()
        await asyncio.wait([self._coming])


@asynccontextmanager
async def _following(tail: Tailer, after: Cursor | None) -> AsyncIterator[_Reader]:
    """Begins when the reader is attached and has read what the table held."""
    before, reader = len(tail._followers), _Reader(tail, after)
    async with asyncio.timeout(5):
        while len(tail._followers) == before:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.02)
    yield reader
    await reader.leave()


def _overflown(tail: Tailer) -> int:
    return sum(follower._overflown for follower in tail._followers)


def _told(event: QueueEvent) -> tuple[object, ...]:
    return event.cursor, event.kind, event.at, event.ticket_id, event.agent_id, event.note_id


async def _tell_as_elsewhere(ticket: RecoveryTicket) -> None:
    """As another process does: this one's own bell is not rung."""
    async with database.transaction():
        await feed.append(ticket.id, EventKind.NOTED)
