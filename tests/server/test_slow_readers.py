"""Who reads slowly, or joins in the middle, misses and doubles nothing, and holds up nobody."""

import asyncio
import gc
import tracemalloc
from typing import Any

import pytest

from models.reset import desk
from models.signing_in import session
from models.stream import feed
from models.stream.feed import Cursor
from server.live import recent
from server.live.sockets import ENDED_CODE
from tests.support import rows
from tests.support.following import Desk
from tests.support.reader import events_after
from tests.support.wire import WATCH


@pytest.fixture
def few_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 20)


class TestStalled:
    async def test_others_are_told_at_once(self, at: Desk) -> None:
        slow, *quick = await at.following(5)
        slow.stall()
        await at.tell(60)
        told = [await one.events(60) for one in quick]
        assert not slow.heard[1:] and at.executed == 60
        slow.read_on()
        assert await slow.events(60) == told[0]
        assert at.executed == 60, "what is kept for all is enough"
        await at.joined(5)

    @pytest.mark.usefixtures("few_kept")
    async def test_far_behind_it_goes_on_from_the_table(self, at: Desk) -> None:
        slow, quick = await at.following(2)
        slow.stall()
        await at.tell(90)
        await quick.events(90)
        slow.read_on()
        assert _numbers(await slow.events(90)) == _numbers(quick.results())
        await at.joined(2)
        await at.tell(3)
        assert _numbers(await slow.events(93)) == _numbers(await quick.events(93))

    @pytest.mark.usefixtures("few_kept")
    async def test_memory_stays(self, at: Desk) -> None:
        (slow,) = await at.following(1)
        slow.stall()
        held = []
        tracemalloc.start()
        for _ in range(4):
            await _told_to_nobody(at, 150)
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert held[3] - held[1] < 150_000, "300 messages are 500 kB"
        (group,) = at.groups()
        assert len(group._recent._kept) == recent.MOST and len(group._slow) == 1

    async def test_the_counters_only_as_they_are(self, at: Desk) -> None:
        slow, quick = [await at.reader() for _ in range(2)]
        for one in (slow, quick):
            one.subscribe("1", WATCH)
        await at.joined(2)
        slow.stall()
        for number in range(2, 6):
            await rows.ticket(at.policy, (await rows.accounts(1, name=f"x{number}"))[0])
            await quick.events(number)
        slow.read_on()
        await at.joined(2)
        assert [one["waiting"] for one in slow.results()] == [1, 2, 5]

    async def test_it_may_leave(self, at: Desk) -> None:
        slow, quick = await at.following(2)
        slow.stall()
        await at.tell(5)
        await quick.events(5)
        slow.say(type="complete", id="1")
        await asyncio.sleep(0.05)
        (group,) = at.groups()
        assert not group._slow
        slow.read_on()
        await at.tell()
        await quick.events(6)
        assert not slow.results()

    async def test_it_is_told_that_its_session_has_ended_once_it_reads_on(self, at: Desk) -> None:
        (slow,) = await at.following(1)
        slow.stall()
        await session.end(at.policy, at.sam)
        await at.view.sockets.watch()
        assert slow.closed is None
        slow.read_on()
        await at.view.sockets.watch()
        assert slow.closed == ENDED_CODE


class TestJoining:
    async def test_in_the_middle_each_sees_each_once(self, at: Desk) -> None:
        epoch = (await feed.head()).epoch

        async def join(number: int) -> list[int]:
            one = await at.reader()
            while (await feed.head()).number < number:
                await asyncio.sleep(0.002)
            begin = number // 2
            one.subscribe("1", events_after(str(Cursor(epoch, begin))))
            return [begin, *_numbers(await one.events(121 - begin))]

        async def tell() -> None:
            for _ in range(40):
                await at.tell(3)
                await asyncio.sleep(0.005)

        joining = [asyncio.create_task(join(number)) for number in range(0, 120, 7)]
        await tell()
        for seen in await asyncio.gather(*joining):
            assert seen == list(range(seen[0], 122))
        await at.joined(len(joining))
        assert len(at.groups()) == 1

    async def test_again_and_again_with_stalls(self, at: Desk) -> None:
        readers = await at.following(6)
        for number in range(30):
            one = readers[number % 6]
            one.stall()
            await at.tell(2)
            await asyncio.sleep(0)
            one.read_on()
        told = [_numbers(await one.events(60)) for one in readers]
        assert all(numbers == list(range(2, 62)) for numbers in told)

    async def test_the_state_is_of_now(self, at: Desk) -> None:
        start = str(Cursor((await feed.head()).epoch, 0))
        (live,) = await at.following(1)
        await desk.claim(at.policy, at.sam, at.ticket.id)
        await live.events(1)
        await desk.release(at.policy, at.sam, at.ticket.id)
        await live.events(2)
        late = await at.reader()
        late.subscribe("1", events_after(start))
        assert {one["ticket"]["state"] for one in await late.events(3)} == {"WAITING"}


async def _told_to_nobody(at: Desk, count: int) -> None:
    last = (await feed.head()).number + count
    await at.tell(count)
    async with asyncio.timeout(20):
        while at.groups()[0].position < last:
            await asyncio.sleep(0.01)


def _numbers(events: list[dict[str, Any]]) -> list[int]:
    return [Cursor.parse(one["cursor"]).number for one in events]
