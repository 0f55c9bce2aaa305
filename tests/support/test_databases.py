"""Every test has a database of its own, with everything in it and nothing else."""

from pathlib import Path

import asyncpg
import pytest

from models.storage import database, migrating
from tests.support import databases, people, postgres
from tests.support.clock import Clock
from tests.support.served import Running

WRITING = (
    "INSERT INTO throttle VALUES ('a key', '', now())",
    "UPDATE queue_counter SET number = 99",
    "DELETE FROM tortoise_migrations",
    "SELECT setval('audit_entry_id_seq', 99)",
    "UPDATE travelled.ahead SET by = '1 day'",
)
CHANGES = (
    "ALTER TABLE throttle RENAME TO elsewhere",
    "ALTER TABLE account ALTER email DROP NOT NULL",
    "DROP INDEX open_since",
    "CREATE VIEW everybody AS TABLE account",
    "CREATE RULE silence AS ON INSERT TO account DO INSTEAD NOTHING",
    "ALTER TABLE account DISABLE TRIGGER ALL",
    "GRANT SELECT ON account TO public",
    "ALTER DATABASE {name} CONNECTION LIMIT 7",
    "ALTER DATABASE {name} SET default_transaction_read_only = on",
    "ANALYZE queue_counter",
)
_AHEAD = "SELECT by FROM travelled.ahead"


async def test_it_is_up_to_date(database_url: str) -> None:
    async with database.connect(database_url):
        assert await migrating.pending() == []


async def test_a_dump_shows_what_was_written(
    served: Running, clock: Clock, database_url: str
) -> None:
    assert "ada@example.com" not in await databases.dump(database_url)
    await people.newcomer(served, clock)
    assert "ada@example.com" in await databases.dump(database_url)


async def test_copies_are_apart(
    template: str | Path, postgres_server: str, tmp_path: Path, database_url: str
) -> None:
    if isinstance(template, Path):
        (tmp_path / "other").mkdir()
        assert databases.sqlite_copy(template, tmp_path / "other") != database_url
    else:
        async with databases.postgres_copy(postgres_server, template) as other:
            assert postgres.name_of(other) != postgres.name_of(database_url)


class TestWhatIsUsedAgain:
    async def test_is_as_it_was_at_first(
        self, postgres_template: str, postgres_server: str
    ) -> None:
        async with databases.postgres_copy(postgres_server, postgres_template) as url:
            first = await _state(url)
            await _run(url, *WRITING)
            assert await _state(url) != first
        async with databases.postgres_copy(postgres_server, postgres_template) as again:
            assert again == url
            assert await _state(again) == first

    @pytest.mark.parametrize("change", CHANGES)
    async def test_has_the_same_form(
        self, postgres_template: str, postgres_server: str, change: str
    ) -> None:
        async with databases.postgres_copy(postgres_server, postgres_template) as url:
            await _run(url, change.format(name=postgres.name_of(url)))
        async with databases.postgres_copy(postgres_server, postgres_template) as other:
            assert other != url

    async def test_nobody_else_is_still_there(
        self, postgres_template: str, postgres_server: str
    ) -> None:
        async with databases.postgres_copy(postgres_server, postgres_template) as url:
            left = await asyncpg.connect(url)
            await left.execute("BEGIN; LOCK TABLE account")
        async with databases.postgres_copy(postgres_server, postgres_template) as again:
            assert again == url
            assert left.is_closed()


async def _state(url: str) -> str:
    sequences = "SELECT string_agg(s::text, ' ' ORDER BY s) FROM pg_sequences AS s"
    async with postgres.connected(url) as connection:
        counted, at = await connection.fetchval(sequences), await connection.fetchval(_AHEAD)
    return "\n".join([counted, str(at), *sorted((await databases.dump(url)).splitlines())])


async def _run(url: str, *statements: str) -> None:
    async with postgres.connected(url) as connection:
        for statement in statements:
            await connection.execute(statement)
