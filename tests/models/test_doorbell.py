"""The doorbell says "look": at the commit, in all processes; and a poll covers what it misses."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from models.storage import database
from models.stream import doorbell
from models.stream.doorbell import Doorbell
from tests.support import outage
from tests.support.databases import on_postgres

pytestmark = pytest.mark.usefixtures("connected")
AT_ONCE = 1.0  # seconds: well before the poll


class TestInTheProcess:
    async def test_everybody_who_waits_is_woken(self) -> None:
        async with Doorbell() as one, Doorbell() as other:
            await _settled(one)
            await _settled(other)
            waiting = [asyncio.create_task(_rings(bell)) for bell in (one, other)]
            await asyncio.sleep(0.05)
            doorbell.ring()
            assert all([await one_waits for one_waits in waiting])
            assert not await _rings(one, 0.2)

    async def test_a_ring_while_nobody_waits_is_remembered_once(self) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            doorbell.ring()
            doorbell.ring()
            assert await _rings(bell)
            assert not await _rings(bell, 0.2)

    async def test_silence_ends_with_a_poll(self) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            async with asyncio.timeout(3):
                await bell.wait()

    async def test_who_has_left_is_not_rung(self) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
        doorbell.ring()
        assert not await _rings(bell, 0.2)


@on_postgres
class TestAcrossProcesses:
    async def test_heard_at_the_commit_and_not_before(self) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            async with database.transaction():
                await doorbell.announce()
                assert not await _rings(bell, 0.3)
            assert await _rings(bell)

    async def test_what_is_rolled_back_is_not_told(self) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            with suppress(ZeroDivisionError):
                async with database.transaction():
                    await doorbell.announce()
                    raise ZeroDivisionError
            assert not await _rings(bell, 0.5)

    async def test_a_lost_connection_is_made_again(self, database_url: str) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            cut = await outage.cut_listeners(database_url)
            assert len(cut) == 1
            await _listening_again(database_url, cut)
            assert await _rings(bell), "what came meanwhile must be looked for"
            await doorbell.announce()
            assert await _rings(bell)

    async def test_a_database_that_is_away_is_tried_again(self, database_url: str) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            async with outage.away(database_url):
                await asyncio.sleep(1.2)  # by then it has tried, in vain
            await _listening_again(database_url, [])
            assert await _rings(bell)
            await doorbell.announce()
            assert await _rings(bell)

    async def test_it_listens_again_whatever_the_connection_died_of(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect, failed = asyncpg.connect, asyncio.Event()

        async def once_in_vain(*given: Any, **named: Any) -> Any:
            if not failed.is_set():
                failed.set()
                raise asyncpg.InternalClientError("cut off in the middle of a word")
            return await connect(*given, **named)

        monkeypatch.setattr(asyncpg, "connect", once_in_vain)
        async with Doorbell():
            await failed.wait()
            await _listening_again(database_url, [])

    async def test_nobody_listens_after_the_end(self, database_url: str) -> None:
        async with Doorbell() as bell:
            await _settled(bell)
            assert len(await outage.listeners(database_url)) == 1
        async with asyncio.timeout(5):
            while await outage.listeners(database_url):
                await asyncio.sleep(0.02)


async def _rings(bell: Doorbell, within: float = AT_ONCE) -> bool:
    """Whether one who begins to wait now is woken so early that the poll cannot have been it."""
    try:
        await asyncio.wait_for(bell.wait(), within)
    except TimeoutError:
        return False
    return True


async def _settled(bell: Doorbell) -> None:
    # Whoever begins to listen has to look once.
    assert database.dialect() == "sqlite" or await _rings(bell)


async def _listening_again(url: str, before: list[int]) -> None:
    async with asyncio.timeout(8):
        while await outage.listeners(url) in ([], before):
            await asyncio.sleep(0.05)
