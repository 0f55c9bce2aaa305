"""How a process ends: first it says so, then it takes nothing new, and nobody is cut off.

On SIGTERM `/readyz` answers 503 and each answer is its connection's last, for SPAREKEY_DRAIN; all
is answered as ever. Then nobody can connect any more, sockets and streams are told to come back,
and what is under way is finished (see `server.live.frames`, `server.http.listener`). A second
SIGTERM ends the waiting; Ctrl-C does not wait.
"""

import asyncio
import multiprocessing
import os
import signal
import socket
import struct
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import FrameType

from uvicorn import Server

from server import notify

RESTART_CODE = 1001
RESTART_REASON = "restart; resume after your last cursor"
# The process above several closes their door, in this time after it told them to stop.
WORKERS_WAIT = 0.2
# How often a worker looks whether that process is still there: killed at once, it tells nobody.
_LOOK_EVERY = 1.0
# Handshakes that have begun are over by then.
_HANDSHAKES = 0.02
_SO_ATTACH_FILTER = 26
# Classic BPF over a segment of TCP: ldb [13]; jset #SYN, drop, keep; drop: ret #0; keep: ret #-1.
_NO_NEWCOMERS = (
    (0x30, 0, 0, 13),
    (0x45, 0, 1, 0x02),
    (0x06, 0, 0, 0),
    (0x06, 0, 0, 0xFFFFFFFF),
)

Handler = Callable[[int, FrameType | None], object]


class Stopping:
    """Whether this process is about to end."""

    begun = False


@contextmanager
def gently(stopping: Stopping, drain: timedelta) -> Iterator[None]:
    """While the block runs, SIGTERM ends uvicorn after so long, and then gently."""
    handler = signal.getsignal(signal.SIGTERM)
    # There is no other way from an application to the server that runs it.
    server = getattr(handler, "__self__", None)
    if not isinstance(server, Server) or not callable(handler):
        yield
        return
    ending = _Ending(stopping, drain.total_seconds(), server, handler)
    signal.signal(signal.SIGTERM, ending.told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


def turn_away(listening: socket.socket) -> None:
    """Nobody new gets in; who is at the door already can still be let in.

    A listening socket that is closed resets connections that nobody has accepted yet, with the
    requests that they carry. Who is turned away asks again after a second, and is refused then:
    a proxy goes on to the next server.
    """
    steps = array("B", b"".join(struct.pack("HBBI", *step) for step in _NO_NEWCOMERS))
    described = struct.pack("HP", len(_NO_NEWCOMERS), steps.buffer_info()[0])
    if sys.platform == "linux":
        with suppress(OSError):
            listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, described)


class _Ending:
    """From SIGTERM to the end of uvicorn's own loop."""

    def __init__(
        self, stopping: Stopping, seconds: float, server: Server, handler: Handler
    ) -> None:
        self._stopping = stopping
        self._above = multiprocessing.parent_process()
        self._seconds = seconds + (WORKERS_WAIT if self._above else 0)
        self._server = server
        self._handler = handler
        self._loop = asyncio.get_running_loop()
        self._look()

    def told(self, number: int, frame: FrameType | None) -> None:
        """SIGTERM."""
        if self._stopping.begun:
            self._handler(number, frame)
            return
        self._stopping.begun = True
        self._loop.call_soon_threadsafe(self._begin)

    def _look(self) -> None:
        if self._above and self._above.is_alive():
            self._loop.call_later(_LOOK_EVERY, self._look)
        elif self._above:
            signal.raise_signal(signal.SIGTERM)

    def _begin(self) -> None:
        notify.from_environment().tell(notify.STOPPING)
        self._loop.call_later(self._seconds, self._shut)

    def _shut(self) -> None:
        # Others listen at the same socket, or whoever comes next will: it is not ours to shut.
        if not self._above and self._server.config.fd is None:
            for server in self._doors():
                for one in server.sockets:
                    with socket.socket(fileno=os.dup(one.fileno())) as listening:
                        turn_away(listening)
        self._loop.call_later(_HANDSHAKES, self._end)

    def _end(self) -> None:
        for server in self._doors():
            server.close()
        self._handler(signal.SIGTERM, None)

    def _doors(self) -> list[asyncio.Server]:
        # None yet where that was told while it starts.
        return self._server.servers if self._server.started else []
