"""Finding a thing again by its id."""

from typing import Annotated
from uuid import UUID

import strawberry

from models.accounts.account import Role
from models.reset import ticket as tickets
from models.signing_in import session
from schema import ids
from schema.account import Account, Device, Session
from schema.context import Info
from schema.ids import Node
from schema.permissions import has_role
from schema.tickets import RecoveryTicket


async def node(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="As the API gave it out.")],
) -> Node | None:
    """Anything with an id that the session that asks may see; null otherwise."""
    kind, key = ids.split(id, "id")
    if kind == "ticket":
        return await _ticket(info, key)
    return await _own(info, kind, key)


async def _ticket(info: Info, key: UUID) -> Node | None:
    if not has_role(info.context.session, Role.SUPPORT):
        return None
    row = await tickets.find(key)
    return RecoveryTicket.of(row) if row else None


async def _own(info: Info, kind: str, key: UUID) -> Node | None:
    own, loaders = info.context.session, info.context.loaders
    if own is None:
        return None
    if kind == "account":
        return Account.of(own.account, own.id) if key == own.account_id else None
    if kind == "device":
        devices = await loaders.devices.load(own.account_id)
        return next((Device.of(row) for row in devices if row.id == key), None)
    if kind == "session":
        found = await session.sessions_of(info.context.policy, [own.account])
        rows = found.get(own.account_id, [])
        return next((Session.of(row, own.id) for row in rows if row.id == key), None)
    return None
