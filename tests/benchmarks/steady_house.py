"""Three servers on one PostgreSQL and one Valkey, and the people and desks that they know.

PostgreSQL writes to disk as it comes; hashes cost what they cost by default. The limits of a
network address are wide, since all come from this machine, and kept in Valkey nevertheless.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from pydantic import SecretStr

from models.accounts.account import Role
from models.keys.keyring import Keyring
from models.storage import database
from server.live.sockets import PER_SESSION
from server.policy import build_policy
from server.settings import Settings
from tests.benchmarks import enrolled, followed, machine, serving
from tests.benchmarks.load.subscribers import Subscribers, subscribers
from tests.benchmarks.serving import Data, Place
from tests.benchmarks.yardsticks.argon2_loop import HASHER
from tests.support import postgres, rows, valkey
from tests.support.operations import operation

SERVERS = 3
_POSTGRES = "max_connections = 200\n"


@dataclass(frozen=True)
class House:
    """All of it, started."""

    servers: list[Place]
    desks: list[Subscribers]
    """Those at each server."""
    postgres: int
    """Its process."""

    def rss_mb(self) -> list[float]:
        """What each server holds."""
        return [one.rss_kb() / 1024 for one in self.servers]

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time so far: each server's, and others'."""
        used = {f"server {n}": one.cpu_seconds() for n, one in enumerate(self.servers, 1)}
        load = machine.cpu_seconds(os.getpid()) - sum(used.values())
        return used | {
            "PostgreSQL": machine.cpu_seconds(self.postgres),
            "Valkey and those who ask and watch": load,
            "everything on the machine": machine.busy_seconds(),
        }


@contextmanager
def running(accounts: int, desks: int) -> Iterator[House]:
    """With so many accounts, and so many desks that watch, spread over the servers."""
    with ExitStack() as stack:
        store = stack.enter_context(postgres.own(_POSTGRES))
        counter = stack.enter_context(valkey.running())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        given = Data(
            asyncio.run(postgres.create(postgres.url_of(store))), Keyring.generate_text(), folder
        )
        asyncio.run(enrolled.fill(given.url, given.keys, accounts, HASHER.hash(enrolled.PASSWORD)))
        inits = asyncio.run(_agents(given, desks))
        servers = [
            stack.enter_context(serving.ours(given, RATE_LIMIT_URL=counter.url))
            for _ in range(SERVERS)
        ]
        watching = [
            stack.enter_context(_watching(given, number, one, desks, inits[number::SERVERS]))
            for number, one in enumerate(servers)
        ]
        yield House(servers, watching, store.get_pid())


def _watching(
    given: Data, number: int, server: Place, desks: int, inits: Sequence[object]
) -> AbstractContextManager[Subscribers]:
    folder = given.folder / f"desks {number}"
    folder.mkdir()
    sockets = desks // SERVERS + (number < desks % SERVERS)
    document = operation("RecoveryQueueEvents").document
    return subscribers(server.port, sockets, folder, None, inits, document=document)


async def _agents(given: Data, desks: int) -> list[dict[str, object]]:
    """What sockets begin with: agents enough for all desks, as many at each server."""
    settings = Settings(database_url=SecretStr(given.url), secret_keys=SecretStr(given.keys))
    policy = build_policy(settings)
    async with database.connect(given.url):
        agents = await rows.accounts(
            SERVERS * ceil(desks / SERVERS / PER_SESSION), Role.SUPPORT, "sam"
        )
        sessions = [await rows.signed_in(policy, agent) for agent in agents]
    policy.passwords.close()
    return [followed.init(f"Bearer {token}") for _, token in sessions]
