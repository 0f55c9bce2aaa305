"""The sockets that are open in this process: how many per address, and whose sessions they hold."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from models import clock
from models.accounts.account import Role
from models.policy import Policy
from models.signing_in import session
from models.signing_in.session import Session

WATCH_EVERY = 2.0
TOUCH_EVERY = timedelta(seconds=60)
# Sockets and streams together: somebody with many windows, not a program that never lets go.
PER_SESSION = 20
ENDED_CODE = 4401
ENDED_REASON = "session ended"


class TooManySockets(Exception):
    """Raised when an address, or a session, holds as many sockets as it may."""


class Socket(Protocol):
    """What the watch needs of an open socket."""

    async def close(self, code: int, reason: str) -> None:
        """Close with a code and a reason."""


class Asking(Protocol):
    """What is told of a socket to whoever watches over the process."""

    def asked(self) -> Iterable[tuple[str, str | None]]:
        """What it asks for at present: documents, and names of operations in them."""


class Sockets:
    """One process's open sockets. An open socket counts as use of its session."""

    def __init__(self, policy: Policy, limit: int) -> None:
        self._policy = policy
        self._limit = limit
        self.connections: set[Asking] = set()
        """The sockets that speak."""
        self.streams = 0
        """How many answers are streams of events."""
        self._per_address: Counter[str | None] = Counter()
        self._holding: dict[Socket, tuple[UUID, Role]] = {}
        self._per_session: Counter[UUID] = Counter()
        self._touch_every = min(TOUCH_EVERY, policy.staff_idle / 4)
        self._touched_at = clock.now()

    @contextmanager
    def place(self, address: str | None) -> Iterator[None]:
        """A place among the address's sockets. Raises TooManySockets."""
        if self._per_address[address] >= self._limit:
            raise TooManySockets
        self._per_address[address] += 1
        try:
            yield
        finally:
            self._per_address[address] -= 1
            if not self._per_address[address]:
                del self._per_address[address]

    def hold(self, socket: Socket, held: Session) -> None:
        """This socket lives as long as that session does, and keeps its role.

        Raises TooManySockets where the session holds as many others as it may.
        """
        self.forget(socket)
        if self._per_session[held.id] >= PER_SESSION:
            raise TooManySockets
        self._per_session[held.id] += 1
        self._holding[socket] = (held.id, held.account.role)

    def forget(self, socket: Socket | None) -> None:
        """The socket is gone, if it ever held a session."""
        held, _ = self._holding.pop(socket, (None, None)) if socket else (None, None)
        if held is not None:
            self._per_session[held] -= 1
            if not self._per_session[held]:
                del self._per_session[held]

    async def watch(self) -> None:
        """Close where a session ended or changed its role; keep the others in use."""
        holding = dict(self._holding)
        if not holding:
            return
        live = await session.live(self._policy, {held for held, _ in holding.values()})
        await self._touch(live)
        over = [one for one, (held, role) in holding.items() if live.get(held) != role]
        await asyncio.gather(*(_end(one) for one in over))

    async def _touch(self, live: Iterable[UUID]) -> None:
        if live and clock.now() - self._touched_at >= self._touch_every:
            self._touched_at = clock.now()
            await session.touch(live)


async def _end(socket: Socket) -> None:
    # A peer that reads nothing must not hold up the others.
    with suppress(Exception):
        async with asyncio.timeout(1):
            await socket.close(ENDED_CODE, ENDED_REASON)
