"""Where the secret keys come from."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.keys.keyring import Keyring
from server import keys
from server.settings import Settings, Unsettled

AAD = "a row"
SIGN = """
from server import keys
from server.settings import Settings
print(keys.keyring(Settings()).mac("a test", "said"))
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands are run here."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestInDevelopment:
    def test_a_key_is_made_once(self, folder: Path) -> None:
        cipher = keys.keyring(Settings()).encrypt("said", AAD)
        assert keys.keyring(Settings()).decrypt(cipher, AAD) == "said"
        assert [path.name for path in (folder / "var").iterdir()] == ["secret-keys"]

    def test_nobody_else_may_read_it(self, folder: Path) -> None:
        keys.keyring(Settings())
        assert stat.S_IMODE((folder / "var/secret-keys").stat().st_mode) == 0o600

    def test_starts_at_once_read_one_key(self) -> None:
        starts = [
            subprocess.Popen([sys.executable, "-c", SIGN], stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        signatures = {start.communicate()[0] for start in starts}
        assert signatures == {keys.keyring(Settings()).mac("a test", "said") + "\n"}

    def test_a_file_that_was_spoilt_is_told(self, folder: Path) -> None:
        keys.keyring(Settings())
        (folder / "var/secret-keys").write_text("spoilt")
        with pytest.raises(Unsettled, match="SPAREKEY_SECRET_KEYS: Key 1"):
            keys.keyring(Settings())


class TestGivenKeys:
    def test_are_taken_and_none_is_made(self, folder: Path) -> None:
        text = Keyring.generate_text()
        given = Settings(secret_keys=SecretStr(text))
        cipher = Keyring.parse(text).encrypt("said", AAD)
        assert keys.keyring(given).decrypt(cipher, AAD) == "said"
        assert not (folder / "var").exists()

    def test_production_makes_none(self, folder: Path) -> None:
        with pytest.raises(Unsettled, match="SPAREKEY_SECRET_KEYS: must be given in production"):
            keys.keyring(Settings(mode="production"))
        assert not (folder / "var").exists()
