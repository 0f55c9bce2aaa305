"""How busy the connections to the database are."""

from dataclasses import dataclass
from typing import Any

from tortoise.connection import get_connections

from models.storage import database
from models.storage.connections import Connections


@dataclass(frozen=True)
class Pool:
    """The connections of this process: `used` and `idle` are open, `room` is the most."""

    used: int
    idle: int
    room: int
    waiting: int
    """Tasks that wait for one."""


def state() -> Pool | None:
    """As it stands; None before the first statement."""
    client = get_connections().get(database.dialect())
    client = getattr(client, "_parent", client)
    return _one(client) if database.dialect() == "sqlite" else _many(client)


def _one(client: Any) -> Pool | None:
    if client._connection is None:
        return None
    used = int(client._lock.locked())
    return Pool(used, 1 - used, 1, len(client._lock._waiters or ()))


def _many(client: Any) -> Pool | None:
    found: Connections | None = client.connections
    if found is None:
        return None
    return Pool(found.used, found.idle, found.room, found.waiting)
