"""Sign-in flows: e-mail and password, the code, one question signed in; 8 clients at once.

Hashing is left out on all sides: passwords are compared as they are, ours by `compared`. The rate
limits of better-auth and django-allauth are off; ours stay as they are, and count failures only.
All servers keep their tables on one PostgreSQL, each in a database of its own; what it uses itself
is not counted. On SQLite there are ours and the yardstick.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.keys.keyring import Keyring
from tests.benchmarks import compared, enrolled, peer_accounts, serving, signing_in
from tests.benchmarks.frame import Figure
from tests.benchmarks.serving import Data, Place
from tests.benchmarks.signing_in import Taken
from tests.support import postgres

FLOWS = 600
"""In one round; a tenth of the rate needs a tenth of the flows for as long a round."""
FLOWS_OF_PEERS = 160
_STARLETTE = "plain Starlette as uvicorn comes, same statements"
_BUSY = 0.8
"""A client that uses more of a core than this may be what is measured."""


@dataclass
class Contestant:
    """A server, and what its rounds took."""

    system: str
    place: Place
    flows: int
    next: int = 0
    """The first account that has not signed in yet: a code is taken once."""
    per_second: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Let caches and compilers settle; counts for nothing."""
        self._load(self.flows // 4)

    def round(self) -> None:
        """One more round."""
        before = self.place.cpu_seconds()
        taken = self._load(self.flows)
        self.cpu_ms.append((self.place.cpu_seconds() - before) / self.flows * 1e3)
        self.per_second.append(self.flows / taken.seconds)
        self.client.append(taken.busy)

    def _load(self, flows: int) -> Taken:
        self.next += flows
        return signing_in.load(self.system, self.place.url, self.next - flows, flows)


def run(rounds: int) -> list[Figure]:
    """Both databases; on PostgreSQL beside the peers."""
    return [*on_postgres(rounds), *on_sqlite(rounds)]


def on_postgres(rounds: int) -> list[Figure]:
    """Ours beside plain Starlette, better-auth and django-allauth."""
    with postgres.server() as server, ExitStack() as stack:
        one = [
            stack.enter_context(contestant)
            for contestant in (
                _ours(_database(server), rounds),
                _starlette(_database(server), rounds),
                _peer("better-auth", _database(server), rounds),
                _peer("allauth", _database(server), rounds),
            )
        ]
        _in_turns(one, rounds)
    ours, starlette, *peers = one
    targets = {"better-auth": 1 / 10, "allauth": 1 / 15}
    return [
        _throughput("PostgreSQL", ours, starlette, 0.55),
        *(_cpu(ours, peer, targets[peer.system]) for peer in peers),
        _cpu(ours, starlette, None),
    ]


def on_sqlite(rounds: int) -> list[Figure]:
    """Ours beside plain Starlette."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        urls = [f"sqlite://{Path(folder) / name}" for name in ("ours.sqlite3", "theirs.sqlite3")]
        ours = stack.enter_context(_ours(urls[0], rounds))
        starlette = stack.enter_context(_starlette(urls[1], rounds))
        _in_turns([ours, starlette], rounds)
    return [_throughput("SQLite", ours, starlette, 0.50)]


def _in_turns(contestants: list[Contestant], rounds: int) -> None:
    for one in contestants:
        one.warm_up()
    for _ in range(rounds):
        for one in contestants:
            one.round()


@contextmanager
def _ours(url: str, rounds: int) -> Iterator[Contestant]:
    with _filled(url, rounds) as data, serving.ours(data, hook=compared.__name__) as place:
        yield Contestant("sparekey", place, FLOWS)


@contextmanager
def _starlette(url: str, rounds: int) -> Iterator[Contestant]:
    arguments = ("--database", url, "--keys")
    with (
        _filled(url, rounds) as data,
        serving.yardstick("sign_in", *arguments, data.keys, path="/") as place,
    ):
        yield Contestant("starlette", place, FLOWS)


@contextmanager
def _peer(name: str, url: str, rounds: int) -> Iterator[Contestant]:
    with peer_accounts.SERVERS[name](url, _accounts(FLOWS_OF_PEERS, rounds)) as place:
        yield Contestant(name, place, FLOWS_OF_PEERS)


@contextmanager
def _filled(url: str, rounds: int) -> Iterator[Data]:
    keys, hashed = Keyring.generate_text(), compared.kept(enrolled.PASSWORD)
    asyncio.run(enrolled.fill(url, keys, _accounts(FLOWS, rounds), hashed))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Data(url, keys, Path(folder))


def _accounts(flows: int, rounds: int) -> int:
    return flows * (rounds + 1)


def _database(server: str) -> str:
    return asyncio.run(postgres.create(server))


def _throughput(database: str, ours: Contestant, theirs: Contestant, target: float) -> Figure:
    return Figure(
        f"sign-in flow on {database}, hashing excluded, flows per second",
        _STARLETTE,
        ours.per_second,
        theirs.per_second,
        "1/s",
        target,
        at_most=False,
        note=_client(ours, theirs),
    )


def _cpu(ours: Contestant, theirs: Contestant, target: float | None) -> Figure:
    names = {"allauth": "django-allauth headless", "starlette": _STARLETTE}
    return Figure(
        "sign-in flow on PostgreSQL, hashing excluded, server CPU per flow",
        names.get(theirs.system, theirs.system),
        ours.cpu_ms,
        theirs.cpu_ms,
        "ms CPU",
        target,
        at_most=True,
        note=_client(ours, theirs),
    )


def _client(*contestants: Contestant) -> str:
    busy = [max(one.client) for one in contestants]
    warning = "; THE CLIENT WAS BUSY" if max(busy) > _BUSY else ""
    return f"clients' share of a core: {' / '.join(f'{one:.2f}' for one in busy)}{warning}"
