"""Backups that cannot be taken back, and how far one is while it is taken."""

import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from models.storage import backup, database
from tests.support import locked
from tests.support.databases import on_postgres, on_sqlite
from tests.support.terminal import Terminal

OF_TOMORROW = (
    "INSERT INTO tortoise_migrations (app, name, applied_at)"
    " VALUES ('models', '9999_of_tomorrow', '2027-01-01 00:00:00+00:00')"
)
NEWER = "is of a newer version (9999_of_tomorrow). Install that version, or take a backup"


@on_sqlite
class TestOfANewerVersion:
    def test_is_refused_by_name_before_anything_is_replaced(
        self, settled: Terminal, tmp_path: Path, database_url: str
    ) -> None:
        copy = tmp_path / "copy"
        settled.does("backup", str(copy))
        locked.run(f"sqlite://{copy}", OF_TOMORROW)
        before = sorted(one.name for one in tmp_path.iterdir())
        held = database.file_of(database_url).read_bytes()
        said = settled.cannot("restore", str(copy))
        assert said.startswith(f"{copy} {NEWER}")
        assert database.file_of(database_url).read_bytes() == held
        assert sorted(one.name for one in tmp_path.iterdir()) == before

    def test_can_be_taken_all_the_same(
        self, settled: Terminal, tmp_path: Path, database_url: str
    ) -> None:
        locked.run(database_url, OF_TOMORROW)
        assert "0 account" in settled.does("backup", str(tmp_path / "copy"))


@on_postgres
def test_a_dump_of_a_newer_version_is_not_settled(settled: Terminal, database_url: str) -> None:
    locked.run(database_url, OF_TOMORROW)
    assert settled.cannot("restore", "--after-pg-restore").startswith(f"The database {NEWER}")


class TestHowFarItIs:
    def test_is_told_as_it_goes(self, tmp_path: Path) -> None:
        source = tmp_path / "large"
        with closing(sqlite3.connect(source)) as connection:
            for table in backup._COUNTED:
                connection.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, text TEXT)")
            connection.executemany("INSERT INTO account (text) VALUES (?)", [("x" * 90,)] * 99_999)
            connection.commit()
        told: list[float] = []
        backup.take(source, tmp_path / "copy", told.append)
        assert len(told) > 3 and told == sorted(told)
        assert told[-1] == 1.0 and 0.1 < told[len(told) // 2] < 1.0

    @on_sqlite
    def test_is_a_bar_on_a_terminal_alone(
        self, settled: Terminal, tmp_path: Path, database_url: str
    ) -> None:
        assert "Copying" not in settled.does("backup", str(tmp_path / "quietly"))
        here, there = pty.openpty()
        command = [sys.executable, "-m", "server", "backup", str(tmp_path / "copy")]
        with subprocess.Popen(command, stdout=there, env=os.environ | {"TERM": "xterm"}):
            os.close(there)
            shown = b"".join(iter(lambda: _read(here), b""))
        os.close(here)
        assert b"Copying" in shown and b"100%" in shown
        assert b"0 account, 0 recovery_ticket" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""  # its other end is closed
