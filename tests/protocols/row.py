"""What a row of a table is: something that is sent, and what must come."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


class Wrong(Exception):
    """Raised where something else came."""


@dataclass(frozen=True)
class Row:
    """`rule`: what must hold, and who says so. `try_at` raises Wrong; it is given a server."""

    id: str
    rule: str
    try_at: Callable[["Place"], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """A server, where a session's cookie and token are good; `patience`: seconds for an answer."""

    host: str
    port: int
    token: str
    patience: float = 15.0

    @property
    def origin(self) -> str:
        """Its own site."""
        return f"http://{self.host}:{self.port}"
