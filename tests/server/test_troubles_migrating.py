"""Migrations that are killed in their middle, and several at once: each is done once, and whole."""

import asyncio
import re
import subprocess
import sys
from typing import Any

import pytest

from models.storage import database, migrating
from models.stream import feed
from tests.models import released
from tests.models.released import STATES
from tests.support.terminal import Terminal

OLD = STATES[2]
SERVE = ("serve", "--port", "1")
BEHIND = "The database is behind this version. Run: sparekey migrate\n"
# Statements of a run before which it is killed, one run after the other on one database.
KILLED_AT = (2, 5, 9), (13, 11, 17), (23, 14, 31)


@pytest.fixture
async def old(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A house of before, and its accounts; commands go there."""
    monkeypatch.setenv("SPAREKEY_DATABASE_URL", empty_url)
    async with database.connect(empty_url):
        await migrating.migrate(upto=OLD)
        for statement in released.statements(OLD):
            await database.connection().execute_script(statement)
        return {"people": await people()}


async def people() -> list[dict[str, Any]]:
    """Who is there."""
    rows = await database.connection().execute_query_dict(
        "SELECT id, email, email_key, password_hash FROM account ORDER BY email"
    )
    return [dict(row) for row in rows]


@pytest.fixture(autouse=True)
def keys_of_then(settled: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAREKEY_SECRET_KEYS", released.KNOWN["ring"])


class TestKilled:
    async def test_again_and_again(
        self, old: dict[str, Any], settled: Terminal, empty_url: str
    ) -> None:
        kills = 0
        for counts in KILLED_AT:
            ends = await asyncio.to_thread(killed, counts)
            kills += ends.count(-9)
            async with database.connect(empty_url):
                behind = bool(await migrating.pending())
            if behind:
                assert await asyncio.to_thread(settled.cannot, *SERVE) == BEHIND
            assert set(ends) <= {-9, 0}
        assert kills >= 6
        await asyncio.to_thread(settled.does, "migrate")
        async with database.connect(empty_url):
            assert await migrating.pending() == []
            assert await people() == old["people"]
            kept, counted = await feed.counted()
            assert kept == counted

    async def test_what_was_applied_is_noted_with_it(
        self, old: dict[str, Any], empty_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def cannot_note(*_: object) -> None:
            raise OSError("cut")

        async with database.connect(empty_url):
            with monkeypatch.context() as cut, pytest.raises(OSError, match="cut"):
                cut.setattr(migrating._Recorder, "record_applied", cannot_note)
                await migrating.migrate()
            assert (await migrating.pending())[0] == STATES[3]
            await migrating.migrate()
            assert await migrating.pending() == []


class TestAtOnce:
    async def test_each_is_done_by_one(self, empty_url: str, old: dict[str, Any]) -> None:
        command = (sys.executable, "-m", "server", "migrate")
        runs = [
            await asyncio.create_subprocess_exec(
                *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            for _ in range(3)
        ]
        said = [(await run.communicate())[0].decode() for run in runs]
        assert [run.returncode for run in runs] == [0, 0, 0], said
        applied = [name for one in said for name in re.findall(r"Applying (\S+)", one)]
        assert sorted(applied) == STATES[3:]


def killed(counts: tuple[int, ...]) -> list[int]:
    """How runs of `sparekey migrate` ended that were killed so early."""
    command = [sys.executable, "-m", "tests.support.dying", *map(str, counts)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [int(end) for end in done.stdout.splitlines()[-1].split()]
