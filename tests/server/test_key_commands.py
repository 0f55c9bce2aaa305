"""Making keys, exchanging them, and a ring that is not what it was."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable
from typing import TypeVar

import pytest

from models import clock
from models.accounts.account import Account
from models.keys import key_check, rotation
from models.keys.keyring import Keyring
from models.second_factor import two_factor
from models.second_factor.two_factor import Authenticator
from models.storage import database
from tests.support import rows
from tests.support.terminal import Terminal

OLD, NEW = Keyring.generate_text(), Keyring.generate_text()
OLD_ID, NEW_ID = OLD.partition(":")[0], NEW.partition(":")[0]
BOTH = f"{NEW},{OLD}"
MANY = 1_000
T = TypeVar("T")


@pytest.fixture
def secret_keys() -> str:
    return OLD


def given(database_url: str, work: Awaitable[T]) -> T:
    """Do something on the database of a test that is no coroutine itself."""

    async def connected() -> T:
        async with database.connect(database_url):
            return await work

    return asyncio.run(connected())


async def enrolled(count: int) -> None:
    """So many second factors under the old key, which a server has started with."""
    ring = Keyring.parse(OLD)
    await key_check.check(ring)
    owners = await rows.accounts(count)
    await Authenticator.bulk_create([factor(ring, owner) for owner in owners])


def factor(ring: Keyring, owner: Account) -> Authenticator:
    return Authenticator(
        account_id=owner.id,
        secret=ring.encrypt(owner.email, two_factor._aad(owner.id)),
        enrolled_at=clock.now(),
        last_step=0,
    )


async def forgotten() -> None:
    """Nothing tells any more which keys are in use."""
    await key_check.KeyCheck.all().delete()


async def opened(keys: str) -> int:
    """How many factors the ring opens; fails on one that says something else."""
    ring, count = Keyring.parse(keys), 0
    for row in await Authenticator.all().select_related("account"):
        if row.secret.partition(":")[0] in ring.ids:
            assert ring.decrypt(row.secret, two_factor._aad(row.account_id)) == row.account.email
            count += 1
    return count


class TestNew:
    def test_is_a_ring_of_one_key(self, terminal: Terminal) -> None:
        first, second = terminal.does("keys", "new"), terminal.does("keys", "new")
        assert first != second and first.count("\n") == 1
        ring = Keyring.parse(f"{first.strip()},{second.strip()}")
        assert len(ring.ids) == 2

    def test_asks_nothing_of_the_settings(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", "spoilt")
        monkeypatch.setenv("SPAREKEY_DATABASE_URL", "postgres://127.0.0.1:1/nothing")
        assert Keyring.parse(terminal.does("keys", "new").strip()).ids


class TestRotate:
    def test_puts_all_under_the_newest(
        self, settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given(database_url, enrolled(250))
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", BOTH)
        first, second, _ = settled.does("keys", "rotate").splitlines()
        assert first == "Everything is under the newest key.", "and no bar into a pipe"
        assert second == f"No secret needs these keys any more: {OLD_ID}"
        assert given(database_url, opened(NEW)) == 250

    def test_again_has_nothing_to_do(
        self, settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given(database_url, enrolled(3))
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", BOTH)
        settled.does("keys", "rotate")
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", NEW)
        assert "No secret needs" not in settled.does("keys", "rotate")
        assert given(database_url, opened(NEW)) == 3

    def test_and_back_again(
        self, settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given(database_url, enrolled(3))
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", BOTH)
        settled.does("keys", "rotate")
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", f"{OLD},{NEW}")
        assert NEW_ID in settled.does("keys", "rotate")
        assert given(database_url, opened(OLD)) == 3

    def test_without_the_old_key_nothing_is_touched(
        self, settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given(database_url, enrolled(3))
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", NEW)
        said = settled.cannot("keys", "rotate")
        assert said.startswith(f"SPAREKEY_SECRET_KEYS: {OLD_ID} is still in use; put it back")
        assert given(database_url, opened(OLD)) == 3

    def test_a_secret_of_an_unknown_key_is_not_passed_over(
        self, settled: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given(database_url, enrolled(3))
        given(database_url, forgotten())
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", NEW)
        said = settled.cannot("keys", "rotate")
        assert said.startswith("A secret cannot be read with the keys of the ring.")
        assert given(database_url, opened(OLD)) == 3


class TestKilled:
    async def test_goes_on_where_it_was(self, settled: Terminal, database_url: str) -> None:
        ring = Keyring.parse(BOTH)
        async with database.connect(database_url):
            await enrolled(MANY)
            first = await self.started()
            while await rotation.waiting(ring) == MANY:
                assert first.returncode is None
            first.send_signal(signal.SIGKILL)
            assert await first.wait() == -signal.SIGKILL
            assert 0 < await rotation.waiting(ring) < MANY
            assert await opened(BOTH) == MANY
            assert await (await self.started()).wait() == 0
            assert await opened(NEW) == MANY

    async def started(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", "keys", "rotate",
            env=os.environ | {"SPAREKEY_SECRET_KEYS": BOTH},
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip


class TestARingThatIsNotWhatItWas:
    @pytest.fixture(autouse=True)
    def in_use(self, database_url: str) -> None:
        given(database_url, enrolled(1))

    @pytest.mark.parametrize("command", [("serve",), ("keys", "rotate"), ("audit", "verify")])
    def test_a_key_removed(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
    ) -> None:
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", NEW)
        assert f"{OLD_ID} is still in use" in settled.cannot(*command)

    @pytest.mark.parametrize("command", [("serve",), ("keys", "rotate"), ("audit", "verify")])
    def test_another_key_under_its_id(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
    ) -> None:
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", f"{OLD_ID}:{NEW.partition(':')[2]}")
        said = settled.cannot(*command)
        assert said == f"SPAREKEY_SECRET_KEYS: {OLD_ID} is not the key that had this id before\n"

    @pytest.mark.parametrize(
        ("ring", "why"),
        [
            ("NEW,OLD,NEW", "Key 3 has no id of its own."),
            ("NEW,", "Key 2 has no id of its own."),
            ("NEW,-1", "Key 2 is not standard base64."),
            ("NEW,-4", "Key 2 has 30 bytes instead of 32."),
            ("NEW,ID", "Key 2 has 0 bytes instead of 32."),
            ("LONG", "Key 1 has an id of more than 32 characters."),
            ("", "Key 1 has no id of its own."),
        ],
    )
    def test_is_named_and_not_quoted(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch, ring: str, why: str
    ) -> None:
        parts = {"NEW": NEW, "OLD": OLD, "-1": OLD[:-1], "-4": OLD[:-4], "ID": OLD_ID}
        parts["LONG"] = f"{'x' * 33}:{NEW.partition(':')[2]}"
        given = ",".join(parts.get(part, part) for part in ring.split(","))
        monkeypatch.setenv("SPAREKEY_SECRET_KEYS", given)
        said = settled.cannot("serve")
        assert said.startswith(f"SPAREKEY_SECRET_KEYS: {why}")
        assert NEW.partition(":")[2][:20] not in said and OLD.partition(":")[2][:20] not in said


class TestIds:
    def test_may_not_differ_by_case_alone(self) -> None:
        upper = f"OLD:{OLD.partition(':')[2]}"
        with pytest.raises(ValueError, match="Key 2 has no id of its own"):
            Keyring.parse(f"{upper},old:{NEW.partition(':')[2]}")
