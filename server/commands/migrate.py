"""`sparekey migrate`: bring the database up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.storage import database
from models.stream import feed
from server import keys, settings
from server.commands.trouble import Unable, out
from server.settings import Settings


def migrate() -> None:
    """Bring the database up to date. Safe to repeat."""
    url = settings.read().database_url.get_secret_value()
    applied = asyncio.run(bring_up_to_date(url))
    if not applied:
        out.print("The database is up to date.")


async def bring_up_to_date(url: str) -> list[str]:
    """Apply what is missing to the database of this address; returns the names."""
    async with database.connect(url):
        applied = await database.migrate(progress=lambda name: out.print(f"Applying {name}"))
        await feed.open_stream()
        return applied


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[None]:
    """The database these settings name, held open. Raises Unable where it is behind."""
    async with database.connect(settings.database_url.get_secret_value()):
        await database.read_clock()  # what is pending cannot be told apart from what is away
        if await database.pending():
            raise Unable("The database is behind this version. Run: sparekey migrate")
        yield


async def require_ready(settings: Settings) -> None:
    """Raises Unable where migrations are missing, Unsettled where keys are."""
    async with connected(settings):
        await keys.require(keys.keyring(settings))
