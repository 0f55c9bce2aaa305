"""What both protocols have in common: refusals in our own form, and clients that do not read."""

import asyncio
import json
from typing import cast

from server.site import content

UNREAD_SECONDS = 30.0
NO_HTTP = "This is no HTTP request."
# The headers of an answer that no application makes.
HEADERS = {**content.ALWAYS, **content.UNLESS_SAID, "content-type": "application/json"}


class Unread(asyncio.Protocol):
    """Lets go of a client that does not read what it asked for."""

    transport: asyncio.Transport
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there. What is left of an answer waits for them, however little it is."""
        # A connection that is closed stays until all has been read: by asyncio's own limit, less
        # than 64 kB would be waited for without end.
        cast(asyncio.Transport, transport).set_write_buffer_limits(0)
        super().connection_made(transport)

    def pause_writing(self) -> None:
        """The buffer is full."""
        super().pause_writing()
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The buffer is empty again."""
        super().resume_writing()
        self._relax()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._relax()
        super().connection_lost(exc)

    def _relax(self) -> None:
        if self._waiting:
            self._waiting.cancel()


def told(message: str) -> bytes:
    """The body of a refusal."""
    return json.dumps({"errors": [{"message": message[:200]}]}).encode()
