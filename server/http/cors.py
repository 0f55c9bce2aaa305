"""Which other origins' scripts may read answers (Fetch Standard, "CORS protocol").

None, unless an operator names some; these may ask with cookies.
"""

from collections.abc import Awaitable

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http import fields, sites
from server.settings import Settings

_METHODS = ("GET", "POST")
_PREFLIGHT = {
    "access-control-allow-methods": ", ".join(_METHODS),
    "access-control-allow-headers": "accept, accept-language, authorization, content-type, "
    "x-request-id",
    "access-control-max-age": "600",
}


class Cors:
    """Answers preflights of allowed origins, and marks the answers that they may read."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """One request; those of other origins go on unmarked."""
        origin = self.origin(scope)
        if origin is None:
            return self.app(scope, receive, send)
        return self._marked(origin, scope, receive, send)

    def origin(self, scope: Scope) -> str | None:
        """The allowed origin that asks, if one does."""
        if scope["type"] != "http" or scope["path"] != "/graphql":
            return None
        origins = fields.of(scope).getlist("origin")
        if len(origins) != 1 or not sites.is_allowed(self.settings, origins[0]):
            return None
        return origins[0]

    async def _marked(self, origin: str, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(MutableHeaders(scope=message), origin)
            await send(message)

        if _is_preflight(scope):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, sending)
        else:
            await self.app(scope, receive, sending)


def _is_preflight(scope: Scope) -> bool:
    wanted = fields.of(scope).get("access-control-request-method")
    return scope["method"] == "OPTIONS" and wanted in _METHODS


def _mark(headers: MutableHeaders, origin: str) -> None:
    headers["access-control-allow-origin"] = origin
    headers["access-control-allow-credentials"] = "true"
    headers["access-control-expose-headers"] = "x-request-id, retry-after"
    headers.add_vary_header("Origin")
