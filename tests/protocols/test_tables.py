"""Every row of every table, on a server that waits less long than others do."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from server import endpoint
from server.http import limits, listener
from tests.protocols.row import Place
from tests.protocols.tables import SETTINGS, TABLES, try_all
from tests.support import rows
from tests.support.databases import on_sqlite
from tests.support.served import running


@pytest.fixture
async def place(
    database_url: str, tmp_path: Path, secret_keys: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    monkeypatch.setattr(limits, "BODY_SECONDS", 1.0)
    monkeypatch.setattr(listener, "HEADER_SECONDS", 1.0)
    monkeypatch.setattr(endpoint, "INIT_WITHIN", timedelta(seconds=1))
    async with running(database_url, tmp_path, secret_keys, **SETTINGS) as served:
        _, token = await rows.staff(served.policy)
        at = urlsplit(served.url)
        yield Place(at.hostname or "", at.port or 0, token)


@on_sqlite
@pytest.mark.parametrize("title", TABLES)
async def test_every_row(place: Place, title: str) -> None:
    with capture_logs() as log:
        tried = await try_all(TABLES[title], place)
    failed = [f"{one.row.id} ({one.row.rule}): {one.fault}" for one in tried if one.fault]
    assert not failed, "\n".join(failed)
    assert not [line for line in log if line["log_level"] == "error"]


def test_rows_are_told_apart() -> None:
    for title, table in TABLES.items():
        names = [row.id for row in table]
        assert len(names) == len(set(names)), title
