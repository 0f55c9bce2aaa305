"""Each thing that a serving process stands on: in order, and in every way that it can be not."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from models import database, key_check
from models.keyring import Keyring
from server import doctor, explorer, sntp
from server.doctor import Finding
from server.settings import PREFIX, Settings
from tests.support import databases, environment, postgres, relay, time_server
from tests.support.databases import on_postgres
from tests.support.terminal import Terminal

EVERYTHING = [
    "settings", "database", "migrations", "keys", "clock", "mail", "rate limits", "web pages",
]  # fmt: skip
NEW = Keyring.generate_text()


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The built pages, wherever this is run."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").touch()
    monkeypatch.setattr(explorer, "_SITE", site)
    return site / "index.html"


class House:
    """Settings that are in order, until some are changed."""

    def __init__(self, database_url: str, folder: Path, secret_keys: str) -> None:
        self._given = (database_url, folder, "http://127.0.0.1:1", secret_keys)

    async def examined(self, host: str | None = None, **changes: str) -> dict[str, Finding]:
        """What the doctor finds, by what it looked at."""
        variables = environment.environment(*self._given) | changes
        named = {name.removeprefix(PREFIX).lower(): value for name, value in variables.items()}
        settings = Settings.model_validate(named)
        return {one.what: one async for one in doctor.examine(settings, host)}

    async def wrong(self, host: str | None = None, **changes: str) -> dict[str, str]:
        """What is wrong, by what it looked at."""
        found = await self.examined(host, **changes)
        return {what: one.text for what, one in found.items() if not one.ok}


@pytest.fixture
def house(database_url: str, tmp_path: Path, secret_keys: str) -> House:
    return House(database_url, tmp_path, secret_keys)


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
        assert printed.splitlines()[-1].startswith("wrong web pages    GraphiQL is not built.")
        assert said == "Not in order: web pages\n"

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
        assert list(found) == ["settings", "database", "mail", "rate limits", "web pages"]

    async def test_a_file_that_cannot_be_made(self, house: House, tmp_path: Path) -> None:
        (tmp_path / "taken").touch()
        wrong = await house.wrong(SPAREKEY_DATABASE_URL=f"sqlite://{tmp_path}/taken/x.sqlite3")
        assert list(wrong) == ["database"]
        assert "Check SPAREKEY_DATABASE_URL" in wrong["database"]

    async def test_is_behind(
        self, house: House, dialect: str, tmp_path: Path, postgres_server: str
    ) -> None:
        url = f"sqlite://{tmp_path / 'empty.sqlite3'}"
        if dialect == "postgres":
            url = await postgres.create(postgres_server)
        found = await house.examined(SPAREKEY_DATABASE_URL=url)
        assert found["migrations"].text.endswith("missing. Run: sparekey migrate")
        assert found["database"].ok and found["clock"].ok and "keys" not in found
        await databases.migrate(url)
        assert await house.wrong(SPAREKEY_DATABASE_URL=url) == {}
        if dialect == "postgres":
            await postgres.drop(postgres_server, url)

    @on_postgres
    @pytest.mark.parametrize(("ahead", "text"), [(5, "+5.0 s"), (-60, "-60.0 s")])
    async def test_its_clock_is_off(
        self, house: House, database_url: str, ahead: int, text: str
    ) -> None:
        await postgres.set_ahead(database_url, timedelta(seconds=ahead))
        wrong = await house.wrong()
        assert list(wrong) == ["clock"] and wrong["clock"].startswith(text)


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


class TestMail:
    async def test_a_folder_that_cannot_be_written(self, house: House, tmp_path: Path) -> None:
        (tmp_path / "taken").touch()
        wrong = await house.wrong(SPAREKEY_MAIL_URL=f"file:{tmp_path}/taken/mail")
        assert list(wrong) == ["mail"] and "Check SPAREKEY_MAIL_URL" in wrong["mail"]

    async def test_a_relay_that_answers(self, house: House) -> None:
        async with relay.running() as post:
            found = await house.examined(SPAREKEY_MAIL_URL=post.url)
            assert found["mail"].ok and found["mail"].text == f"127.0.0.1:{post.port} answers"
            assert post.connections == 1 and post.received == []

    async def test_a_relay_that_is_gone(self, house: House) -> None:
        async with relay.running() as post:
            await post.kill()
            wrong = await house.wrong(SPAREKEY_MAIL_URL=post.url)
        assert list(wrong) == ["mail"] and "Check SPAREKEY_MAIL_URL" in wrong["mail"]

    async def test_a_relay_without_encryption(self, house: House) -> None:
        async with relay.running() as post:
            wrong = await house.wrong(SPAREKEY_MAIL_URL=post.url.partition("?")[0])
        assert "does not take us" in wrong["mail"]

    async def test_a_relay_that_says_nothing(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doctor, "WITHIN", 0.5)
        async with relay.running() as post:
            post.mute = True
            assert list(await house.wrong(SPAREKEY_MAIL_URL=post.url)) == ["mail"]


class TestRateLimits:
    async def test_in_memory(self, house: House) -> None:
        assert (await house.examined())["rate limits"].text == "in this process's memory"

    async def test_a_store_that_is_gone(self, house: House) -> None:
        wrong = await house.wrong(SPAREKEY_RATE_LIMIT_URL="async+redis://:hunter2@127.0.0.1:1")
        assert list(wrong) == ["rate limits"]
        assert "Check SPAREKEY_RATE_LIMIT_URL" in wrong["rate limits"]


class TestTimeServer:
    async def found(
        self,
        house: House,
        monkeypatch: pytest.MonkeyPatch,
        says: Callable[[], bytes],
        host: str = "127.0.0.1",
    ) -> Finding:
        monkeypatch.setattr(sntp, "WITHIN", 2.0)
        async with time_server.running(says) as port:
            monkeypatch.setattr(sntp, "PORT", port)
            return (await house.examined(host))["time server"]

    @pytest.mark.parametrize("ahead", [0.0, 1.4, -1.4])
    async def test_is_close(
        self, house: House, monkeypatch: pytest.MonkeyPatch, ahead: float
    ) -> None:
        found = await self.found(house, monkeypatch, partial(time_server.answer, ahead))
        assert found.ok and abs(float(found.text.split()[0]) - ahead) < 0.5

    @pytest.mark.parametrize("ahead", [3.0, -3.0, 3600.0])
    async def test_is_off(
        self, house: House, monkeypatch: pytest.MonkeyPatch, ahead: float
    ) -> None:
        found = await self.found(house, monkeypatch, partial(time_server.answer, ahead))
        assert not found.ok and "Keep both in step" in found.text
        assert abs(float(found.text.split()[0]) - ahead) < 0.5

    @pytest.mark.parametrize(
        "says",
        [
            pytest.param(lambda: time_server.answer(stratum=0), id="refuses"),
            pytest.param(lambda: time_server.answer(leap=3), id="does not know"),
            pytest.param(lambda: b"\x24\x02", id="cut short"),
            pytest.param(bytes, id="silence"),
        ],
    )
    async def test_does_not_tell(
        self, house: House, monkeypatch: pytest.MonkeyPatch, says: Callable[[], bytes]
    ) -> None:
        found = await self.found(house, monkeypatch, says)
        assert not found.ok and found.text.endswith("Check --time-server.")

    async def test_is_not_known(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        found = await self.found(house, monkeypatch, time_server.answer, "nowhere.invalid")
        assert not found.ok and found.text.endswith("Check --time-server.")

    async def test_is_gone(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        await self.found(house, monkeypatch, time_server.answer)
        found = (await house.examined("127.0.0.1"))["time server"]
        assert not found.ok and found.text.endswith("Check --time-server.")
