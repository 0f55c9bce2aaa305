"""`sparekey retention`: take away what has been kept for its time."""

import asyncio

import typer

from models import retention as kept
from models.record.pruning import Tampered
from models.retention import Periods, Removed
from server import keys, settings
from server.commands.migrate import connected
from server.commands.trouble import Unable
from server.settings import Settings


def retention() -> None:
    """Take away what has been kept for its time (SPAREKEY_RETENTION_…). Servers do so every day."""
    found = settings.read()
    if found.retention == Periods():
        raise Unable(
            "Everything is kept for good. Set SPAREKEY_RETENTION_REQUESTS, _SESSIONS or _RECORD."
        )
    removed = asyncio.run(_apply(found))
    typer.echo(
        f"Emptied: {removed.requests} requests. Removed: {removed.sessions} sessions, "
        f"{removed.record} entries of the record."
    )


async def _apply(found: Settings) -> Removed:
    keyring = keys.keyring(found)
    async with connected(found):
        await keys.compare(keyring)
        try:
            return await kept.apply(keyring, found.retention)
        except Tampered as fault:
            raise Unable(
                f"Entry {fault.sequence} of the record is not as it was written. Nothing from "
                "there on was removed. Look: sparekey audit verify"
            ) from None
