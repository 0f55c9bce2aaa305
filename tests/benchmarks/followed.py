"""Servers whose events are followed: ours, and those it is compared with.

All publish on demand (see `load.publishing`), and speak to the same client.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from pydantic import SecretStr

from models.accounts.account import Role
from models.reset.ticket import RecoveryTicket, TicketState
from models.storage import database
from server.live.sockets import PER_SESSION
from server.policy import build_policy
from server.settings import Settings
from tests.benchmarks import serving
from tests.benchmarks.load import prepared
from tests.benchmarks.load.subscribers import INIT, Subscribers, subscribers
from tests.benchmarks.serving import Data, Place
from tests.support import rows


@dataclass(frozen=True)
class Followed:
    """A started server, and how it is followed."""

    place: Place
    control: Path
    inits: Sequence[dict[str, object]] = (INIT,)

    def by(self, sockets: int, stalled: int = 0) -> AbstractContextManager[Subscribers]:
        """So many subscribers, the last of which never read."""
        folder = self.control.parent
        return subscribers(self.place.port, sockets, folder, self.control, self.inits, stalled)


Follow = Callable[[int], AbstractContextManager[Followed]]
"""Starts a server for so many sockets at most."""


@contextmanager
def ours(sockets: int) -> Iterator[Followed]:
    """`sparekey serve` on SQLite, with events that no table holds. At most so many sockets."""
    with serving.data() as given:
        inits = [init(one) for one in asyncio.run(sign_in(given, sockets))]
        control = given.folder / "control"
        with serving.ours(given, hook=prepared.__name__, CONTROL=str(control)) as place:
            yield Followed(place, control, inits)


@contextmanager
def broadcast(sockets: int) -> Iterator[Followed]:
    """`websockets.broadcast`."""
    with _control() as control:
        with serving.yardstick("broadcast", "--control", str(control)) as place:
            yield Followed(place, control, inits=())


@contextmanager
def graphql_ws(sockets: int) -> Iterator[Followed]:
    """graphql-ws with `ws` on Node."""
    with _control() as control, serving.peer("graphql-ws", str(control)) as place:
        yield Followed(place, control)


@contextmanager
def strawberry(sockets: int) -> Iterator[Followed]:
    """Strawberry as it comes."""
    with _control() as control:
        with serving.yardstick("strawberry_subscriptions", "--control", str(control)) as place:
            yield Followed(place, control)


YARDSTICKS: dict[str, Follow] = {
    "websockets.broadcast": broadcast,
    "graphql-ws on Node": graphql_ws,
    "Strawberry as it comes": strawberry,
}


async def sign_in(given: Data, sockets: int) -> list[str]:
    """A claimed ticket, and sessions of the agent who claimed it, enough for so many sockets.

    Returns what each sends as `authorization`.
    """
    settings = Settings(database_url=SecretStr(given.url), secret_keys=SecretStr(given.keys))
    policy = build_policy(settings)
    async with database.connect(given.url):
        (agent,) = await rows.accounts(1, Role.SUPPORT, "sam")
        await rows.tickets(await rows.accounts(1))
        await RecoveryTicket.all().update(state=TicketState.CLAIMED, claimed_by_id=agent.id)
        sessions = [await rows.signed_in(policy, agent) for _ in range(ceil(sockets / PER_SESSION))]
    policy.passwords.close()
    return [f"Bearer {token}" for _, token in sessions]


def init(authorization: str) -> dict[str, object]:
    """The first message of a socket in that session."""
    return INIT | {"payload": {"authorization": authorization}}


@contextmanager
def _control() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name, "control")
