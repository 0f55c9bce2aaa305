"""Every test has a database of its own, with everything in it and nothing else."""

from pathlib import Path

from models.storage import database, migrating
from tests.support import databases, people, postgres
from tests.support.clock import Clock
from tests.support.served import Running


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
