"""`sparekey retention`: what the settings say, done at once."""

import asyncio
from datetime import UTC, datetime

import pytest

from models.record.audit import AuditEntry
from models.storage import database
from tests.support.terminal import Terminal

ADD = ("accounts", "add", "ada@example.com", "--role", "customer", "--password-stdin")


def test_nothing_goes_unless_it_is_said(settled: Terminal) -> None:
    assert "Everything is kept for good." in settled.cannot("retention")


def test_says_what_went(settled: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAREKEY_RETENTION_REQUESTS", "365d")
    said = settled.does("retention")
    assert said == "Emptied: 0 requests. Removed: 0 sessions, 0 entries of the record.\n"


def test_a_record_that_was_changed_stays(
    settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.does(*ADD, input="seven quiet turbines")
    asyncio.run(_forge(database_url))
    monkeypatch.setenv("SPAREKEY_RETENTION_RECORD", "1s")
    said = settled.cannot("retention")
    assert said.startswith("Entry 1 of the record is not as it was written.")


@pytest.mark.parametrize("value", ["forever", "0d", "-1d"])
def test_a_period_is_a_span_of_time(
    settled: Terminal, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SPAREKEY_RETENTION_RECORD", value)
    assert "SPAREKEY_RETENTION_RECORD" in settled.cannot("retention")


async def _forge(url: str) -> None:
    async with database.connect(url):
        await AuditEntry.all().update(
            sequence=1, seal="forged", at=datetime(2020, 1, 1, tzinfo=UTC)
        )
