"""What an operator types, and what is said when it cannot be done."""

import subprocess
import sys
from pathlib import Path

import pytest

import schema
from tests.conftest import StartProcess
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.terminal import Terminal

PASSWORD = "seven quiet turbines"
ADD = ("accounts", "add", "sam@example.com", "--role", "support", "--password-stdin")
CONTRACT = Path(__file__).parents[2] / "frontend-contract" / "schema.graphql"


class TestAccountsAdd:
    async def test_makes_one_that_enrols_at_its_first_sign_in(
        self, start_process: StartProcess, clock: Clock
    ) -> None:
        place = await start_process()
        printed = await place.command(*ADD, "--device", "AHU-7", stdin=PASSWORD + "\n")
        assert "sam@example.com" in printed and PASSWORD not in printed
        sam = Person(place, clock, "sam@example.com")
        signed = await sam.enroll()
        assert signed["account"]["roles"] == ["SUPPORT"]
        (device,) = (await sam.client.run("Viewer"))["devices"]
        assert device["serialNumber"] == "AHU-7"

    def test_says_that_an_address_is_taken(self, settled: Terminal) -> None:
        settled.does(*ADD, input=PASSWORD)
        assert "sam@example.com already" in settled.cannot(*ADD, input=PASSWORD)

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("", "password: A password has at least 8 characters."),
            ("short", "password: A password has at least 8 characters."),
            ("password123", "list of common passwords"),
            ("sam@example.com", "too close to your address"),
            ("x" * 1025, "at most 1024 bytes"),
        ],
    )
    def test_refuses_a_bad_password(self, settled: Terminal, password: str, why: str) -> None:
        said = settled.cannot(*ADD, input=password)
        assert why in said
        assert not password or password == "sam@example.com" or password not in said

    def test_takes_a_password_from_standard_input_only(self, settled: Terminal) -> None:
        assert "--password-stdin" in settled.cannot(*ADD[:-1], input=PASSWORD)
        assert settled.run(*ADD[:-1], "--password", PASSWORD).exit_code == 2

    @pytest.mark.parametrize("address", ["nobody", "a b@example.com", ""])
    def test_refuses_what_is_no_address(self, settled: Terminal, address: str) -> None:
        said = settled.cannot("accounts", "add", address, *ADD[3:], input=PASSWORD)
        assert said == "email: This is not an e-mail address.\n"

    @pytest.mark.parametrize("role", ["boss", ""])
    def test_refuses_another_role(self, settled: Terminal, role: str) -> None:
        add = ("accounts", "add", "sam@example.com", "--password-stdin", "--role", role)
        assert settled.run(*add, input=PASSWORD).exit_code == 2

    def test_takes_a_role_as_the_api_writes_it(self, settled: Terminal) -> None:
        add = ("accounts", "add", "sam@example.com", "--password-stdin", "--role", "SUPPORT")
        assert settled.does(*add, input=PASSWORD) == "Made: sam@example.com (support)\n"


class TestMigrate:
    def test_from_nothing_and_again(self, terminal: Terminal, tmp_path: Path) -> None:
        first = terminal.does("migrate")
        assert "Applying 0001_first" in first
        assert terminal.does("migrate") == "The database is up to date.\n"
        assert (tmp_path / "var/sparekey.sqlite3").exists()

    def test_is_named_where_it_is_missing(self, terminal: Terminal) -> None:
        said = terminal.cannot(*ADD, input=PASSWORD)
        assert said == "The database is behind this version. Run: sparekey migrate\n"


class TestServe:
    def test_refuses_several_processes_on_sqlite(self, terminal: Terminal) -> None:
        said = terminal.cannot("serve", "--workers", "2")
        assert said.startswith("SPAREKEY_DATABASE_URL: SQLite serves one process only")

    def test_names_each_weak_setting(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_MODE", "production")
        said = terminal.cannot("serve").splitlines()
        names = [line.partition(":")[0] for line in said]
        assert names == ["SPAREKEY_SECRET_KEYS", "SPAREKEY_PUBLIC_URL", "SPAREKEY_MAIL_URL"]

    def test_names_each_fault(self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPAREKEY_LIMIT_SOCKETS", "none")
        monkeypatch.setenv("SPAREKEY_TIMEZONE", "Europe/Atlantis")
        said = terminal.cannot("serve").splitlines()
        names = [line.partition(":")[0] for line in said]
        assert names == ["SPAREKEY_LIMIT_SOCKETS", "SPAREKEY_TIMEZONE"]

    @pytest.mark.parametrize(
        "url",
        [
            "postgres://root:hunter2@127.0.0.1:1/sparekey",
            "postgres://root:hunter2@nowhere.invalid/sparekey",
        ],
    )
    def test_does_not_tell_the_password_of_a_database_that_is_away(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", url)
        said = terminal.cannot("serve")
        assert "Check SPAREKEY_DATABASE_URL" in said
        assert "hunter2" not in said


class TestSchemaExport:
    def test_is_what_the_contract_holds(self, terminal: Terminal, tmp_path: Path) -> None:
        terminal.does("schema", "export", str(tmp_path / "there" / "schema.graphql"))
        written = (tmp_path / "there" / "schema.graphql").read_text("utf-8")
        assert written == terminal.does("schema", "export", "-")
        assert written == CONTRACT.read_text("utf-8")
        assert written.rstrip() == schema.sdl().rstrip()

    def test_stands_in_the_contracts_place_by_default(
        self, terminal: Terminal, tmp_path: Path
    ) -> None:
        terminal.does("schema", "export")
        assert (tmp_path / "frontend-contract/schema.graphql").exists()


class TestTheProgram:
    def test_is_installed(self, tmp_path: Path) -> None:
        program = Path(sys.executable).parent / "sparekey"
        shown = subprocess.run([program, "--help"], capture_output=True, text=True, cwd=tmp_path)
        assert shown.returncode == 0
        for command in ("serve", "migrate", "demo", "accounts", "schema"):
            assert command in shown.stdout
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("arguments", [("fly",), ("serve", "--port", "0"), ("accounts", "fly")])
    def test_does_not_know_everything(self, terminal: Terminal, arguments: tuple[str, ...]) -> None:
        assert terminal.run(*arguments).exit_code == 2
