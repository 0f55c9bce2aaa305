"""Three servers and what they need, as an engine for containers would read it."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from pydantic import SecretStr

from models.keys.keyring import Keyring
from server import readiness
from server.settings import PREFIX, SECRETS_DIR, Settings
from tests.support.doing import ROOT, run

DEPLOY = ROOT / "deploy"
SERVERS = ("server1", "server2", "server3")
KNOWN = {SECRETS_DIR} | {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_everything_that_is_named_is_there(compose: Any) -> None:
    for name, service in compose["services"].items():
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            made = source.startswith("./compose/certificates")
            assert made or source in compose["volumes"] or (DEPLOY / source).exists(), volume


def test_each_image_has_a_version(compose: Any) -> None:
    for service in compose["services"].values():
        assert re.fullmatch(r"[\w./-]+:v?\d[\w.-]*", service["image"])


def test_who_is_waited_for_can_be_well(compose: Any) -> None:
    services = compose["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[name] or name in SERVERS
            else:
                assert services[name]["command"] == ["migrate"]


@pytest.mark.parametrize("name", SERVERS)
def test_production_serves_with_it(compose: Any, name: str, tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose")
    run("sh", str(tmp_path / "compose" / "prepare.sh"))
    service = compose["services"][name]
    given = {
        name: re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", value)
        for name, value in service["environment"].items()
    }
    assert {name for name in given if name.startswith(PREFIX)} <= KNOWN
    secrets = {one: (tmp_path / "compose" / "secrets" / one).read_text()
               for one in service["secrets"]}  # fmt: skip
    fields = {_field(one): value for one, value in (given | secrets).items()}
    settings = Settings.model_validate({"mode": "production", **fields})
    readiness.require(settings)
    assert isinstance(settings.secret_keys, SecretStr)
    assert Keyring.parse(settings.secret_keys.get_secret_value()).guessable == []
    proxy = compose["services"]["nginx"]["networks"]["inner"]["ipv4_address"]
    assert [str(one) for one in settings.trusted_proxies] == [f"{proxy}/32"]


def test_the_proxy_knows_the_servers(compose: Any) -> None:
    text = (DEPLOY / "compose" / "upstream.conf").read_text()
    at = [compose["services"][one]["networks"]["inner"]["ipv4_address"] for one in SERVERS]
    assert re.findall(r"server ([\d.]+):8000 ", text) == at


def test_what_is_made_once_is_kept(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose")
    script = str(tmp_path / "compose" / "prepare.sh")
    run("sh", script)
    made = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert [path for path in made if path.name == "sparekey_secret_keys"]
    run("sh", script)
    assert {path: path.read_bytes() for path in made} == made
    for folder in ("secrets", "certificates"):
        assert (tmp_path / "compose" / folder).stat().st_mode & 0o077 == 0


def _field(name: str) -> str:
    return name.lower().removeprefix("sparekey_")
