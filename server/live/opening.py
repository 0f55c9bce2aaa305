"""How a socket is opened: who may, under which name, and then it speaks."""

from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from models.storage import away
from schema import masking
from server.http import client, sites
from server.http.refusals import refusal
from server.live import outgoing
from server.live.adapter import Adapter
from server.live.connection import Connection
from server.live.sockets import TooManySockets

if TYPE_CHECKING:
    from server.view import View

_NOT_SPOKEN = (4406, "Subprotocol not acceptable")
# RFC 6455's registry of close codes: the server's trouble, which passes.
_LATER = {"type": "websocket.close", "code": 1013, "reason": "try again later"}


async def connect(view: "View", scope: Scope, receive: Receive, send: Send) -> None:
    """One socket, to its end. It is as lean as can be: it lasts for hours."""
    if not sites.may_connect(view.settings, HTTPConnection(scope)):
        await _deny(403, "Other sites may not ask in this browser's name.", scope, receive, send)
        return
    try:
        with view.sockets.place(client.ip(view.settings, HTTPConnection(scope))):
            connection = await _opened(view, scope, receive, send)
            if connection is not None:
                await connection.handle()
    except TooManySockets:
        await _deny(429, "Too many sockets are open from this address.", scope, receive, send)
    except Exception as error:
        if not away.is_away(error):
            raise
        masking.log_away(error, scope["state"]["request_id"])
        await send(_LATER)


async def _opened(view: "View", scope: Scope, receive: Receive, send: Send) -> Connection | None:
    socket = WebSocket(scope, receive, send)
    is_spoken = GRAPHQL_TRANSPORT_WS_PROTOCOL in scope["subprotocols"]
    await socket.accept(GRAPHQL_TRANSPORT_WS_PROTOCOL if is_spoken else None)
    adapter = Adapter(view, scope, receive, send)
    context = await view.get_context(socket, socket)
    _forget(scope)
    if not is_spoken:
        with suppress(WebSocketDisconnected):
            await adapter.close(*_NOT_SPOKEN)
        return None
    return Connection(
        view,
        adapter,
        context,
        None,
        view.schema,
        view.connection_init_wait_timeout,
        view.max_subscriptions_per_connection,
    )


def _forget(scope: Scope) -> None:
    """Nobody reads the handshake any more; of other servers' scopes we do not know that."""
    if outgoing.taken(scope) is None:
        return
    scope.update(headers=[], extensions={}, subprotocols=[])
    scope["state"].pop("fields", None)


async def _deny(code: int, reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    await WebSocket(scope, receive, send).send_denial_response(refusal(code, reason))
