"""`sparekey accounts import`, as an operator types it, and the sign-ins that follow."""

import asyncio
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pyotp
import pytest

from models.accounts import import_file, imports
from models.accounts.account import Account, Device
from models.accounts.import_file import Form
from models.record.audit import AuditEntry
from models.second_factor.two_factor import Authenticator
from models.storage import database
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import dump, on_sqlite
from tests.support.newcomers import HASH, PASSWORD, SECRET, people, person, write
from tests.support.people import Person
from tests.support.served import Running
from tests.support.terminal import Terminal

IMPORT = ("accounts", "import")
MANY = 20_000
_DJANGO = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"salt", 1000)
_SCRYPT = hashlib.scrypt(PASSWORD.encode(), salt=b"salt", n=1024, r=8, p=1, dklen=64)
HASHES = {
    "bcrypt": HASH,
    "pbkdf2": f"pbkdf2_sha256$1000$salt${b64encode(_DJANGO).decode()}",
    "scrypt": f"scrypt$1024$salt$8$1${b64encode(_SCRYPT).decode()}",
}


class TestSignIn:
    @pytest.mark.parametrize("kind", HASHES)
    async def test_with_the_old_password(self, served: Running, clock: Clock, kind: str) -> None:
        line = person(passwordHash=HASHES[kind], devices=[{"serialNumber": "AHU-7"}])
        await self.imported(served, line)
        ada = Person(served, clock, "ada@example.com")
        ada.password = PASSWORD + "!"
        expect(await ada.login(), "InvalidCredentials")
        assert (await Account.get()).password_hash == HASHES[kind]
        ada.password = PASSWORD
        signed = await ada.enroll()
        assert signed["account"]["roles"] == ["CUSTOMER"]
        assert (await Account.get()).password_hash.startswith("$argon2id$")
        (device,) = (await ada.client.run("Viewer"))["devices"]
        assert device["serialNumber"] == "AHU-7"
        await ada.sign_in()

    async def test_with_the_old_app(self, served: Running, clock: Clock) -> None:
        await self.imported(served, person(totpSecret=SECRET))
        ada = Person(served, clock, "ada@example.com")
        challenge = await ada.challenge()
        ada.phone = pyotp.TOTP(SECRET)
        expect(await ada.verify(challenge), "SignedIn")
        assert served.mailbox.letters() == []

    async def imported(self, served: Running, line: dict[str, Any]) -> None:
        lines = io.BytesIO(json.dumps(line).encode())
        entries = import_file.entries(lines, Form.JSONL)
        (step,) = [step async for step in imports.run(served.policy.keyring, entries)]
        assert step.imported == 1


class TestReport:
    LINES = (
        "E-Mail;Password hash;Serial number",
        f"ada@example.com;{HASH};AHU-1",
        f"eve;{HASH};",
        f"eve@example.com;$2b$30${HASH[7:]};",
        f"eve@example.com;{HASH};!",
        f"ADA@example.com;{HASH};",
        "eve@example.com",
        f"bob@example.com;{HASH};",
    )
    REFUSED = (
        "line 3: email: This is not an e-mail address.\n"
        "line 4: passwordHash: This hash would cost too much time or memory at every sign-in.\n"
        "line 5: serialNumber: This contains characters that are not possible here.\n"
        "line 6: email: Line 2 has this address already.\n"
        "line 7: line: There are more or fewer values than columns.\n"
    )
    TOTALS = "Imported: 2. There before: 0.\n"

    def test_stands_before_the_totals(self, settled: Terminal, tmp_path: Path) -> None:
        printed, said = settled.fails(*IMPORT, write(tmp_path / "people.csv", *self.LINES))
        assert (printed, said) == (self.REFUSED + self.TOTALS, "Lines refused: 5.\n")

    def test_into_a_file(self, settled: Terminal, tmp_path: Path) -> None:
        file, report = write(tmp_path / "people", *self.LINES), tmp_path / "refused.txt"
        printed, _ = settled.fails(*IMPORT, file, "--format", "csv", "--report", str(report))
        assert printed == self.TOTALS
        assert report.read_text() == self.REFUSED
        assert "example" not in printed + report.read_text()
        again, _ = settled.fails(*IMPORT, file, "--format", "csv", "--report", str(report))
        assert again == "Imported: 0. There before: 2.\n"
        assert report.read_text() == self.REFUSED

    def test_of_a_dry_run(self, settled: Terminal, tmp_path: Path, database_url: str) -> None:
        file = write(tmp_path / "people.csv", *self.LINES)
        before = asyncio.run(dump(database_url))
        printed, _ = settled.fails(*IMPORT, file, "--dry-run")
        assert printed == self.REFUSED + "Would be imported: 2. There before: 0.\n"
        assert asyncio.run(dump(database_url)) == before

    def test_never_takes_the_files_place(self, settled: Terminal, tmp_path: Path) -> None:
        file = write(tmp_path / "people.jsonl", person())
        said = settled.cannot(*IMPORT, file, "--report", file)
        assert said == "The report would overwrite the file that is imported.\n"
        assert json.loads(Path(file).read_text()) == person()
        said = settled.cannot(*IMPORT, file, "--report", str(tmp_path / "no" / "where"))
        assert said == "The report cannot be written there.\n"


