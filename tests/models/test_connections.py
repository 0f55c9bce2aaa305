"""The connections to PostgreSQL: so many at most, none lent that died or is out of step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError

from models.accounts.account import Account
from models.storage import connections, database, pool
from models.storage.connections import Connections
from models.storage.statement import Statement
from tests.support import rows
from tests.support.databases import on_postgres

pytestmark = [on_postgres]

# The last only in the moment between a connection's last word and its end.
_CUT_OFF = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_ME = Statement("SELECT pg_backend_pid() AS me, pg_sleep(CAST($1 AS float))")
_OTHERS = """
SELECT pid, state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture
async def watcher(database_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else, who sees and cuts off ours."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


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
        assert len(await watcher.fetch(_OTHERS)) == held.idle == 3 and held.used == 0

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
        await _cut_off(watcher)
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
        while any(row["state"] != "idle" for row in await watcher.fetch(_OTHERS)):
            await asyncio.sleep(0.01)
        held.put(another)


@pytest.mark.usefixtures("connected")
class TestStatements:
    async def test_a_cancelled_one_does_not_answer_the_next(self, watcher: Any) -> None:
        cancelled = [asyncio.create_task(_ME.rows(30)) for _ in range(4)]
        while (await watcher.fetch(_OTHERS + "AND query LIKE '%pg_sleep%'"))[3:] == []:
            await asyncio.sleep(0.01)
        for one in cancelled:
            one.cancel()
        await asyncio.wait(cancelled)
        found = await asyncio.gather(*(_ME.rows(0) for _ in range(20)))
        assert all(row["me"] for (row,) in found)
        while await watcher.fetch(_OTHERS + "AND state = 'active'"):
            await asyncio.sleep(0.01)

    async def test_what_is_refused_keeps_the_connection(self) -> None:
        await rows.accounts(1)
        (before,) = await _ME.rows(0)
        for _ in range(3):
            with pytest.raises(IntegrityError):
                await Statement("UPDATE account SET role = $1").rows(None)
        (after,) = await _ME.rows(0)
        assert before["me"] == after["me"]

    async def test_after_all_were_cut_off_they_go_on(self, watcher: Any) -> None:
        await asyncio.gather(*(_ME.rows(0.05) for _ in range(5)))
        await _cut_off(watcher)
        await asyncio.sleep(0.1)
        assert await Account.all().count() == 0
        async with database.transaction():
            assert await _ME.rows(0)
        state = pool.state()
        assert state and state.used == 0 and state.idle == 1

    async def test_one_cut_off_fails_and_is_not_repeated(self, watcher: Any) -> None:
        asleep = asyncio.create_task(_ME.rows(30))
        while not await watcher.fetch(_OTHERS + "AND query LIKE '%pg_sleep%'"):
            await asyncio.sleep(0.01)
        await _cut_off(watcher)
        with pytest.raises(_CUT_OFF):
            await asleep
        assert await _ME.rows(0)

    async def test_a_transaction_that_is_cut_off_undoes_all(self, watcher: Any) -> None:
        (account,) = await rows.accounts(1)
        with pytest.raises(_CUT_OFF):
            async with database.transaction():
                await Account.filter(id=account.id).update(locale="sv")
                await _cut_off(watcher)
                await _ME.rows(0)
        assert (await Account.get(id=account.id)).locale == "en"

    async def test_a_cancelled_transaction_undoes_all_and_locks_nothing(self) -> None:
        (account,) = await rows.accounts(1)
        written = asyncio.Event()

        async def change() -> None:
            async with database.transaction():
                await Account.filter(id=account.id).update(locale="sv")
                written.set()
                await _ME.rows(30)

        changing = asyncio.create_task(change())
        await written.wait()
        changing.cancel()
        await asyncio.wait([changing])
        await asyncio.wait_for(Account.filter(id=account.id).update(locale="de"), 5)
        assert (await Account.get(id=account.id)).locale == "de"


async def test_a_statement_without_an_answer_ends(database_url: str) -> None:
    async with database.connect(database_url, answer_within=0.2):
        with pytest.raises(TimeoutError):
            await _ME.rows(30)
        with pytest.raises(TimeoutError):
            async with database.transaction():
                await _ME.rows(30)
        assert await _ME.rows(0)


async def test_what_is_spare_is_closed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
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


async def _cut_off(watcher: Any) -> None:
    await watcher.fetch(f"SELECT pg_terminate_backend(pid) FROM ({_OTHERS}) AS others")
