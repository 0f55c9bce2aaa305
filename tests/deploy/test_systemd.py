"""The units, which systemd judges itself where it is installed."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from models.keys.keyring import Keyring
from server.settings import PREFIX, SECRETS_DIR, Settings
from tests.support.doing import ROOT, run

SYSTEMD = ROOT / "deploy" / "systemd"
UNITS = sorted(SYSTEMD.iterdir())
ANALYZE = shutil.which("systemd-analyze")
KNOWN = {SECRETS_DIR} | {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units of one server, with a program that is there."""
    program = Path(sys.executable).with_name("sparekey")
    for unit in UNITS:
        text = unit.read_text().replace("/opt/sparekey/bin/sparekey", str(program))
        (tmp_path / unit.name.replace("@", "@8001")).write_text(text)
    return sorted(tmp_path.iterdir())


def test_systemd_has_nothing_to_say(units: list[Path]) -> None:
    said = run(ANALYZE, "verify", "--man=no", *map(str, units)) if ANALYZE else ""
    assert said == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_settings_are_known(unit: Path) -> None:
    assert set(re.findall(r"\b(SPAREKEY_[A-Z_]+)=", unit.read_text())) <= KNOWN


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_is_called_is_a_command(unit: Path) -> None:
    for line in re.findall(r"^ExecStart=/opt/sparekey/bin/sparekey (.+)$", unit.read_text(), re.M):
        command, *options = line.split()
        described = run(sys.executable, "-m", "server", command, "--help")
        assert all(option in described for option in options if option.startswith("--"))


@pytest.fixture
def typed(tmp_path: Path) -> list[str]:
    """What root types, on a machine whose settings are as docs/operations/install.md says."""
    kept = tmp_path / "etc"
    (kept / "secrets").mkdir(parents=True)
    (kept / "environment").write_text(
        'SPAREKEY_PUBLIC_URL=https://access.example.com\nSPAREKEY_ISSUER="Air & Co"\n'
    )
    (kept / "secrets/secret_keys").write_text(f"{Keyring.generate_text()}\n")
    (kept / "secrets/database_url").write_text(f"sqlite://{tmp_path}/kept.sqlite3")
    (kept / "secrets/mail_url").write_text("smtps://sparekey:$HOME@mail.example.com")
    text = (ROOT / "deploy" / "sparekey.sh").read_text().replace("/etc/sparekey", str(kept))
    script = tmp_path / "sparekey"
    script.write_text(text.replace("/opt/sparekey/bin", str(Path(sys.executable).parent)))
    return ["sh", str(script)]


def test_root_types_commands_with_the_settings_of_the_servers(
    typed: list[str], tmp_path: Path
) -> None:
    assert "Applying" in run(*typed, "migrate")
    assert run(*typed, "queue", "list") == "Nobody waits.\n"
    assert (tmp_path / "kept.sqlite3").exists()
    demo = subprocess.run([*typed, "demo", "code", "x"], capture_output=True, text=True)
    assert demo.stderr.startswith("Demo people are for development")


def test_what_is_typed_before_a_command_goes_before_all(
    typed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPAREKEY_DATABASE_URL", f"sqlite://{tmp_path}/a trial.sqlite3")
    assert "Applying" in run(*typed, "migrate")
    assert (tmp_path / "a trial.sqlite3").exists()
    assert not (tmp_path / "kept.sqlite3").exists()


def test_it_waits_longer_than_the_server_takes() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign] # keep the case
    unit.read(SYSTEMD / "sparekey@.service")
    service = unit["Service"]
    assert (service["Type"], service["KillMode"]) == ("notify", "mixed")
    assert int(service["TimeoutStopSec"]) > 20 and int(service["WatchdogSec"]) >= 10
