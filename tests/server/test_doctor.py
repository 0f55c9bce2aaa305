"""Each thing that a serving process stands on: in order, and in every way that it can be not."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from models.accounts import closing
from models.accounts.account import Account
from models.keys import key_check
from models.keys.keyring import Keyring
from models.policy import Policy
from models.storage import database
from models.stream.feed import QueueCounter
from server import demo
from tests.support import databases, postgres, rows
from tests.support.databases import on_postgres
from tests.support.house import House
from tests.support.terminal import Terminal

EVERYTHING = [
    "settings", "database", "migrations", "keys", "counters", "clock", "mail", "rate limits",
    "documents", "metrics", "web pages",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("built")
NEW = Keyring.generate_text()


class TestTheCommand:
    def test_all_is_well(self, settled: Terminal, dialect: str) -> None:
        lines = settled.does("doctor").splitlines()
        assert [line[6:18].strip() for line in lines] == EVERYTHING
        assert {line[:5] for line in lines} == {"ok   "}
        assert lines[1][19:] == dialect

    def test_one_thing_is_wrong(self, settled: Terminal, built: Path) -> None:
        built.unlink()
        printed, said = settled.fails("doctor")
        assert [line[6:18].strip() for line in printed.splitlines()] == EVERYTHING
        assert printed.splitlines()[-1].startswith(
            "wrong web pages    Not built: GraphiQL and the web apps."
        )
        assert said == "Not in order: web pages\n"

    def test_several_faults_stand_below_each_other(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_MODE", "production")
        monkeypatch.setenv("SPAREKEY_STAFF_SESSION", "30d")
        printed, _ = settled.fails("doctor")
        first, second = printed.splitlines()[:2]
        assert first[:19] == "wrong settings     " and first[19:].startswith("SPAREKEY_")
        assert second[:19].isspace() and second[19:].startswith("SPAREKEY_")

    def test_settings_that_cannot_be_read(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_MAIL_URL", "smtp://hunter2@relay.example")
        said = terminal.cannot("doctor")
        assert said.startswith("SPAREKEY_MAIL_URL: ") and "hunter2" not in said

    def test_tells_no_secret(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, secret_keys: str
    ) -> None:
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", "postgres://root:hunter2@127.0.0.1:1/accounts")
        monkeypatch.setenv("SPAREKEY_MAIL_URL", "smtp://mailer:hunter2@127.0.0.1:1")
        monkeypatch.setenv("SPAREKEY_RATE_LIMIT_URL", "async+redis://:hunter2@127.0.0.1:1")
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", secret_keys)
        printed, said = terminal.fails("doctor")
        assert said == "Not in order: database, mail, rate limits\n"
        for secret in ("hunter2", "root", "mailer", "://", secret_keys.partition(":")[2]):
            assert secret not in printed

    def test_whoever_reads_along_may_leave(self, terminal: Terminal, tmp_path: Path) -> None:
        program = [sys.executable, "-m", "server", "doctor"]
        with subprocess.Popen(
            program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
        ) as left:
            assert left.stdout and left.stderr
            left.stdout.close()
            assert left.stderr.read() == b""


class TestSettings:
    async def test_what_production_asks_for(self, house: House) -> None:
        wrong = await house.wrong(SPAREKEY_MODE="production")
        assert "SPAREKEY_PUBLIC_URL" in wrong["settings"]
        assert "SPAREKEY_ARGON2_MEMORY_KIB" in wrong["settings"]

    async def test_a_region_that_is_not_known(self, house: House) -> None:
        wrong = await house.wrong(SPAREKEY_CALENDAR="ATLANTIS")
        assert list(wrong) == ["settings"] and "SPAREKEY_CALENDAR" in wrong["settings"]


class TestDatabase:
    @pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid"])
    async def test_does_not_answer(self, house: House, host: str) -> None:
        found = await house.examined(SPAREKEY_DATABASE_URL=f"postgres://root:hunter2@{host}/x")
        assert "Check SPAREKEY_DATABASE_URL" in found["database"].text
        assert list(found) == ["settings", "database", *EVERYTHING[-5:]]

    async def test_none_is_made_by_looking(self, house: House, tmp_path: Path) -> None:
        missing = tmp_path / "folder" / "x.sqlite3"
        wrong = await house.wrong(SPAREKEY_DATABASE_URL=f"sqlite://{missing}")
        assert wrong == {"database": "There is none yet. Run: sparekey migrate"}
        assert not missing.parent.exists()

    async def test_is_behind(self, house: House, empty_url: str) -> None:
        async with database.connect(empty_url):
            pass  # There, and empty.
        found = await house.examined(SPAREKEY_DATABASE_URL=empty_url)
        assert found["migrations"].text.endswith("missing. Run: sparekey migrate")
        assert found["database"].ok and found["clock"].ok and "keys" not in found
        await databases.migrate(empty_url)
        assert await house.wrong(SPAREKEY_DATABASE_URL=empty_url) == {}

    @on_postgres
    @pytest.mark.parametrize(("ahead", "text"), [(5, "+5.0 s"), (-60, "-60.0 s")])
    async def test_its_clock_is_off(
        self, house: House, database_url: str, ahead: int, text: str
    ) -> None:
        await postgres.set_ahead(database_url, timedelta(seconds=ahead))
        wrong = await house.wrong()
        assert list(wrong) == ["clock"] and wrong["clock"].startswith(text)


class TestDemoPeople:
    async def test_are_nobodys_to_keep(
        self, house: House, policy: Policy, database_url: str
    ) -> None:
        here = {"SPAREKEY_MODE": "production"}
        assert (await house.examined(**here))["demo people"].text == "none"
        async with database.connect(database_url):
            await demo.make(policy)
        wrong = (await house.wrong(**here))["demo people"]
        assert all(person.email in wrong for person in demo.PEOPLE)
        assert wrong.endswith("Run for each: sparekey accounts disable EMAIL --reason …")
        async with database.connect(database_url):
            for found in await Account.all():
                await closing.disable(policy, found, "Left us.")
        assert (await house.examined(**here))["demo people"].text == "none"


class TestCounters:
    @pytest.fixture(autouse=True)
    async def spoilt(self, database_url: str) -> None:
        """One ticket waits; two are said to, and one less than none to be claimed."""
        async with database.connect(database_url):
            await rows.tickets(await rows.accounts(1))
            await QueueCounter.all().update(waiting=2, claimed=-1)

    async def test_are_wrong(self, house: House) -> None:
        wrong = await house.wrong()
        said = "They say 2 waiting, -1 claimed, 0 overdue for a day"
        there = "there are 1 waiting, 0 claimed, 0 overdue for a day"
        assert wrong == {"counters": f"{said}; {there}. Run: sparekey migrate"}

    async def test_are_mended_as_it_says(self, house: House, settled: Terminal) -> None:
        await asyncio.to_thread(settled.does, "migrate")
        found = (await house.examined())["counters"].text
        assert found == "1 waiting, 0 claimed, 0 overdue for a day"


class TestKeys:
    @pytest.fixture(autouse=True)
    async def in_use(self, database_url: str, secret_keys: str) -> str:
        """The key that a server started with; returns its id."""
        async with database.connect(database_url):
            await key_check.check(Keyring.parse(secret_keys))
        return secret_keys.partition(":")[0]

    async def test_one_is_missing(self, house: House, in_use: str) -> None:
        wrong = await house.wrong(SPAREKEY_SECRET_KEYS=NEW)
        assert list(wrong) == ["keys"] and f"{in_use} is still in use" in wrong["keys"]

    async def test_another_has_its_id(self, house: House, in_use: str) -> None:
        ring = f"{in_use}:{NEW.partition(':')[2]}"
        wrong = await house.wrong(SPAREKEY_SECRET_KEYS=ring)
        assert wrong["keys"].endswith(f"{in_use} is not the key that had this id before")

    async def test_a_ring_that_was_spoilt(self, house: House) -> None:
        wrong = await house.wrong(SPAREKEY_SECRET_KEYS=NEW[:-4])
        assert "Key 1 has 30 bytes instead of 32" in wrong["keys"]

    async def test_looking_puts_no_key_into_use(self, house: House, secret_keys: str) -> None:
        assert await house.wrong(SPAREKEY_SECRET_KEYS=f"{NEW},{secret_keys}") == {}
        assert await house.wrong() == {}
