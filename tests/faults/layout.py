"""Who stands where: three servers, each with lines of its own to everything that it needs.

people ── front ──┬── line ── server 1 ──┬── line ── PostgreSQL
                  ├── line ── server 2 ──┼── line ── Valkey
                  └── line ── server 3 ──┴── line ── mail relay
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.keys.keyring import Keyring
from models.policy import Policy
from server.policy import build_policy
from server.settings import PREFIX, Settings
from tests.faults import store
from tests.faults.store import Store
from tests.support import databases, front, namespaces, postgres, relay, travelling, valkey
from tests.support.clock import Clock
from tests.support.environment import environment
from tests.support.link import Address, Link, linked
from tests.support.namespaces import Host
from tests.support.process import Process, free_port
from tests.support.relay import Relay
from tests.support.valkey import Valkey

SERVERS = 3
_HOST = "127.0.0.1"
FRONT, DATABASE, COUNTER, MAIL = "front", "database", "counter", "mail"


@dataclass
class Layout:
    """Everything that can break. `lines` are by what they lead to, one for each server."""

    url: str
    """Of the front: all that people know."""
    database_url: str
    """Past all lines, for those who look at the tables."""
    secret_keys: str
    store: Store
    counter: Valkey
    relay: Relay
    clock: Clock
    folder: Path
    hosts: list[Host]
    """Of the servers: network namespaces; none where those are not permitted."""
    lines: dict[str, list[Link]]
    servers: list[Process] = field(default_factory=list)

    async def ready(self) -> None:
        """Wait until every server answers."""
        await asyncio.gather(*(one.ready() for one in self.servers))

    def policy(self) -> Policy:
        """The rules that the servers go by. Its threads are to be ended."""
        given = self.servers[0].variables.items()
        fields = {name.removeprefix(PREFIX).lower(): value for name, value in given}
        return build_policy(Settings.model_validate(fields))

    def logs(self) -> str:
        """What the servers have logged."""
        return "".join(one.log.read_text() for one in self.servers)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Layout]:
    """All of it, started; ended with the block, whatever has become of it."""
    async with AsyncExitStack() as stack:
        database = stack.enter_context(store.running())
        counter = stack.enter_context(valkey.running())
        catcher = await stack.enter_async_context(relay.running())
        template = await databases.postgres_template(database.url)
        database_url = await postgres.create(database.url, postgres.name_of(template))
        clock = Clock(stack.enter_context(travelling.started()), database_url)
        hosts = stack.enter_context(namespaces.hosts(SERVERS))
        ports = [free_port() for _ in range(SERVERS)]
        there = [host.address for host in hosts] or [_HOST] * SERVERS
        lines = {FRONT: await _lines(stack, FRONT, list(zip(there, ports, strict=True)), [])}
        for what, end in (
            (DATABASE, postgres.address_of(database.url)),
            (COUNTER, (_HOST, counter.port)),
            (MAIL, (_HOST, catcher.port)),
        ):
            lines[what] = await _lines(stack, what, [end] * SERVERS, hosts)
        url = await stack.enter_async_context(
            front.running(folder, [line.port for line in lines[FRONT]])
        )
        layout = Layout(url, database_url, Keyring.generate_text(), database, counter, catcher,
                        clock, folder, hosts, lines)  # fmt: skip
        await _serve(stack, layout, there, ports)
        yield layout


async def _lines(
    stack: AsyncExitStack, what: str, ends: Sequence[Address], hosts: list[Host]
) -> list[Link]:
    ours = [host.here for host in hosts] or [_HOST] * SERVERS
    return [
        await stack.enter_async_context(linked(f"{what} {number}", *one))
        for number, one in enumerate(zip(ends, ours, strict=True), start=1)
    ]


async def _serve(stack: AsyncExitStack, layout: Layout, there: list[str], ports: list[int]) -> None:
    for number, (address, port) in enumerate(zip(there, ports, strict=True)):
        server = Process(_settings(layout, number), layout.folder, port)
        server.url = f"http://{address}:{port}"
        server.options += ["--host", address]
        server.inside = layout.hosts[number].inside if layout.hosts else ()
        stack.push_async_callback(server.kill)
        layout.servers.append(server)
    await asyncio.gather(*(server.start() for server in layout.servers))
    layout.clock.followers += layout.servers


def _settings(layout: Layout, number: int) -> dict[str, str]:
    line = {what: lines[number].address for what, lines in layout.lines.items()}
    return environment(
        postgres.over(layout.database_url, line[DATABASE]),
        layout.folder,
        layout.url,
        layout.secret_keys,
        MAIL_URL=f"smtp://{line[MAIL]}?starttls=never",
        RATE_LIMIT_URL=f"async+redis://{line[COUNTER]}",
        TRUSTED_PROXIES="127.0.0.0/8,198.18.0.0/15",
        # An hour passes in a moment: nobody is signed out for that.
        STAFF_IDLE="30d",
        STAFF_SESSION="30d",
        APPROVALS_PER_HOUR="100000",
    )
