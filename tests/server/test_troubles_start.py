"""What stands beside the database when a server starts: its port, its keys, mail and limits."""

import socket
from pathlib import Path

import pytest

from models.keys.keyring import Keyring
from tests.conftest import StartProcess
from tests.support.databases import on_sqlite
from tests.support.process import free_port
from tests.support.terminal import Terminal

pytestmark = on_sqlite
ONE, OTHER, THIRD = Keyring.generate_text(), Keyring.generate_text(), Keyring.generate_text()


class TestThePort:
    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
    def test_is_taken(self, settled: Terminal, host: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            said = settled.cannot("serve", "--host", host, "--port", str(port))
        assert said.startswith(f"--host {host} --port {port}: Address already in use.")

    def test_is_nobodys_here(self, settled: Terminal) -> None:
        said = settled.cannot("serve", "--host", "192.0.2.1", "--port", str(free_port()))
        assert "Cannot assign requested address" in said and "choose others" in said


class TestTheStoreOfLimits:
    @pytest.mark.parametrize(
        "url",
        [
            *("nonsense", "memory://", "redis://:hunter2@h", "async+redis://:hunter2@[::1"),
            *("async+redis://:hunter2@h:port", "async+pigeon://hunter2"),
        ],
    )
    def test_that_cannot_be_is_named(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("SPAREKEY_RATE_LIMIT_URL", url)
        said = settled.cannot("serve")
        assert said.startswith("SPAREKEY_RATE_LIMIT_URL: is not a storage that can be used")
        assert "hunter2" not in said and said.count("\n") == 1


class TestKeys:
    """Missing, wrong and spoilt ones: see test_key_commands."""

    def test_may_stand_in_any_order(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for ring in ((ONE, OTHER), (OTHER, ONE), (THIRD, ONE, OTHER)):
            monkeypatch.setenv("SPAREKEY_SECRET_KEYS", ",".join(ring))
            settled.does("keys", "rotate")
            settled.does("audit", "verify")

    def test_that_were_twice_the_same_are_named(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", f"{ONE},{OTHER},{ONE}")
        for command in (("serve",), ("keys", "rotate"), ("audit", "verify"), ("retention",)):
            monkeypatch.setenv("SPAREKEY_RETENTION_RECORD", "30d")
            said = settled.cannot(*command)
            assert said == "SPAREKEY_SECRET_KEYS: Key 3 has no id of its own.\n"


async def test_a_mail_server_and_a_store_that_are_away_stop_no_start(
    start_process: StartProcess, tmp_path: Path
) -> None:
    place = await start_process(
        MAIL_URL="smtp://mailer:hunter2@127.0.0.1:1",
        RATE_LIMIT_URL="async+redis://:hunter2@127.0.0.1:1",
    )
    with pytest.raises(AssertionError) as wrong:
        await place.command("doctor")
    assert "Not in order: mail, rate limits" in str(wrong.value).replace(", web pages", "")
    assert "hunter2" not in place.log.read_text() + str(wrong.value)
