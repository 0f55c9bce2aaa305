"""Disks that are full or read-only: said so, nothing half done, and all is well again with room."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models.storage import database
from tests.support import disk
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.environment import environment
from tests.support.people import Person
from tests.support.process import Process, free_port

pytestmark = on_sqlite
SIZE = "2m"
ADD = ("accounts", "add", "ada@example.com", "--role", "customer", "--password-stdin")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of a disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def said(
    prefix: list[str], variables: dict[str, str], *command: str, stdout: str = "/dev/null"
) -> str:
    """What a command says that cannot; one line."""
    with open(stdout, "w") as out:
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "server", *command],
            env=os.environ | variables, input="seven quiet turbines", text=True,
            stdout=out, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture
def variables(place: Path, database_url: str, tmp_path: Path, secret_keys: str) -> dict[str, str]:
    """Settings of a server whose database is on that disk."""
    name = database.file_of(database_url).name
    url = f"sqlite://{place / name}"
    return environment(url, tmp_path, "http://127.0.0.1:1", secret_keys)


class TestFull:
    @pytest.fixture
    def full(self, place: Path, database_url: str) -> list[str]:
        """What to put before a command: no page more fits on the disk."""
        taken = f'head -c 3000000 /dev/zero > "{place}/filler" 2>/dev/null; exec "$@"'
        small = disk.small(place, SIZE, database.file_of(database_url))
        return [*small, "sh", "-c", taken, "sh"]

    @pytest.mark.parametrize("command", [ADD, ("serve", "--port", "1"), ("migrate",)])
    def test_is_said(
        self, full: list[str], variables: dict[str, str], command: tuple[str, ...]
    ) -> None:
        text = said(full, variables, *command)
        assert "disk" in text.lower() or "room" in text, text

    def test_no_half_backup(
        self, place: Path, database_url: str, settled: object, tmp_path: Path
    ) -> None:
        whole = database.file_of(database_url)
        prefix = disk.small(place, "100k", whole.with_name("small"))
        whole.with_name("small").touch()
        kept = f'"$@"; end=$?; ls "{place}" >&2; exit $end'
        done = subprocess.run(
            [*prefix, "sh", "-c", kept, "sh", sys.executable, "-m", "server", "backup",
             str(place / "copy")],
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr == "No backup was made: database or disk is full.\nsmall\n"

    @pytest.mark.parametrize("command", [("accounts", "list"), ("queue", "list"), ("keys", "new")])
    def test_of_standard_output(self, settled: object, command: tuple[str, ...]) -> None:
        text = said([], {}, *command, stdout="/dev/full")
        assert text == "What is written: No space left on device.\n"


class TestReadOnly:
    @pytest.mark.parametrize(
        "command", [ADD, ("serve", "--port", "1"), ("migrate",), ("queue", "list")]
    )
    def test_is_said(
        self,
        place: Path,
        database_url: str,
        variables: dict[str, str],
        command: tuple[str, ...],
    ) -> None:
        whole = database.file_of(database_url)
        (place / whole.name).write_bytes(whole.read_bytes())
        text = said(disk.read_only(place), variables, *command)
        assert "Let this user write" in text and "SPAREKEY_DATABASE_URL" in text
        assert [one.name for one in place.iterdir()] == [whole.name]

    def test_a_backup_is_not_made(self, place: Path, settled: object) -> None:
        text = said(disk.read_only(place), {}, "backup", str(place / "copy"))
        assert text == "No backup was made: Read-only file system.\n"


class OnASmallDisk(Process):
    """A server with its database on a disk that can be filled."""

    prefix: list[str]

    def _command(self, *arguments: str) -> list[str]:
        return [*(self.prefix if arguments[0] == "serve" else []), *super()._command(*arguments)]


@asynccontextmanager
async def serving(
    variables: dict[str, str], tmp_path: Path, prefix: list[str]
) -> AsyncIterator[OnASmallDisk]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    one = OnASmallDisk(variables | {"SPAREKEY_PUBLIC_URL": url}, tmp_path, port)
    one.prefix = prefix
    try:
        await one.start()
        yield one
    finally:
        await one.clients.close()
        await one.kill()


async def test_a_server_goes_on_when_there_is_room_again(
    variables: dict[str, str], tmp_path: Path, place: Path, database_url: str, clock: Clock
) -> None:
    prefix = disk.small(place, SIZE, database.file_of(database_url))
    async with serving(variables, tmp_path, prefix) as served:
        done: list[str] = []
        number = 0
        assert await registered(served, clock, number, done)
        filler = disk.fill(disk.seen_by(served.pid, place))
        while await registered(served, clock, number := number + 1, done):
            assert number < 200, "the disk is never full"
        refused = [await registered(served, clock, number + 1 + n, done) for n in range(5)]
        assert refused == [False] * 5
        filler.unlink()
        async with asyncio.timeout(10):
            while not await registered(served, clock, number := number + 10, done):
                await asyncio.sleep(0.1)
        for email in done:
            person = Person(served, clock, email)
            assert (await person.login())["__typename"] in ("SignedIn", "EnrollmentRequired"), email


async def registered(served: Process, clock: Clock, number: int, done: list[str]) -> bool:
    """Whether somebody could register; else that is not possible now, under the request's id."""
    person = Person(served, clock, f"p{number}@example.com")
    asked = {"email": person.email, "password": person.password}
    unit = {"serialNumber": person.serial_number, "name": "Roof"}
    answer = await person.client.answer("Register", asked, device=unit)
    if errors := answer.get("errors"):
        (error,) = errors
        assert error["extensions"]["code"] == "UNAVAILABLE"
        assert error["extensions"]["requestId"] and "disk" not in error["message"]
        return False
    expect(answer["data"]["register"], "Registered")
    done.append(person.email)
    return True
