"""The groups of one process, by what their members ask."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import Context as Variables
from typing import Any, TypeVar, cast

from models.policy import Policy
from models.stream.tailer import Tailer
from schema import Schema
from server.live.alike import Asked
from server.live.group import Group
from server.metrics.operations import Operations

G = TypeVar("G", bound="Group")


class Broadcast:
    """The groups of one process."""

    def __init__(
        self,
        schema: Schema,
        policy: Policy,
        tailer: Tailer,
        encode: Callable[[object], str],
        operations: Operations,
    ) -> None:
        self.schema = schema
        self.policy = policy
        self.tailer = tailer
        self.encode = encode
        self.operations = operations
        self.groups: dict[tuple[type[Group], Asked], Group] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def group(self, kind: type[G], asked: Asked, variables: Mapping[str, Any] | None) -> G:
        """The group of those who ask this; the first opens it."""
        found = self.groups.get((kind, asked))
        if found is None:
            found = self.groups[kind, asked] = kind(self, asked, variables)
        return cast(G, found)

    def begin(self, group: "Group") -> asyncio.Task[None]:
        """A group's execution, which bears none of the traits of the request that opened it."""
        task = asyncio.create_task(group.run(), context=Variables())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def forget(self, group: "Group") -> None:
        """Whoever asks from now on opens another."""
        self.groups.pop((type(group), group.asked), None)
