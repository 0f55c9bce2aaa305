"""The context of what is executed for all who ask the same."""

import uuid
from typing import TYPE_CHECKING

from models.accounts.account import Account, Role
from models.origin import Origin
from models.signing_in.session import Session
from models.stream.tailer import Following
from schema.context import Context
from server.live.alike import Asked

if TYPE_CHECKING:
    from server.live.broadcast import Broadcast


def context(broadcast: "Broadcast", asked: Asked, watched: Following) -> Context:
    """With a visibility and a language, and nobody's session."""
    return Context(
        policy=broadcast.policy,
        origin=Origin(ip=None, user_agent=None, locale=asked.locale),
        session=_session(asked.role),
        cookies=None,
        tailer=watched,
        request_id=uuid.uuid4().hex,
        tally=broadcast.operations.of(asked.query, asked.operation_name),
    )


def _session(role: Role | None) -> Session | None:
    return None if role is None else Session.construct(account=Account.construct(role=role))