class TestWhatIsMissing:
    def test_the_form(self, settled: Terminal, tmp_path: Path) -> None:
        said = settled.cannot(*IMPORT, write(tmp_path / "people.txt", person()))
        assert said.startswith("Say how the file is written, with --format")

    def test_the_file(self, settled: Terminal, tmp_path: Path) -> None:
        for path in (tmp_path / "nothing.csv", tmp_path):
            assert settled.run(*IMPORT, str(path)).exit_code == 2

    def test_a_column(self, settled: Terminal, tmp_path: Path) -> None:
        said = settled.cannot(*IMPORT, write(tmp_path / "people.csv", "email", "ada@example.com"))
        assert said == "There is no column passwordHash.\n"

    def test_the_migrations(self, terminal: Terminal, tmp_path: Path) -> None:
        said = terminal.cannot(*IMPORT, write(tmp_path / "people.jsonl", person()))
        assert "sparekey migrate" in said

    def test_the_key_of_the_server(
        self, settled: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = write(tmp_path / "people.jsonl", person())
        settled.does(*IMPORT, file)
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", settled.does("keys", "new").strip())
        for option in ((), ("--dry-run",)):
            assert "is still in use; put it back" in settled.cannot(*IMPORT, file, *option)


class TestKilled:
    async def test_begins_again_and_ends_the_same(
        self, settled: Terminal, tmp_path: Path, database_url: str
    ) -> None:
        count = imports.BATCH * 8
        file = write(tmp_path / "people.jsonl", *people(count))
        async with database.connect(database_url):
            first = await self.started(file)
            while not await Account.all().count():
                assert first.returncode is None
                await asyncio.sleep(0.01)
            first.send_signal(signal.SIGKILL)
            assert await first.wait() == -signal.SIGKILL
            there = await self.counted()
            assert 0 < there[0] < count and there[0] % imports.BATCH == 0
            assert there == [there[0], there[0], there[0] // 2, there[0]]
            again = await self.started(file)
            output, _ = await again.communicate()
            told = f"Imported: {count - there[0]}. There before: {there[0]}.\n"
            assert (output.decode(), again.returncode) == (told, 0)
            assert await self.counted() == [count, count, count // 2, count]

    async def counted(self) -> list[int]:
        tables = (Account, Device, Authenticator, AuditEntry)
        return [await table.all().count() for table in tables]

    async def started(self, file: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", *IMPORT, file,
            env=os.environ, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip


@on_sqlite
def test_many_lines_need_no_more_memory_than_few(settled: Terminal, tmp_path: Path) -> None:
    """The most that a process of its own ever held."""
    few = write(tmp_path / "few.jsonl", *people(imports.BATCH))
    many = write(tmp_path / "many.jsonl", *people(MANY))
    assert _held(many) < _held(few) + 16_000


def _held(file: str) -> int:
    """Kilobytes of a dry run."""
    code = (
        "import resource, sys; from server.cli import app; sys.argv[0] = 'sparekey'\n"
        "try: app()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, *IMPORT, file, "--dry-run"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(ran.stdout.split()[-1])
