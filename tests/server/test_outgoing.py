"""Finished frames: the same bytes for many, several messages in one piece, and nothing else."""

import asyncio
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from models.stream import feed
from models.stream.feed import Cursor
from server.live import kinds, outgoing, recent
from server.live.outgoing import Finished
from tests.support.following import Desk
from tests.support.reader import Reader, events_after
from tests.support.wire import WATCH


class TestFrame:
    @pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
    def test_is_as_the_standard_has_it(self, size: int) -> None:
        payload = b"x" * size
        frame = Frame(Opcode.TEXT, payload).serialize(mask=False)
        assert outgoing.framed(payload) == frame

    def test_several_are_one_after_the_other(self) -> None:
        messages = Finished(["1", "\u00e4"])
        for head in ("a", "b", "a"):
            single = [outgoing.framed(f"{head}{rest}".encode()) for rest in ("1", "\u00e4")]
            assert messages.behind(head) == b"".join(single)

    def test_ids_without_end_are_not_kept(self) -> None:
        messages = Finished(["1"])
        for number in range(1_000):
            assert messages.behind(str(number)) == outgoing.framed(f"{number}1".encode())
        assert len(messages._frames) <= 64


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MANY", 1)


class TestTaken:
    async def test_the_same_is_told_at_any_server(self, at: Desk) -> None:
        takes, sends = (await at.following(1, takes=True))[0], (await at.following(1))[0]
        await at.joined(2)
        await at.tell(3)
        assert await takes.events(3) == await sends.events(3)
        assert len(takes.pieces) == 3 and not sends.pieces
        assert len(at.groups()) == 1

    async def test_each_under_its_own_id(self, at: Desk) -> None:
        (one,) = await at.following(1, takes=True)
        ids = ["1", *(f'{number}"\u00e4' for number in range(19))]
        for id in ids[1:]:
            one.subscribe(id, events_after())
        await at.joined(20)
        await at.tell()
        await one.events(20)
        heard = [message["id"] for message in one.heard if message["type"] == "next"]
        assert sorted(heard) == sorted(ids)

    async def test_the_counters(self, at: Desk) -> None:
        one = await at.reader(takes=True)
        one.subscribe("1", WATCH)
        await at.joined(1)
        assert [status["waiting"] for status in await one.events(1)] == [1]

    async def test_who_has_left_hears_nothing(self, at: Desk) -> None:
        gone, stays = await at.following(2, takes=True)
        gone.say(type="complete", id="1")
        await at.joined(1)
        await at.tell()
        await stays.events(1)
        assert not gone.results()


@pytest.mark.usefixtures("together")
class TestTogether:
    async def test_what_is_known_goes_out_in_one_piece(self, at: Desk) -> None:
        readers = await at.following(3, takes=True)
        await at.tell(20)
        for one in readers:
            assert _numbers(await one.events(20)) == list(range(2, 22))
            assert len(one.pieces) < 20
        assert at.executed == 20

    async def test_few_are_told_each_at_once(
        self, at: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kinds, "MANY", 4)
        (one, *_) = await at.following(3, takes=True)
        await at.tell(20)
        await one.events(20)
        assert len(one.pieces) == 20

    @pytest.mark.parametrize("readers, rests", [(2, False), (3, True)])
    async def test_only_who_tells_many_rests(
        self, at: Desk, monkeypatch: pytest.MonkeyPatch, readers: int, rests: bool
    ) -> None:
        told: list[float] = []
        monkeypatch.setattr(kinds, "MANY", 3)
        monkeypatch.setattr(at.view.tailer, "rest", told.append)
        (one, *_) = await at.following(readers, takes=True)
        await at.tell(20)
        await one.events(20)
        assert bool(told) is rests
        assert all(0 < seconds < 60 for seconds in told)

    async def test_who_sends_one_by_one_is_told_as_much(self, at: Desk) -> None:
        takes, sends = (await at.following(1, takes=True))[0], (await at.following(1))[0]
        await at.joined(2)
        for told in (20, 40):
            await at.tell(20)
            assert await sends.events(told) == await takes.events(told)
        await at.joined(2)

    async def test_a_slow_one_goes_on_where_it_was(self, at: Desk) -> None:
        slow, quick = await at.following(2, takes=True)
        for told in (30, 60):
            slow.stall()
            await at.tell(30)
            await quick.events(told)
            assert len(slow.results()) < told
            slow.read_on()
            assert await slow.events(told) == quick.results()
        await at.joined(2)

    async def test_far_behind_from_the_table(
        self, at: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recent, "MOST", 4)
        slow, quick = await at.following(2, takes=True)
        slow.stall()
        await at.tell(60)
        await quick.events(60)
        slow.read_on()
        assert _numbers(await slow.events(60)) == _numbers(quick.results())

    async def test_joining_in_the_middle_each_sees_each_once(self, at: Desk) -> None:
        await at.following(2, takes=True)
        epoch = (await feed.head()).epoch

        async def join(number: int) -> Reader:
            while (await feed.head()).number < number:
                await asyncio.sleep(0.002)
            one = await at.reader(takes=number % 2 == 0)
            one.subscribe("1", events_after(str(Cursor(epoch, number // 2))))
            return one

        joining = [asyncio.create_task(join(number)) for number in range(0, 120, 8)]
        for _ in range(12):
            await at.tell(10)
            await asyncio.sleep(0.01)
        for number, one in zip(range(0, 120, 8), await asyncio.gather(*joining), strict=True):
            seen = _numbers(await one.events(121 - number // 2))
            assert seen == list(range(number // 2 + 1, 122))


def _numbers(events: list[dict[str, Any]]) -> list[int]:
    return [Cursor.parse(one["cursor"]).number for one in events]
