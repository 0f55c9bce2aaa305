"""What every resolver is handed: the request, as the floor below understands it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry

from models.origin import Origin
from models.policy import Policy
from models.signing_in.session import Session
from models.stream.tailer import Following
from models.tally import UNCOUNTED, Tally
from schema.loaders import Loaders


class Cookies(Protocol):
    """The cookies of the answer that is being prepared."""

    def keep_session(self, token: str, expires_at: datetime) -> None:
        """Set the session's cookie."""

    def drop_session(self) -> None:
        """Take the session's cookie back."""

    def keep_browser(self, value: str) -> None:
        """Set the cookie by which a browser is known again."""


@dataclass
class Context:
    """One request over HTTP, or one connection of a WebSocket.

    `cookies` is None over WebSocket, where none can be set. `connection_params` are those of
    `connection_init`; Strawberry sets them.
    """

    policy: Policy
    origin: Origin
    session: Session | None
    cookies: Cookies | None
    tailer: Following
    request_id: str
    loaders: Loaders = field(default_factory=Loaders)
    connection_params: Mapping[str, object] | None = None
    tally: Tally = UNCOUNTED
    """Where it is counted what is told."""


Info: TypeAlias = strawberry.Info[Context, None]
