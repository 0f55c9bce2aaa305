"""What a load balancer asks."""

import httpx

from models.storage import database
from tests.support import outage
from tests.support.databases import on_postgres
from tests.support.served import Running

FORGET = "DELETE FROM tortoise_migrations WHERE name <> '0001_first'"


async def asked(served: Running, path: str) -> tuple[int, str]:
    """Status, and what it says."""
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
        response = await http.get(path)
    return response.status_code, response.json()["status"]


async def test_all_is_well(served: Running) -> None:
    for path in ("/healthz", "/readyz"):
        assert await asked(served, path) == (200, "ok")


async def test_the_database_is_behind(served: Running) -> None:
    await database.connection().execute_script(FORGET)
    assert await asked(served, "/readyz") == (503, "the database is behind")
    assert await asked(served, "/healthz") == (200, "ok")


@on_postgres
async def test_the_database_is_away(served: Running, database_url: str) -> None:
    async with outage.away(database_url):
        assert await asked(served, "/readyz") == (503, "the database does not answer")
        assert await asked(served, "/healthz") == (200, "ok")
    assert await asked(served, "/readyz") == (200, "ok")
