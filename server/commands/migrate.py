"""`sparekey migrate`: bring the database up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from models.storage import database, migrating
from models.storage.migrating import Standing
from models.stream import feed
from server import keys, reasons, settings
from server.commands.trouble import Unable, out
from server.settings import Settings

_BEHIND = "The database is behind this version. Run: sparekey migrate"
_MOST_NAMED = 3


def migrate() -> None:
    """Bring the database up to date. Safe to repeat."""
    url = settings.read().database_url.get_secret_value()
    applied = asyncio.run(bring_up_to_date(url))
    if not applied:
        out.print("The database is up to date.")


async def bring_up_to_date(url: str, named: str = "The database") -> list[str]:
    """Apply what is missing to the database of this address; returns the names.

    Raises Unable, calling it as it is `named`, where it is of a newer version or somebody else's.
    """
    async with opened(url):
        _require_ours(await migrating.standing(), named)
        applied = await migrating.migrate(progress=lambda name: out.print(f"Applying {name}"))
        await feed.open_stream()
        return applied


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The database of an address, held open, in whatever state. Raises Unable where it is away."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(database.connect(url))
            await database.read_clock()
        except Exception as trouble:
            if not (reasons.known(trouble) or isinstance(trouble, OSError)):
                raise
            raise Unable(reasons.of(trouble)) from None
        yield


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[None]:
    """The database these settings name, held open. Raises Unable where it is not as it must be."""
    url = settings.database_url.get_secret_value()
    if settings.embedded and not database.file_of(url).exists():
        raise Unable(_BEHIND)  # and it is not made by looking
    async with opened(url):
        standing = await migrating.standing()
        _require_ours(standing)
        if standing.pending:
            raise Unable(_BEHIND)
        yield


def _require_ours(standing: Standing, named: str = "The database") -> None:
    if standing.foreign:
        raise Unable(
            f"{named} holds something else ({_listed(standing.foreign)}). Name one of "
            "Sparekey's, or an empty one, in SPAREKEY_DATABASE_URL."
        )
    if standing.newer:
        raise Unable(
            f"{named} is of a newer version ({_listed(standing.newer)}). "
            "Install that version, or take a backup from before."
        )


def _listed(names: list[str]) -> str:
    return ", ".join([*names[:_MOST_NAMED], *(["…"] if len(names) > _MOST_NAMED else [])])


async def require_ready(settings: Settings) -> None:
    """Raises Unable where migrations are missing, Unsettled where keys are."""
    async with connected(settings):
        await keys.require(keys.keyring(settings))
