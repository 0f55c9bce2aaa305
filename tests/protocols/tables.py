"""All tables, and how their rows are tried."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from tests.protocols import documents, events, forms, hostile, sites, sockets
from tests.protocols.row import Place, Row, Wrong

TABLES: dict[str, list[Row]] = {
    "GraphQL over HTTP": forms.ROWS,
    "graphql-transport-ws": sockets.ROWS,
    "events and handshakes": events.ROWS,
    "hostile requests": hostile.ROWS,
    "hostile documents": documents.ROWS,
    "cross-site": sites.ROWS,
}
# What the server is told beside what every test's server is.
SETTINGS = {"ALLOWED_ORIGINS": "https://partner.test"}
_AT_ONCE = 8


@dataclass(frozen=True)
class Tried:
    """A row, and what was wrong with it, if anything."""

    row: Row
    fault: str | None


async def try_all(rows: Iterable[Row], place: Place) -> list[Tried]:
    """Every row, several at once."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def tried(row: Row) -> Tried:
        async with turns:
            return Tried(row, await _fault(row, place))

    return list(await asyncio.gather(*map(tried, rows)))


async def _fault(row: Row, place: Place) -> str | None:
    try:
        await row.try_at(place)
    except Wrong as wrong:
        return str(wrong)
    except Exception as broken:
        return f"{type(broken).__name__}: {broken}"
    return None
