"""A database that is behind this version is not served."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from models.storage import database, migrating
from server.app import DatabaseBehind, create_app
from server.settings import Settings
from tests.support.environment import environment


@pytest.fixture
async def behind(database_url: str) -> str:
    """A database that lacks the last migration."""
    async with database.connect(database_url):
        await database.connection().execute_script(
            "DELETE FROM tortoise_migrations WHERE name <> '0001_first'"
        )
        assert await migrating.pending()
    return database_url


async def test_the_command_names_the_remedy(behind: str, tmp_path: Path, secret_keys: str) -> None:
    variables = environment(behind, tmp_path, "http://127.0.0.1:1", secret_keys)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "serve", "--port", "1"),
        env=os.environ | variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    assert child.returncode == 1
    assert said.decode() == "The database is behind this version. Run: sparekey migrate\n"


async def test_the_application_does_not_start(
    behind: str, tmp_path: Path, secret_keys: str
) -> None:
    variables = environment(behind, tmp_path, "http://127.0.0.1:1", secret_keys)
    fields = {name.removeprefix("SPAREKEY_").lower(): value for name, value in variables.items()}
    app = create_app(Settings.model_validate(fields))
    with pytest.raises(DatabaseBehind, match="sparekey migrate"):
        async with app.router.lifespan_context(app):
            pass
