"""`sparekey backup` and `restore`: nothing is lost, and nothing that had ended comes back."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from models.storage import database
from models.stream import feed
from models.stream.feed import QueueCounter
from tests.conftest import StartProcess
from tests.support import dumps, people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_postgres, on_sqlite
from tests.support.terminal import Terminal

PASSWORD = "seven quiet turbines"
# Another user than the one who restores, which root can be.
SERVED_BY = 10001
# After a restore, codes are taken that nobody can have used before.
NO_CODE_FOR = timedelta(minutes=1)
ADD = ("--role", "customer", "--password-stdin")


def add(settled: Terminal, email: str) -> None:
    settled.does("accounts", "add", email, *ADD, input=PASSWORD)


def file_of(url: str) -> Path:
    return database.file_of(url)


def epoch(url: str) -> str:
    async def read() -> str:
        async with database.connect(url):
            return (await QueueCounter.get()).epoch

    return asyncio.run(read())


@on_sqlite
class TestUnderLoad:
    async def test_a_copy_is_whole_and_holds_what_it_says(
        self, start_process: StartProcess, clock: Clock, tmp_path: Path, database_url: str
    ) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        old = ada.client.bearer
        going = asyncio.Event()
        load = asyncio.gather(*(_ask_and_call_off(place, clock, n, going) for n in range(3)))
        await going.wait()
        copy = tmp_path / "copy.sqlite3"
        said = await place.command("backup", str(copy))
        asked = await load
        await place.stop()

        told = await place.command("restore", str(copy))
        assert told.splitlines()[0].split(": ", 1)[1] == said.split(": ", 1)[1].strip()
        assert "What was there before: " in told
        await place.command("audit", "verify")
        async with database.connect(database_url):
            kept, counted = await feed.counted()
        assert kept == counted
        await place.start()
        ada.client.bearer = old
        assert await ada.client.run("Viewer") is None
        await clock.travel(NO_CODE_FOR)
        await ada.sign_in()
        assert sum(asked) > 0


async def _ask_and_call_off(
    place: people.Place, clock: Clock, number: int, going: asyncio.Event
) -> int:
    person = await people.customer(place, clock, f"load{number}@example.com")
    done = 0
    for _ in range(3):
        asked = await person.request_reset()
        going.set()
        told = await person.client.run("CancelReset", input={"receipt": asked["receipt"]})
        expect(told, "ResetStatus")
        done += 1
    return done


@on_sqlite
class TestRestored:
    def test_brings_back_what_was_there(
        self, settled: Terminal, tmp_path: Path, database_url: str
    ) -> None:
        add(settled, "ada@example.com")
        before = epoch(database_url)
        settled.does("backup", str(tmp_path / "copy"))
        add(settled, "bea@example.com")
        told = settled.does("restore", str(tmp_path / "copy"))
        assert "ada@example.com" in settled.does("accounts", "list")
        assert "bea" not in settled.does("accounts", "list")
        assert epoch(database_url) != before
        kept = told.split("What was there before: ")[1].splitlines()[0]
        shutil.copy(kept, file_of(database_url))
        assert "bea" in settled.does("accounts", "list")

    def test_is_readable_by_its_owner_alone(self, settled: Terminal, tmp_path: Path) -> None:
        settled.does("backup", str(tmp_path / "copy"))
        assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
        settled.does("restore", str(tmp_path / "copy"))
        assert sorted(one.name for one in tmp_path.glob("*.part*")) == []

    def test_belongs_to_whoever_had_the_database(
        self, settled: Terminal, tmp_path: Path, database_url: str
    ) -> None:
        settled.does("backup", str(tmp_path / "copy"))
        if os.geteuid() == 0:
            os.chown(file_of(database_url), SERVED_BY, SERVED_BY)
        before = file_of(database_url).stat()
        settled.does("restore", str(tmp_path / "copy"))
        after = file_of(database_url).stat()
        assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)

    def test_into_a_new_place(
        self, settled: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(settled, "ada@example.com")
        settled.does("backup", str(tmp_path / "copy"))
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", f"sqlite://{tmp_path}/new/place.sqlite3")
        assert "What was there before" not in settled.does("restore", str(tmp_path / "copy"))
        assert "ada@example.com" in settled.does("accounts", "list")


@on_sqlite
class TestRefused:
    def test_no_second_backup_under_one_name(self, settled: Terminal, tmp_path: Path) -> None:
        settled.does("backup", str(tmp_path / "copy"))
        assert "is there already" in settled.cannot("backup", str(tmp_path / "copy"))

    def test_where_nothing_can_be_written(self, settled: Terminal, tmp_path: Path) -> None:
        said = settled.cannot("backup", str(tmp_path / "nowhere" / "copy"))
        assert said.startswith("No backup was made: ")

    @pytest.mark.parametrize("content", [b"", b"no database" * 1000])
    def test_no_database(self, settled: Terminal, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "copy").write_bytes(content)
        assert "was not restored: it is" in settled.cannot("restore", str(tmp_path / "copy"))

    def test_one_of_somebody_else(self, settled: Terminal, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "copy")) as connection:
            connection.execute("CREATE TABLE account (id INTEGER)")
        said = settled.cannot("restore", str(tmp_path / "copy"))
        assert "it is not a database of Sparekey" in said

    def test_a_damaged_one(self, settled: Terminal, tmp_path: Path, database_url: str) -> None:
        settled.does("backup", str(tmp_path / "copy"))
        pages = bytearray((tmp_path / "copy").read_bytes())
        pages[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
        (tmp_path / "copy").write_bytes(pages)
        before = file_of(database_url).read_bytes()
        assert "it is damaged" in settled.cannot("restore", str(tmp_path / "copy"))
        assert file_of(database_url).read_bytes() == before

    def test_other_keys(
        self, settled: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(settled, "ada@example.com")
        settled.does("keys", "rotate")
        settled.does("backup", str(tmp_path / "copy"))
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", settled.does("keys", "new").strip())
        assert "SPAREKEY_SECRET_KEYS" in settled.cannot("restore", str(tmp_path / "copy"))

    def test_no_file(self, settled: Terminal, tmp_path: Path) -> None:
        assert "There is no file" in settled.cannot("restore", str(tmp_path / "copy"))
        assert "Name the file" in settled.cannot("restore")

    async def test_while_a_server_runs(self, start_process: StartProcess, tmp_path: Path) -> None:
        place = await start_process()
        await place.command("backup", str(tmp_path / "copy"))
        with pytest.raises(AssertionError, match="Stop all servers first"):
            await place.command("restore", str(tmp_path / "copy"))
        assert await place.browser().run("Viewer") is None


@on_postgres
class TestOnPostgres:
    async def test_a_dump_is_settled(
        self, start_process: StartProcess, clock: Clock, database_url: str, tmp_path: Path
    ) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        await dumps.take(database_url, tmp_path / "sparekey.dump")
        bea = await people.customer(place, clock, "bea@example.com")
        await place.stop()
        await dumps.put_back(database_url, tmp_path / "sparekey.dump")
        told = await place.command("restore", "--after-pg-restore")
        assert told.startswith("Ended: 1 sessions")
        await place.start()
        assert await ada.client.run("Viewer") is None
        await clock.travel(NO_CODE_FOR)
        await ada.sign_in()
        expect(await bea.login(), "InvalidCredentials")

    async def test_not_while_a_server_runs(self, start_process: StartProcess) -> None:
        place = await start_process()
        with pytest.raises(AssertionError, match="Stop all servers first"):
            await place.command("restore", "--after-pg-restore")

    def test_says_how(self, settled: Terminal) -> None:
        assert "pg_dump" in settled.cannot("backup", "copy")
        assert "pg_restore" in settled.cannot("restore", "copy")
