"""Encrypts anew, under the newest key, what was encrypted under older ones.

It runs beside sign-ins and can be stopped and begun again at any time: a row tells by its cipher
whether it is still to be done, and is exchanged only if nobody changed it meanwhile.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from tortoise.models import Model

from models import mail
from models.keys.keyring import Keyring
from models.second_factor import pending, two_factor
from models.storage import database

_BATCH = 100


@dataclass(frozen=True)
class Room:
    """A column of ciphers, and what binds each to its row."""

    table: type[Model]
    key: str
    cipher: str
    aad: str


ROOMS = (
    Room(two_factor.Authenticator, "account_id", "secret", "authenticator"),
    Room(pending.Enrollment, "id", "secret", "enrollment"),
    Room(mail.OutboxMail, "id", "payload", "mail"),
)


async def waiting(keyring: Keyring) -> int:
    """How many rows are still under older keys."""
    return sum([await _older(room, keyring).count() for room in ROOMS])


async def rotate(keyring: Keyring) -> AsyncGenerator[int, None]:
    """Encrypt all of them anew; yields how many were done at once.

    Raises KeyError where the key of a row is not in the ring, InvalidTag where a row was altered.
    """
    for room in ROOMS:
        # What somebody changed meanwhile, or wrote under an older key, is met the next time.
        while await _older(room, keyring).exists():
            async for done in _once_through(room, keyring):
                yield done


async def _once_through(room: Room, keyring: Keyring) -> AsyncGenerator[int, None]:
    older = _older(room, keyring).order_by(room.key).limit(_BATCH)
    rest = older
    while rows := await rest.values(room.key, room.cipher):
        started = time.monotonic()
        async with database.transaction():
            for row in rows:
                await _exchange(room, keyring, row)
        yield len(rows)
        if database.dialect() == "sqlite":
            # It lets one write at a time: half of the time is for those who sign in.
            await asyncio.sleep(time.monotonic() - started)
        rest = older.filter(**{f"{room.key}__gt": rows[-1][room.key]})


async def _exchange(room: Room, keyring: Keyring, row: dict[str, Any]) -> None:
    key, old = row[room.key], row[room.cipher]
    aad = f"{room.aad}:{key}"
    new = keyring.encrypt(keyring.decrypt(old, aad), aad)
    same = room.table.filter(**{room.key: key, room.cipher: old})
    await same.update(**{room.cipher: new})


def _older(room: Room, keyring: Keyring) -> Any:
    held = room.table.filter(**{f"{room.cipher}__not_isnull": True})
    return held.exclude(**{f"{room.cipher}__startswith": f"{keyring.newest}:"})
