"""Finds at the start that a key is missing or wrong, rather than at somebody's next sign-in."""

from tortoise import fields
from tortoise.models import Model

from models.keys.keyring import Keyring

_PURPOSE = "key-check"


class KeyMissing(Exception):
    """Raised when something is still encrypted under keys that the ring has not."""


class KeyWrong(Exception):
    """Raised when a key of the ring is not the one that had this id before."""


class KeyCheck(Model):
    """A key that is in use: its id, and what only it can sign."""

    key_id = fields.CharField(max_length=64, primary_key=True)
    signature = fields.CharField(max_length=200)

    class Meta:
        table = "key_check"


async def check(keyring: Keyring) -> None:
    """Compare the ring with the keys in use, and note the newest as in use from now on.

    Raises KeyMissing and KeyWrong, naming keys by their ids.
    """
    await compare(keyring)
    signature = keyring.sign(_PURPOSE, keyring.newest)
    await KeyCheck.get_or_create(key_id=keyring.newest, defaults={"signature": signature})


async def compare(keyring: Keyring) -> None:
    """Compare the ring with the keys in use. Raises KeyMissing and KeyWrong."""
    known = await KeyCheck.all().order_by("key_id")
    missing = [one.key_id for one in known if one.key_id not in keyring.ids]
    if missing:
        raise KeyMissing(", ".join(missing))
    wrong = [one.key_id for one in known if not _is_same(keyring, one)]
    if wrong:
        raise KeyWrong(", ".join(wrong))


async def retire(keyring: Keyring) -> list[str]:
    """Note that only the newest key is in use; returns the ids of the others, which may go."""
    older = KeyCheck.exclude(key_id=keyring.newest)
    retired = [one.key_id for one in await older.order_by("key_id")]
    await older.delete()
    return retired


def _is_same(keyring: Keyring, known: KeyCheck) -> bool:
    return keyring.is_signed(_PURPOSE, known.key_id, known.signature)
