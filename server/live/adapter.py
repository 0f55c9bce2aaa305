"""An open socket as the one sees it who speaks on it: ASGI, and nothing of the handshake."""

from collections.abc import AsyncGenerator, Mapping
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from starlette.types import Message, Receive, Scope, Send
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)

from server.live import outgoing

if TYPE_CHECKING:
    from server.view import View

# RFC 6455 §5.5: a control frame holds 125 bytes, two of them the code.
_REASON_BYTES = 123


class Adapter(AsyncWebSocketAdapter):
    """Messages in and out, until one side has closed."""

    __slots__ = ("_is_closed", "_receive", "_send", "take", "tell", "view")
    view: Any

    def __init__(self, view: "View", scope: Scope, receive: Receive, send: Send) -> None:
        self.view = view
        self._receive = receive
        self._send = send
        self._is_closed = False
        self.tell: Send = scope["state"].get("send", send)
        """For messages of which there are many, and nothing to see in them."""
        self.take = outgoing.taken(scope)
        """How finished frames are sent, where the server takes them."""

    async def next(self) -> object:
        """The next message. Raises what is wrong with it, as Strawberry's reader does."""
        if self._is_closed:
            raise WebSocketDisconnected
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnected
        text = message.get("text")
        if text is None:
            raise NonTextMessageReceived
        try:
            return self.view.decode_json(text)
        except JSONDecodeError as error:
            raise NonJsonMessageReceived from error

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        """All messages."""
        while True:
            yield await self.next()

    async def send_json(self, message: Mapping[str, object]) -> None:
        """One message. Raises WebSocketDisconnected."""
        if self._is_closed:
            raise WebSocketDisconnected
        text = self.view.encode_json(message)
        await _said(self.tell, {"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """Close; a longer reason is cut. Raises WebSocketDisconnected."""
        if self._is_closed:
            raise WebSocketDisconnected
        cut = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        await _said(self._send, {"type": "websocket.close", "code": code, "reason": cut})
        # Not before: who gave up waiting for a slow reader closes again later.
        self._is_closed = True


async def _said(send: Send, message: Message) -> None:
    try:
        await send(message)
    except (OSError, RuntimeError) as gone:  # as servers say that nobody is there
        raise WebSocketDisconnected from gone
