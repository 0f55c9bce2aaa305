"""A way past Starlette's routing for the one address that nearly every request is for."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send


class Straight:
    """Hands requests and sockets for `path` to its endpoint, and all else on to the routes."""

    def __init__(self, app: ASGIApp, path: str, endpoint: ASGIApp) -> None:
        self.app = app
        self.path = path
        self.endpoint = endpoint

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """One request, or one socket."""
        is_for_us = scope["type"] != "lifespan" and scope["path"] == self.path
        return (self.endpoint if is_for_us else self.app)(scope, receive, send)
