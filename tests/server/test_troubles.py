"""Whatever is wrong with the database, each command says what and how to mend it, and ends."""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from models.storage import database
from tests.support import locked, postgres
from tests.support.databases import on_postgres, on_sqlite
from tests.support.terminal import Terminal

PASSWORD = "seven quiet turbines"
COMMANDS = {
    "serve": ("serve", "--port", "1"),
    "demo": ("demo", "--port", "1"),
    "migrate": ("migrate",),
    "accounts add": ("accounts", "add", "a@example.com", "--role", "customer", "--password-stdin"),
    "accounts import": ("accounts", "import", "people.csv"),
    "accounts list": ("accounts", "list"),
    "accounts show": ("accounts", "show", "ada@example.com"),
    "accounts disable": ("accounts", "disable", "ada@example.com", "--reason", "Asked."),
    "accounts erase": ("accounts", "erase", "ada@example.com", "--reason", "Asked.", "--yes"),
    "accounts export": ("accounts", "export", "ada@example.com"),
    "reset": ("accounts", "reset-second-factor", "ada@example.com", "--reason", "Asked."),
    "keys rotate": ("keys", "rotate"),
    "audit verify": ("audit", "verify"),
    "audit export": ("audit", "export"),
    "queue list": ("queue", "list"),
    "queue watch": ("queue", "watch"),
    "retention": ("retention",),
}
BY_NAME = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
LONGEST = 15.0  # seconds, with what a start costs on a busy machine
SECRETS = ("hunter2", "://root", PASSWORD)
Said = Callable[..., str]


@pytest.fixture
def said(
    settled: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str, tuple[str, ...]], str]:
    """What a command says that cannot do anything with such a database."""
    monkeypatch.setenv("SPAREKEY_RETENTION_SESSIONS", "30d")
    (tmp_path / "people.csv").write_text("email,passwordHash\n")

    def say(url: str, command: tuple[str, ...]) -> str:
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", url)
        began = time.monotonic()
        text = settled.cannot(*command, input=PASSWORD)
        assert time.monotonic() - began < LONGEST
        assert text.count("\n") == 1, "one sentence or two, in one line"
        assert not [secret for secret in SECRETS if secret in text]
        return text

    return say


