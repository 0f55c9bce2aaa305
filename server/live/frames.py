"""WebSocket on uvicorn: handshakes refused in our own form, and no message without end."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.server import ServerProtocol

from server.http.wire import HEADERS, NO_HTTP, Unread, told

FRAMES = 256


class Handshake(ServerProtocol):
    """Refuses in our own form what is no WebSocket handshake."""

    def reject(self, status: Any, text: str) -> Response:
        """The same status, and why, in JSON."""
        response = super().reject(status, text)
        response.body = told(text.strip() or "This socket may not be opened.")
        kept = {"date": response.headers["date"], "connection": "close"}
        response.headers = Headers(**kept, **HEADERS)
        response.headers["content-length"] = str(len(response.body))
        return response


class Socket(Unread, WebSocketsSansIOProtocol):
    """WebSocket. A text that is no UTF-8 goes to the application, which knows how to close."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = Handshake(max_size=self.config.ws_max_size, logger=self.logger)

    def data_received(self, data: bytes) -> None:
        """Some more of a message, or the handshake."""
        super().data_received(data)
        if self.conn.handshake_exc and not self.handshake_initiated:
            self._refuse()

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
