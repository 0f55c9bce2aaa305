"""Several processes at one door: uvicorn's supervisor, which starts anew what died.

SIGHUP exchanges them one by one, each when its successor serves; SIGTERM ends all. A second one
ends the waiting, and Ctrl-C does not wait, as with one process (see `stopping`).
"""

import os
import signal
import socket
import time
from datetime import timedelta
from threading import Thread

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from server import notify
from server.stopping import turn_away

_STOPS = frozenset({signal.SIGTERM, signal.SIGINT})
_LOOK_EVERY = 0.1


class Supervisor(Multiprocess):
    """Tells the service manager of all, and closes the door behind all."""

    def __init__(self, config: Config, sockets: list[socket.socket], drain: timedelta) -> None:
        super().__init__(config, sockets)
        self._drain = drain.total_seconds()
        self._hurry = False
        self._is_ours = config.fd is None
        self._notifier = notify.from_environment()
        self._beating = Thread(target=self._beat, daemon=True)
        self._looked_at = 0.0
        self._longest = self._to_exchange_all()
        # None of them is the service.
        os.environ.pop("NOTIFY_SOCKET", None)

    def keep_subprocess_alive(self) -> None:
        """Look after all, every half second."""
        super().keep_subprocess_alive()
        self._looked_at = time.monotonic()
        if self.should_exit.is_set() or self._beating.ident:
            return
        if all(process.is_ready() for process in self.processes):
            self._beating.start()

    def handle_int(self) -> None:
        """Ctrl-C, which the workers at a terminal hear as well."""
        self._hurry = True
        super().handle_int()

    def terminate_all(self) -> None:
        """Tell all to end, and see to it that nobody is left waiting at the door."""
        if self._beating.ident:
            self._beating.join()
        self._notifier.tell(notify.STOPPING)
        super().terminate_all()
        if not self._drained():
            super().terminate_all()
        for listening in self.sockets:
            if self._is_ours:
                turn_away(listening)
            listening.close()

    def _drained(self) -> bool:
        """Wait until the drain is over; False where somebody does not want to."""
        over = time.monotonic() + self._drain
        while time.monotonic() < over:
            time.sleep(min(_LOOK_EVERY, self._drain))
            if self._hurry or _STOPS.intersection(self.signal_queue):
                return False
        return True

    def _beat(self) -> None:
        # Beside all else: to exchange workers takes longer than a manager's patience.
        while not self.should_exit.wait(_LOOK_EVERY):
            if time.monotonic() < self._looked_at + self._longest:
                self._notifier.beat()

    def _to_exchange_all(self) -> float:
        """Seconds that this may take: each starts, and another drains and finishes."""
        starting = self.config.timeout_worker_healthcheck
        finishing = self.config.timeout_graceful_shutdown or 0
        return self.config.workers * (starting + self._drain + 2 * finishing)
