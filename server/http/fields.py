"""A request's header fields, sorted once for all who ask for them."""

from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope

from models.origin import Origin
from models.signing_in.session import Session
from server.live.streams import Stream

_KEPT = "fields"


class Fields(Headers):
    """As Starlette's, but looked up and not searched for.

    Requests of one connection in the same words share them, and what they tell: whose they are
    (`asking`), and whether any layer has something to say to them (`plain`). Neither is found out
    before somebody asks.
    """

    asking: tuple[Origin, str | None] | None = None
    plain: str | None = None

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        # Of several with one name the first counts.
        self._first = dict(reversed(self._list))

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower().encode("latin-1")].decode("latin-1")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower().encode("latin-1") in self._first

    def get(self, key: str, default: Any = None) -> Any:
        """The value of the first field of this name."""
        found = self._first.get(key.lower().encode("latin-1"))
        return default if found is None else found.decode("latin-1")

    def first(self, name: bytes) -> bytes:
        """The value of the first field of this name, as it came; empty where there is none."""
        return self._first.get(name, b"")

    def getlist(self, key: str) -> list[str]:
        """The values of all fields of this name."""
        return super().getlist(key) if key in self else []


class Question(Request):
    """A request that shares its fields and its body with the layers around it.

    `media` is the form of its answer, `held` the session it came with, `followed` what it follows.
    """

    media: str | None = None
    held: Session | None = None
    followed: Stream | None = None

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self._fields = of(scope)

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return self._fields

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies; most programs have none."""
        return super().cookies if "cookie" in self._fields else {}

    async def body(self) -> bytes:
        """What `Limits` has read."""
        whole: bytes = self.scope["state"]["whole"]
        return whole


def of(scope: Scope) -> Fields:
    """The header fields of this request or handshake."""
    state: dict[str, object] = scope.setdefault("state", {})
    found = state.get(_KEPT)
    if not isinstance(found, Fields):
        found = state[_KEPT] = Fields(scope)
    return found
