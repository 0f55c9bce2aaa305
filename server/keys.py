"""Where the secret keys come from: the environment, or in development a file made once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.keys import key_check
from models.keys.keyring import Keyring
from server.settings import Settings, Unsettled

KEPT_IN = Path("var/secret-keys")


def keyring(settings: Settings) -> Keyring:
    """The key ring these settings name. Raises Unsettled."""
    try:
        return Keyring.parse(_text(settings))
    except ValueError as fault:
        raise Unsettled([f"SPAREKEY_SECRET_KEYS: {fault}"]) from None


async def require(keyring: Keyring) -> None:
    """Compare the ring with the keys in use in the connected database, and note the newest.

    Raises Unsettled.
    """
    with _explained():
        await key_check.check(keyring)


async def compare(keyring: Keyring) -> None:
    """The same without noting anything. Raises Unsettled."""
    with _explained():
        await key_check.compare(keyring)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except key_check.KeyMissing as missing:
        raise Unsettled(
            [f"SPAREKEY_SECRET_KEYS: {missing} is still in use; put it back, behind the newest key"]
        ) from None
    except key_check.KeyWrong as wrong:
        raise Unsettled(
            [f"SPAREKEY_SECRET_KEYS: {wrong} is not the key that had this id before"]
        ) from None


def _text(settings: Settings) -> str:
    if settings.secret_keys is not None:
        return settings.secret_keys.get_secret_value()
    if settings.mode == "production":
        raise Unsettled(["SPAREKEY_SECRET_KEYS: must be given in production"])
    return _kept()


def _kept() -> str:
    KEPT_IN.parent.mkdir(parents=True, exist_ok=True)
    if not KEPT_IN.exists():
        _keep(Keyring.generate_text())
    return KEPT_IN.read_text().strip()


def _keep(text: str) -> None:
    # Written aside and linked into place: of two processes that start at once, both read one key.
    aside = KEPT_IN.with_name(f"{KEPT_IN.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
    try:
        os.link(aside, KEPT_IN)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
