"""What this process knows of itself: what it counted, and what is open in it now."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from importlib import metadata

from graphql import FieldNode, OperationDefinitionNode
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.registry import Collector

from models.policy import Policy
from models.storage import pool
from models.stream.tailer import Tailer
from schema import Schema
from server.live.sockets import Sockets
from server.metrics import families
from server.metrics.operations import OTHER, Operations

Work = Callable[[], Awaitable[object]]

_LEAST_CODE = 1000
_MAIL_RESULTS = ("delivered", "postponed", "given_up")
_WEBHOOK_RESULTS = ("taken", "put_off", "given_up")


class Counts:
    """What is counted by whoever does it."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.statuses: Counter[int | None] = Counter()
        self.mails: Counter[str] = Counter()
        self.webhooks: Counter[str] = Counter()
        self.rounds: dict[str, float] = {}

    def noting(self, name: str, work: Work) -> Work:
        """The same work, of which it is noted when it was last done."""

        async def noted() -> None:
            await work()
            self.rounds[name] = time.time()

        return noted


class Ours(Collector):
    """This process's metrics, in a registry of their own."""

    def __init__(
        self, schema: Schema, counts: Counts, policy: Policy, tailer: Tailer, sockets: Sockets
    ) -> None:
        self._schema = schema
        self._counts = counts
        self._policy = policy
        self._tailer = tailer
        self._sockets = sockets
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        ProcessCollector(registry=self.registry)

    def collect(self) -> Iterator[Metric]:
        """All of them, as they stand."""
        yield families.BUILD.by([((metadata.version("sparekey"),), 1)])
        yield from self._answered()
        yield from self._open()
        yield from self._hashing()
        yield families.LAG.spread([((), self._tailer.lag)])
        yield families.POSITION.of(self._tailer.position)
        yield from _connections()
        yield families.DEGRADED.of(int(self._policy.network.degraded))
        yield from self._beside()

    def _answered(self) -> Iterator[Metric]:
        tallies = self._counts.operations.by_name.items()
        yield families.OPERATIONS.spread(((name,), tally) for name, tally in tallies)
        yield families.PROBLEMS.by(
            ((name, problem), count)
            for name, tally in tallies
            for problem, count in sorted(tally.problems.items())
        )
        yield families.RESPONSES.by(self._statuses())

    def _statuses(self) -> Iterator[tuple[tuple[str], int]]:
        for status, count in self._counts.statuses.items():
            # Sockets end with codes, which clients choose.
            if status is None or status < _LEAST_CODE:
                yield (str(status or "none"),), count

    def _open(self) -> Iterator[Metric]:
        yield families.SOCKETS.of(len(self._sockets.connections))
        yield families.STREAMS.of(self._sockets.streams)
        yield families.SUBSCRIPTIONS.by(((kind,), n) for kind, n in self._subscriptions().items())

    def _subscriptions(self) -> Counter[str]:
        asked = Counter(
            question for socket in self._sockets.connections for question in socket.asked()
        )
        found = Counter(dict.fromkeys(_kinds(self._schema), 0))
        for (text, name), count in asked.items():
            if kind := _kind(self._schema, text, name):
                found[kind] += count
        return found

    def _hashing(self) -> Iterator[Metric]:
        load = self._policy.passwords.load()
        yield families.HASHING.spread([((), load.took)])
        yield families.HASHING_RUNNING.of(load.running)
        yield families.HASHING_WAITING.of(load.waiting)
        yield families.HASHING_ROOM.of(load.room)
        yield families.HASHING_REFUSED.of(load.refused)

    def _beside(self) -> Iterator[Metric]:
        yield families.ROUNDS.by(((name,), at) for name, at in self._counts.rounds.items())
        yield families.MAILS.by(families.counted(self._counts.mails, _MAIL_RESULTS))
        yield families.WEBHOOKS.by(families.counted(self._counts.webhooks, _WEBHOOK_RESULTS))


def _connections() -> Iterator[Metric]:
    found = pool.state()
    used, idle = (found.used, found.idle) if found else (0, 0)
    yield families.CONNECTIONS.by([(("used",), used), (("idle",), idle)])
    yield families.CONNECTIONS_ROOM.of(found.room if found else None)
    yield families.CONNECTIONS_WAITING.of(found.waiting if found else 0)


def _kinds(schema: Schema) -> list[str]:
    watched = schema._schema.subscription_type
    return [*watched.fields] if watched else []


def _kind(schema: Schema, text: str, name: str | None) -> str | None:
    """The field that a subscription watches; None for what is no subscription."""
    plan = schema.known(text)
    for one in plan.document.definitions if plan else ():
        if isinstance(one, OperationDefinitionNode) and _is_asked(one, name):
            return _field(schema, one) if one.operation.value == "subscription" else None
    return OTHER


def _is_asked(one: OperationDefinitionNode, name: str | None) -> bool:
    return name is None or (one.name is not None and one.name.value == name)


def _field(schema: Schema, one: OperationDefinitionNode) -> str:
    first = one.selection_set.selections[0]
    found = first.name.value if isinstance(first, FieldNode) else OTHER
    return found if found in _kinds(schema) else OTHER
