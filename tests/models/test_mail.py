"""The outbox: encrypted while it waits, one deliverer at a time, wiped once delivered."""

import asyncio
import dataclasses
import logging
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from models import clock, mail, outbox
from models.keys.keyring import Keyring
from models.mail import Kind, Letter, OutboxMail
from models.storage import database
from tests.support import databases
from tests.support.databases import on_postgres, on_sqlite
from tests.support.scenes import Scene

LEASE = timedelta(seconds=60)
SECRET = "7K3M-Q94T-XB2C"


async def written(scene: Scene, count: int = 1) -> None:
    """So many mails to Ada, about nothing."""
    account = await (await scene.customer()).account()
    for number in range(count):
        await mail.post(
            scene.policy.keyring,
            account,
            Kind.RESET_APPROVED,
            reference=str(number),
            release_code=SECRET,
            ip=None,
        )


async def due(scene: Scene, limit: int = 20) -> list[Letter]:
    """What a postman takes now."""
    return await outbox.due(scene.policy.keyring, limit)


class TestPost:
    async def test_what_waits_is_encrypted(self, scene: Scene, database_url: str) -> None:
        await written(scene)
        rows = (await databases.dump(database_url)).splitlines()
        (kept,) = [row for row in rows if str((await OutboxMail.get()).id) in row]
        for word in ("ada@example.com", SECRET, "RESET_APPROVED", "release_code"):
            assert word not in kept

    async def test_a_letter_says_what_was_written(self, scene: Scene) -> None:
        before = clock.now()
        await written(scene)
        (letter,) = await due(scene)
        assert (letter.to, letter.kind, letter.locale) == (
            "ada@example.com",
            Kind.RESET_APPROVED,
            "en",
        )
        assert letter.params == {"reference": "0", "release_code": SECRET, "ip": ""}
        assert before < letter.written_at < clock.now()
        assert letter.message_id == f"<{letter.id}@sparekey>"

    async def test_nothing_is_mailed_of_what_did_not_happen(self, scene: Scene) -> None:
        account = await (await scene.customer()).account()
        with pytest.raises(ZeroDivisionError):
            async with database.transaction():
                await mail.post(scene.policy.keyring, account, Kind.ACCOUNT_CLOSED)
                raise ZeroDivisionError
        assert await due(scene) == []


class TestDue:
    async def test_one_postman_at_a_time(self, scene: Scene) -> None:
        await written(scene, 9)
        takes = await asyncio.gather(*(due(scene) for _ in range(4)))
        taken = [letter.params["reference"] for take in takes for letter in take]
        assert sorted(taken) == [str(number) for number in range(9)]
        assert await due(scene) == []

    async def test_the_oldest_first_and_not_all_at_once(self, scene: Scene) -> None:
        await written(scene, 5)
        assert [one.params["reference"] for one in await due(scene, 3)] == ["0", "1", "2"]
        assert [one.params["reference"] for one in await due(scene, 3)] == ["3", "4"]

    @on_postgres
    async def test_what_another_is_about_to_take_is_passed_over(self, scene: Scene) -> None:
        await written(scene, 3)
        taken, commit = asyncio.Event(), asyncio.Event()

        async def slowly() -> list[Letter]:
            async with database.transaction():
                letters = await due(scene, 1)
                taken.set()
                await commit.wait()
            return letters

        slow = asyncio.create_task(slowly())
        await taken.wait()
        async with asyncio.timeout(5):
            assert [one.params["reference"] for one in await due(scene)] == ["1", "2"]
        commit.set()
        assert [one.params["reference"] for one in await slow] == ["0"]

    @on_sqlite
    async def test_who_looks_in_vain_waits_for_nobody(
        self, scene: Scene, database_url: str
    ) -> None:
        with closing(sqlite3.connect(database_url.removeprefix("sqlite://"))) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(5):
                assert await due(scene) == []

    async def test_a_dead_postmans_mail_comes_to_another(self, scene: Scene) -> None:
        await written(scene)
        (first,) = await due(scene)
        await scene.clock.travel(LEASE - timedelta(seconds=5))
        assert await due(scene) == []
        await scene.travel(seconds=5)
        (second,) = await due(scene)
        assert (first.attempts, second.attempts) == (1, 2)
        assert dataclasses.replace(second, attempts=1) == first

    async def test_what_was_delivered_is_wiped(self, scene: Scene, database_url: str) -> None:
        await written(scene)
        (letter,) = await due(scene)
        await outbox.delivered(letter)
        row = await OutboxMail.get(id=letter.id)
        assert row.payload is None and row.delivered_at is not None
        await scene.travel(days=1)
        assert await due(scene) == []

    async def test_what_was_postponed_waits(self, scene: Scene) -> None:
        await written(scene)
        (letter,) = await due(scene)
        await outbox.postpone(letter, clock.now() + timedelta(minutes=10))
        await scene.clock.travel(timedelta(minutes=10) - timedelta(seconds=5))
        assert await due(scene) == []
        await scene.travel(seconds=5)
        (again,) = await due(scene)
        assert again.message_id == letter.message_id


class TestWhatCannotBeRead:
    async def test_another_rows_text_is_not_taken(
        self, scene: Scene, caplog: pytest.LogCaptureFixture
    ) -> None:
        await written(scene, 2)
        first, second = await OutboxMail.all().order_by("written_at")
        await OutboxMail.filter(id=first.id).update(payload=second.payload)
        with caplog.at_level(logging.ERROR, "sparekey.mail"):
            assert [one.id for one in await due(scene)] == [second.id]
        assert str(first.id) in caplog.text

    async def test_those_in_front_do_not_take_the_places_of_others(
        self, scene: Scene, caplog: pytest.LogCaptureFixture
    ) -> None:
        await written(scene, 6)
        unreadable = [row.id for row in await OutboxMail.all().order_by("written_at").limit(3)]
        await OutboxMail.filter(id__in=unreadable).update(payload="lost:AAAA")
        with caplog.at_level(logging.CRITICAL, "sparekey.mail"):
            assert [one.params["reference"] for one in await due(scene, 2)] == ["3", "4"]
            assert [one.params["reference"] for one in await due(scene, 2)] == ["5"]

    async def test_a_lost_key_keeps_nothing_else_from_delivery(
        self, scene: Scene, caplog: pytest.LogCaptureFixture
    ) -> None:
        await written(scene, 2)
        other = Keyring.parse(Keyring.generate_text())
        with caplog.at_level(logging.CRITICAL, "sparekey.mail"):
            assert await outbox.due(other) == []
        assert await OutboxMail.filter(payload__not_isnull=True).count() == 2
        await scene.travel(minutes=15)
        assert len(await due(scene)) == 2
