"""What the doctor finds of a database that is not what it should be."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import locked, postgres
from tests.support.databases import on_postgres, on_sqlite
from tests.support.house import House
from tests.support.terminal import Terminal

OF_TOMORROW = (
    "INSERT INTO tortoise_migrations (app, name, applied_at)"
    " VALUES ('models', '9999_of_tomorrow', '2027-01-01 00:00:00+00:00')"
)


@on_sqlite
class TestAFile:
    async def test_that_is_no_database(self, house: House, tmp_path: Path) -> None:
        (tmp_path / "letters").write_text("Dear Ada, " * 1000)
        wrong = await house.wrong(SPAREKEY_DATABASE_URL=f"sqlite://{tmp_path}/letters")
        said = "The file is no SQLite database. Check SPAREKEY_DATABASE_URL."
        assert wrong == {"database": said}

    async def test_of_somebody_else(self, house: House, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "else")) as connection:
            connection.execute("CREATE TABLE song (name TEXT)")
        wrong = await house.wrong(SPAREKEY_DATABASE_URL=f"sqlite://{tmp_path}/else")
        said = "The database holds something else. Check SPAREKEY_DATABASE_URL."
        assert wrong == {"migrations": said}


class TestAnyDatabase:
    def test_of_a_newer_version(self, settled: Terminal, built: Path, database_url: str) -> None:
        locked.run(database_url, OF_TOMORROW)
        printed, said = settled.fails("doctor")
        assert "1 of a newer version. Install that version." in printed
        assert said == "Not in order: migrations\n"

    def test_whose_record_is_ahead(self, settled: Terminal, built: Path, database_url: str) -> None:
        locked.run(
            database_url,
            "INSERT INTO audit_entry (uid, at, action, named, mark) VALUES"
            " ('00000000-0000-4000-8000-000000000001', '2199-01-01 00:00:00+00:00', '-', '-', '-')",
        )
        printed, said = settled.fails("doctor")
        assert "s ahead: the clock was set back, or was ahead." in printed
        assert said == "Not in order: clock\n"


@on_postgres
class TestPostgres:
    def test_by_a_wrong_password(
        self, settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = locked.with_a_wrong_password(database_url)
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", wrong)
        printed, _ = settled.fails("doctor")
        assert "does not take this user and password" in printed and "hunter2" not in printed

    def test_that_may_only_be_read(
        self, settled: Terminal, built: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with locked.reader(database_url) as url:
            monkeypatch.setenv("SPAREKEY_DATABASE_URL", url)
            printed, said = settled.fails("doctor")
        assert "The database user may not do that." in printed
        assert said == "Not in order: migrations\n"

    def test_that_is_a_standby(self, settled: Terminal, built: Path, database_url: str) -> None:
        name = postgres.name_of(database_url)
        locked.run(database_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        assert "Name the primary" in settled.fails("doctor")[0]
