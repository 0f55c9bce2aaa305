"""Encrypts anew, under the newest key, what was encrypted under older ones.

It runs beside sign-ins and can be stopped and begun again at any time: a row tells by its cipher
whether it is still to be done, and is exchanged only if nobody changed it meanwhile.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from tortoise.models import Model

from models import database, enrollment, mail, two_factor
from models.keyring import Keyring

_BATCH = 200


@dataclass(frozen=True)
class Room:
    """A column of ciphers, and what binds each to its row."""

    table: type[Model]
    key: str
    cipher: str
    aad: str


ROOMS = (
    Room(two_factor.Authenticator, "account_id", "secret", "authenticator"),
    Room(enrollment.Enrollment, "id", "secret", "enrollment"),
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
        # Rows that others keep changing come again, under the newest key already.
        while rows := await _older(room, keyring).limit(_BATCH).values(room.key, room.cipher):
            async with database.transaction():
                for row in rows:
                    await _exchange(room, keyring, row)
            yield len(rows)


async def _exchange(room: Room, keyring: Keyring, row: dict[str, Any]) -> None:
    key, old = row[room.key], row[room.cipher]
    aad = f"{room.aad}:{key}"
    new = keyring.encrypt(keyring.decrypt(old, aad), aad)
    same = room.table.filter(**{room.key: key, room.cipher: old})
    await same.update(**{room.cipher: new})


def _older(room: Room, keyring: Keyring) -> Any:
    held = room.table.filter(**{f"{room.cipher}__not_isnull": True})
    return held.exclude(**{f"{room.cipher}__startswith": f"{keyring.newest}:"})
