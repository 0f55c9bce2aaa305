"""Connections to the database that died without anybody saying so."""

import asyncio

import pytest

from models.storage import database
from models.stream import doorbell
from models.stream.doorbell import Doorbell
from tests.support import outage, postgres
from tests.support.databases import on_postgres
from tests.support.link import linked

pytestmark = on_postgres


async def test_the_doorbell_finds_out_and_listens_anew(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "_ASK_SECONDS", 0.3)
    monkeypatch.setattr(doorbell, "_ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(doorbell, "_POLL_SECONDS", 60.0)
    async with (
        linked("database", postgres.address_of(database_url)) as line,
        database.connect(postgres.over(database_url, line.address)),
        Doorbell() as bell,
    ):
        (first,) = await _listeners(database_url, 1)
        line.forget()
        await _listeners(database_url, 2)
        await asyncio.sleep(0.1)
        while bell._event.is_set():  # it says "look" each time that it begins to listen
            await bell.wait()
        await _notify(database_url)
        async with asyncio.timeout(5):
            await bell.wait()
        assert first in await outage.listeners(database_url), "the first was told of its end"


async def test_asking_again_keeps_what_is_heard(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "_ASK_SECONDS", 0.05)
    monkeypatch.setattr(doorbell, "_POLL_SECONDS", 60.0)
    async with database.connect(database_url), Doorbell() as bell:
        (first,) = await _listeners(database_url, 1)
        await asyncio.sleep(0.5)
        while bell._event.is_set():
            await bell.wait()
        await _notify(database_url)
        async with asyncio.timeout(5):
            await bell.wait()
        assert await outage.listeners(database_url) == [first]


async def _listeners(url: str, count: int) -> list[int]:
    async with asyncio.timeout(10):
        while len(found := await outage.listeners(url)) != count:
            await asyncio.sleep(0.05)
    return found


async def _notify(url: str) -> None:
    async with postgres.connected(url) as connection:
        await connection.execute("NOTIFY sparekey_queue")
