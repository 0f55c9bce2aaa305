"""What reads the bytes of a socket: first its handshake, then its frames (RFC 6455 §4.2, §5.2)."""

from typing import Any

from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.protocol import OPEN, Protocol
from websockets.server import ServerProtocol

from server.http.wire import HEADERS, told

_HEADER_AND_MASK = 6


class Handshake(ServerProtocol):
    """Refuses in our own form what is no WebSocket handshake."""

    times = 0
    """How often something came; once where only the handshake did."""

    def receive_data(self, data: bytes | bytearray) -> None:
        """Some of the handshake, or of what follows it."""
        self.times += 1
        super().receive_data(data)

    def reject(self, status: Any, text: str) -> Response:
        """The same status, and why, in JSON."""
        response = super().reject(status, text)
        response.body = told(text.strip() or "This socket may not be opened.")
        kept = {"date": response.headers["date"], "connection": "close"}
        response.headers = Headers(**kept, **HEADERS)
        response.headers["content-length"] = str(len(response.body))
        return response


class Frames(Protocol):
    """What reads the frames of an open socket; knows when it holds no part of any."""

    _coming = 0
    """Bytes of a frame that has not come whole."""

    def receive_data(self, data: bytes | bytearray) -> None:
        """Some more."""
        self._coming += len(data)
        super().receive_data(data)

    def recv_frame(self, frame: Frame) -> None:
        """A frame has come whole."""
        self._coming -= _size(len(frame.data))
        super().recv_frame(frame)

    def is_at_rest(self) -> bool:
        """Whether another would do as well."""
        return not self._coming and self.current_size is None and self.state is OPEN


def _size(payload: int) -> int:
    """Of a frame that a client sends (RFC 6455 §5.2)."""
    return _HEADER_AND_MASK + payload + (0 if payload < 126 else 2 if payload < 2**16 else 8)
