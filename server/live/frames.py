"""WebSocket on uvicorn: handshakes refused in our own form, no message without end, and little
that is held for a socket on which nothing happens.

What has been said in the handshake goes when it is over; what reads frames is there while some are
read. Finished frames are taken as they are (see `outgoing`).
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN, Side
from websockets.server import ServerProtocol

from server.http.wire import NO_HTTP, Unread
from server.live import outgoing
from server.live.reading import Frames, Handshake
from server.live.waiting import Gate, Messages
from server.stopping import RESTART_CODE, RESTART_REASON

FRAMES = 256
# For the peer's own closing frame, when the server ends; for a handshake that is not over then.
CLOSING_SECONDS = 2.0
_SOON = 0.05


class Socket(Unread, WebSocketsSansIOProtocol):
    """WebSocket. A text that is no UTF-8 goes to the application, which knows how to close."""

    # A dictionary of so many would be a good part of what a socket costs.
    __slots__ = (
        *("_conn", "_waiting", "app", "app_state", "asgi_version", "client", "close_sent"),
        *("close_timeout", "close_timer", "config", "connections", "curr_msg_data_type"),
        *("default_headers", "disconnected", "frames", "handshake_complete"),
        *("handshake_initiated", "initial_response", "last_ping_rtt", "logger", "loop"),
        *("pending_ping_payload", "ping_interval", "ping_sent_at", "ping_timeout", "ping_timer"),
        *("pong_timer", "queue", "read_paused", "request", "response", "root_path", "scheme"),
        *("scope", "server", "tasks", "transport", "writable"),
    )

    _conn: Any
    """None while no frame is read or written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._waiting = None
        super().__init__(*args, **kwargs)
        self.conn = Handshake(max_size=self.config.ws_max_size, logger=self.logger)
        self.queue = Messages()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]

    @property
    def conn(self) -> Any:
        """What reads and writes: the handshake, and then frames."""
        if self._conn is None:
            self._conn = Frames(Side.SERVER, max_size=self.config.ws_max_size, logger=self.logger)
        return self._conn

    @conn.setter
    def conn(self, conn: ServerProtocol) -> None:
        self._conn = conn

    def data_received(self, data: bytes) -> None:
        """Some more of a message, or the handshake."""
        conn = self.conn
        super().data_received(data)
        if conn.handshake_exc and not self.handshake_initiated:
            self._refuse()
        self._rest()

    def handle_connect(self, event: Any) -> None:
        """The handshake is there."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: Any = self.scope["extensions"]
            extensions.update(outgoing.offered(self.take))

    def handle_ping(self) -> None:
        """Answered, but not to one that reads no answers: they would pile up (RFC 6455 §5.5.3)."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_cont(self, event: Any) -> None:
        """One more piece of a message; pieces without end, or of nothing, are cut."""
        if len(self.frames) < FRAMES:
            super().handle_cont(event)
            return
        self.conn.fail(1009, "too many frames")
        self.handle_parser_exception()

    def send_receive_event_to_app(self) -> None:
        """A message is complete."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()

    def send_keepalive_ping(self) -> None:
        """Is anybody there?"""
        super().send_keepalive_ping()
        self._rest()

    def take(self, frame: bytes) -> bool:
        """Send a finished frame, if that needs no waiting; says whether it did."""
        if self.close_sent or self.disconnected or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True

    def shutdown(self) -> None:
        """The server ends: say so, and wait for the answer, or what was told last may be lost."""
        if self.close_sent:
            super().shutdown()
        elif not self.handshake_complete:
            self.loop.call_later(_SOON, self.shutdown)
        else:
            self.stop_keepalive()
            self.queue.put_nowait({"type": "websocket.disconnect", "code": RESTART_CODE})
            self.conn.send_close(RESTART_CODE, RESTART_REASON)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = self.disconnected = True
            self.transport.resume_reading()
            self.close_timer = self.loop.call_later(CLOSING_SECONDS, self.transport.close)

    async def send(self, message: Any) -> None:
        """ASGI's `send`."""
        text = message.get("text") if self.handshake_complete else None
        if text is not None and self.take(outgoing.framed(text.encode())):
            return
        await super().send(message)
        if message["type"] == "websocket.accept" and self.conn.state is OPEN:
            self._forget()
        self._rest()

    async def receive(self) -> Any:
        """ASGI's `receive`."""
        said: Any = self.queue
        while said.empty():
            await said.more()
        message = said.next()
        if self.read_paused and said.empty():
            self.read_paused = False
            self.transport.resume_reading()
        return message

    def _forget(self) -> None:
        """The handshake is over, unless more came with it."""
        del self.request, self.response, self.scope
        if self._conn.times == 1:
            self._conn = None

    def _rest(self) -> None:
        if isinstance(self._conn, Frames) and self._conn.is_at_rest():
            self._conn = None

    def _refuse(self) -> None:
        said = b"".join(self.conn.data_to_send())
        if not said:
            said = self.conn.reject(400, NO_HTTP).serialize()
        self.transport.write(said)
        self.transport.close()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
