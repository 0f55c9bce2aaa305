"""The connections to PostgreSQL: so many at most, none lent that died or is out of step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from models.storage import connections
from models.storage.connections import Connections
from tests.support import outage, postgres
from tests.support.databases import on_postgres

pytestmark = [on_postgres]


@pytest.fixture
async def watcher(database_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else, who sees and cuts off ours."""
    async with postgres.connected(database_url) as connection:
        yield connection


@pytest.fixture
async def held(database_url: str) -> AsyncIterator[Connections]:
    """Three connections at most."""
    opened = Connections(lambda: asyncpg.connect(database_url), least=1, room=3)
    await opened.start()
    yield opened
    await asyncio.wait_for(opened.close(), 10)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WAIT_WITHIN", 0.1)


class TestLending:
    async def test_no_more_than_there_is_room_for(self, held: Connections, watcher: Any) -> None:
        async def work() -> None:
            lent = await held.take()
            assert held.used <= held.room
            await lent.fetch("SELECT pg_sleep(0.01)")
            held.put(lent)

        await asyncio.gather(*(work() for _ in range(20)))
        assert len(await watcher.fetch(outage.OTHERS)) == held.idle == 3 and held.used == 0

    async def test_who_came_first_is_first(self, held: Connections) -> None:
        lent = [await held.take() for _ in range(3)]
        served: list[int] = []

        async def wait(number: int) -> None:
            mine = await held.take()
            served.append(number)
            held.put(mine)

        waiting = [asyncio.create_task(wait(number)) for number in range(4)]
        await asyncio.sleep(0)
        assert held.waiting == 4
        held.put(lent.pop())
        await asyncio.gather(*waiting)
        assert served == [0, 1, 2, 3]
        for one in lent:
            held.put(one)

    @pytest.mark.usefixtures("impatient")
    async def test_nobody_waits_for_ever(self, held: Connections) -> None:
        lent = [await held.take() for _ in range(3)]
        with pytest.raises(TimeoutError):
            await held.take()
        assert held.waiting == 0
        held.put(lent.pop())
        for one in [*lent, await held.take()]:
            held.put(one)
        assert held.idle == 3

    async def test_who_gives_up_in_the_moment_of_getting_it_loses_nothing(
        self, held: Connections
    ) -> None:
        lent = [await held.take() for _ in range(3)]
        waiting = asyncio.create_task(held.take())
        await asyncio.sleep(0)
        held.put(lent.pop())
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        assert held.idle == 1 and held.used == 2
        for one in lent:
            held.put(one)

    async def test_where_connecting_fails_the_place_is_free_again(self, database_url: str) -> None:
        failing = True

        async def connect() -> Any:
            if failing:
                raise ConnectionRefusedError
            return await asyncpg.connect(database_url)

        held = Connections(connect, least=0, room=1)
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await held.take()
        assert held.used == 0
        failing = False
        held.put(await held.take())
        assert held.idle == 1
        await held.close()


class TestTheDead:
    async def test_are_not_lent_again(self, held: Connections, watcher: Any) -> None:
        lent = [await held.take() for _ in range(3)]
        for one in lent:
            held.put(one)
        await outage.cut_off(watcher)
        while not all(one.is_closed() for one in lent):
            await asyncio.sleep(0.01)
        again = await held.take()
        assert await again.fetchval("SELECT 1") == 1 and again not in lent
        assert held.used == 1 and held.idle == 0
        held.put(again)

    async def test_whoever_waits_gets_a_new_one_for_it(self, held: Connections) -> None:
        lent = [await held.take() for _ in range(3)]
        waiting = asyncio.create_task(held.take())
        await asyncio.sleep(0)
        lent[0].terminate()
        held.put(lent[0])
        found = await asyncio.wait_for(waiting, 5)
        assert found not in lent and await found.fetchval("SELECT 1") == 1
        for one in (*lent[1:], found):
            held.put(one)

    async def test_what_is_left_in_a_transaction_is_closed(
        self, held: Connections, watcher: Any
    ) -> None:
        lent = await held.take()
        await lent.execute("BEGIN")
        held.put(lent)
        another = await held.take()
        assert another is not lent
        while any(row["state"] != "idle" for row in await watcher.fetch(outage.OTHERS)):
            await asyncio.sleep(0.01)
        held.put(another)


class TestTheEnd:
    async def test_all_are_closed_by_then(self, database_url: str) -> None:
        held = Connections(lambda: asyncpg.connect(database_url), least=1, room=3)
        await held.start()
        first = await held.take()
        first.terminate()
        held.put(first)
        assert held.used == held.idle == 0, "for a moment there was none"
        another = await held.take()
        held.put(another)
        await held.close()
        assert another.is_closed()

    async def test_a_start_in_vain_leaves_nothing_open(self, database_url: str) -> None:
        opened: list[Any] = []

        async def connect() -> Any:
            if opened:
                raise ConnectionRefusedError
            opened.append(await asyncpg.connect(database_url))
            return opened[0]

        with pytest.raises(ConnectionRefusedError):
            await Connections(connect, least=2, room=3).start()
        assert opened[0].is_closed()

    async def test_what_is_spare_is_closed(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "_SPARE_FOR", 0.05)
        held = Connections(lambda: asyncpg.connect(database_url), least=1, room=3)
        await held.start()
        lent = [await held.take() for _ in range(3)]
        for one in lent:
            held.put(one)
        async with asyncio.timeout(5):
            while held.idle > 1 or held.used:
                await asyncio.sleep(0.01)
        assert await (await held.take()).fetchval("SELECT 1") == 1
        held.terminate()
        held.put(next(iter(held._open)))
        await held.close()