@contextmanager
def answering(with_: bytes | None) -> Iterator[str]:
    """The address of somebody who is no PostgreSQL, and answers so, or never."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        if with_ is not None:
            locked.answer_in_a_thread(server, with_)
        yield address


MALFORMED = {
    "mysql://root:hunter2@127.0.0.1/x": "must begin with sqlite:// or postgres://",
    "postgresql://root:hunter2@127.0.0.1/x": "must begin with sqlite:// or postgres://",
    "/var/sparekey.sqlite3": "must begin with sqlite:// or postgres://",
    "": "must begin with sqlite:// or postgres://",
    "sqlite://": "must name a file",
    "sqlite://:memory:": "must name a file",
    "sqlite:///tmp": "names a folder",
    "postgres://root:hunter2@127.0.0.1": "must end with the name of a database",
    "postgres://root:hunter2@127.0.0.1:port/x": "cannot be read",
    "postgres://root:hunter2@127.0.0.1:99999/x": "cannot be read",
    "postgres://root:hunter2@[::1/x": "cannot be read",
    "postgres://root:hunter2@127.0.0.1/x?sslmode=require": "for TLS with verification: ?ssl=true",
    "postgres://root:hunter2@127.0.0.1/x?ssl=no": "?ssl= must be true, or be left out",
    "postgres://root:hunter2@127.0.0.1/x?maxsize=many": "?maxsize= must be a whole number",
    "postgres://root:hunter2@127.0.0.1/x?colour=red": "may be followed by these alone",
}


@on_sqlite
class TestAnAddressThatCannotBe:
    @pytest.mark.parametrize("url", MALFORMED)
    def test_is_told_by_the_name_of_the_setting(self, said: Said, url: str) -> None:
        for command in (COMMANDS["serve"], COMMANDS["migrate"], ("doctor",), ("backup", "copy")):
            text = said(url, command)
            assert text.startswith("SPAREKEY_DATABASE_URL: ") and MALFORMED[url] in text


@on_sqlite
@BY_NAME
class TestNobodyThere:
    def test_a_port_that_refuses(self, said: Said, command: tuple[str, ...]) -> None:
        text = said("postgres://root:hunter2@127.0.0.1:1/x", command)
        assert text.startswith("Nobody listens at the database's address.")
        assert "Check SPAREKEY_DATABASE_URL" in text

    def test_a_host_that_is_not_known(self, said: Said, command: tuple[str, ...]) -> None:
        text = said("postgres://root:hunter2@nowhere.invalid/x", command)
        assert "host is not known by that name. Check SPAREKEY_DATABASE_URL" in text

    def test_a_host_that_says_nothing(
        self, said: Said, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "CONNECT_WITHIN", 0.3)
        with answering(None) as address:
            text = said(f"postgres://root:hunter2@{address}/x", command)
        assert "does not answer in time" in text and "Check SPAREKEY_DATABASE_URL" in text

    def test_somebody_else(self, said: Said, command: tuple[str, ...]) -> None:
        with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
            text = said(f"postgres://root:hunter2@{address}/x", command)
        assert "is no PostgreSQL" in text and "Check SPAREKEY_DATABASE_URL" in text


@on_sqlite
@BY_NAME
class TestAFileThatIsNone:
    def test_no_database(self, said: Said, command: tuple[str, ...], tmp_path: Path) -> None:
        place = tmp_path / "letters.txt"
        place.write_text("Dear Ada, " * 1000)
        text = said(f"sqlite://{place}", command)
        assert text == "The file is no SQLite database. Check SPAREKEY_DATABASE_URL.\n"
        assert place.read_text() == "Dear Ada, " * 1000

    def test_somebody_elses(self, said: Said, command: tuple[str, ...], tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "else")) as connection:
            connection.execute("CREATE TABLE song (name TEXT)")
            text = said(f"sqlite://{tmp_path}/else", command)
            assert text.startswith("The database holds something else (song).")
            assert "SPAREKEY_DATABASE_URL" in text
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        assert tables == [("song",)]

    def test_a_damaged_one(
        self, said: Said, command: tuple[str, ...], tmp_path: Path, database_url: str
    ) -> None:
        place = tmp_path / "damaged"
        whole = database.file_of(database_url).read_bytes()
        place.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        text = said(f"sqlite://{place}", command)
        assert text.startswith("The database is damaged.") and "sparekey restore" in text

    def test_a_place_under_a_file(
        self, said: Said, command: tuple[str, ...], tmp_path: Path
    ) -> None:
        (tmp_path / "taken").touch()
        text = said(f"sqlite://{tmp_path}/taken/x.sqlite3", command)
        assert "Run: sparekey migrate" in text or "Let this user write it and its folder" in text


@BY_NAME
def test_of_a_newer_version(said: Said, command: tuple[str, ...], database_url: str) -> None:
    locked.run(
        database_url,
        "INSERT INTO tortoise_migrations (app, name, applied_at)"
        " VALUES ('models', '9999_of_tomorrow', '2027-01-01 00:00:00+00:00')",
    )
    text = said(database_url, command)
    assert text.startswith("The database is of a newer version (9999_of_tomorrow).")
    assert "Install that version" in text


@on_postgres
@BY_NAME
class TestPostgres:
    def test_a_wrong_password(
        self, said: Said, command: tuple[str, ...], database_url: str
    ) -> None:
        text = said(locked.with_a_wrong_password(database_url), command)
        assert "does not take this user and password" in text
        assert "SPAREKEY_DATABASE_URL" in text

    def test_an_unknown_user(self, said: Said, command: tuple[str, ...], database_url: str) -> None:
        text = said(locked.as_user(database_url, "nobody_we_know"), command)
        assert "does not take this user and password" in text

    def test_an_unknown_database(
        self, said: Said, command: tuple[str, ...], database_url: str
    ) -> None:
        text = said(database_url.replace("/sparekey_test_", "/never_made_"), command)
        assert "The server has no database of that name" in text

    def test_somebody_elses(self, said: Said, command: tuple[str, ...], database_url: str) -> None:
        locked.run(database_url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        locked.run(database_url, "CREATE TABLE song (name text)")
        text = said(database_url, command)
        assert text.startswith("The database holds something else (song).")

    def test_no_connection_left(
        self, said: Said, command: tuple[str, ...], database_url: str
    ) -> None:
        with locked.reader(database_url) as url:
            name = postgres.name_of(database_url)
            locked.run(database_url, f"ALTER DATABASE {name} CONNECTION LIMIT 0")
            text = said(url, command)
        assert "has no connection left" in text and "max_connections" in text


WRITING = {
    name: COMMANDS[name]
    for name in ("serve", "migrate", "accounts add", "keys rotate", "accounts show")
}


@on_postgres
@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
class TestWhoMayOnlyRead:
    def test_is_told_what_is_missing(
        self, said: Said, command: tuple[str, ...], database_url: str
    ) -> None:
        with locked.reader(database_url) as url:
            text = said(url, command)
        assert text.startswith("The database user may not do that. Let it own the database")

    def test_at_a_standby(self, said: Said, command: tuple[str, ...], database_url: str) -> None:
        name = postgres.name_of(database_url)
        locked.run(database_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        text = said(database_url, command)
        assert text.startswith("The database can only be read, as a standby can.")
