"""Names that look like settings and are none are said, with what was meant."""

import json
from pathlib import Path

import pytest

from server import readiness, settings, unheard
from server.settings import Unsettled
from tests.conftest import StartProcess
from tests.server.test_production import SAFE
from tests.support.databases import on_sqlite
from tests.support.terminal import Terminal


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SPAREKEY_MAIL_URI", "SPAREKEY_MAIL_URL"),
        ("SPAREKEY_SECRET_KEY", "SPAREKEY_SECRET_KEYS"),
        ("SPAREKEY_SECRET_DIR", "SPAREKEY_SECRETS_DIR"),
        ("SPAREKEY_DATABASE", "SPAREKEY_DATABASE_URL"),
        ("sparekey_trusted_proxy", "SPAREKEY_TRUSTED_PROXIES"),
    ],
)
def test_what_was_meant(monkeypatch: pytest.MonkeyPatch, name: str, meant: str) -> None:
    monkeypatch.setenv(name, "smtp://postman:hunter2@mail.example.com")
    assert unheard.faults() == [f"{name.upper()}: is no setting; did you mean {meant}?"]


def test_what_is_like_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAREKEY_XYZZY", "1")
    assert unheard.faults() == ["SPAREKEY_XYZZY: is no setting"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPAREKEY_STAFF_IDLE", "2h"),
        ("sparekey_issuer", "Ours"),
        ("SPAREKEY_WORKERS_FOLDER", "/tmp/x"),
        ("SPAREKEY_TEST_ROUNDS", "20"),
        ("SPAREKEYS", "1"),
        ("SPAREKEY_PORT", "tcp://10.0.0.7:8000"),
        ("SPAREKEY_PORT_8000_TCP_ADDR", "10.0.0.7"),
        ("SPAREKEY_SERVICE_PORT_HTTP", "8000"),
        ("SPAREKEY_DB_SERVICE_HOST", "10.0.0.8"),
    ],
)
def test_what_others_set(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert unheard.faults() == []


def test_files_of_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("sparekey_secret_keys", "sparekey_webhook_key", "postgres_password"):
        (tmp_path / name).touch()
    monkeypatch.setenv("SPAREKEY_SECRETS_DIR", str(tmp_path))
    (fault,) = unheard.faults()
    assert fault.startswith("SPAREKEY_WEBHOOK_KEY: is no setting; did you mean SPAREKEY_WEBHOOK_")


def test_production_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SAFE.items():
        monkeypatch.setenv(f"SPAREKEY_{name}", value)
    monkeypatch.setenv("SPAREKEY_STAFF_IDEL", "1h")
    with pytest.raises(Unsettled, match="did you mean SPAREKEY_STAFF_IDLE?"):
        readiness.require(settings.read())


@on_sqlite
def test_the_doctor_says_so(settled: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAREKEY_MAIL_URI", "file:hunter2")
    printed, said = settled.fails("doctor")
    assert "settings     SPAREKEY_MAIL_URI: is no setting" in printed
    assert said == "Not in order: settings\n" and "hunter2" not in printed


@on_sqlite
async def test_development_starts_and_says_so_once(start_process: StartProcess) -> None:
    started = await start_process(MAIL_URI="file:hunter2")
    lines = [json.loads(line) for line in started.log.read_text().splitlines()]
    (line,) = (line for line in lines if line["event"] == "settings without effect")
    assert line["level"] == "warning"
    assert line["named"] == ["SPAREKEY_MAIL_URI: is no setting; did you mean SPAREKEY_MAIL_URL?"]
    assert "hunter2" not in started.log.read_text()
