"""Several processes at one door: uvicorn's supervisor, which starts anew what died.

SIGHUP exchanges them one by one, each when its successor serves; SIGTERM ends all.
"""

import os
import socket
import time
from datetime import timedelta

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from server import notify
from server.stopping import turn_away


class Supervisor(Multiprocess):
    """Tells the service manager of all, and closes the door behind all."""

    def __init__(self, config: Config, sockets: list[socket.socket], drain: timedelta) -> None:
        super().__init__(config, sockets)
        self._drain = drain.total_seconds()
        self._is_ours = config.fd is None
        self._notifier = notify.from_environment()
        self._ready = False
        # None of them is the service.
        os.environ.pop("NOTIFY_SOCKET", None)

    def keep_subprocess_alive(self) -> None:
        """Look after all, every half second."""
        super().keep_subprocess_alive()
        if self.should_exit.is_set():
            return
        self._ready = self._ready or all(process.is_ready() for process in self.processes)
        if self._ready:
            self._notifier.beat()

    def terminate_all(self) -> None:
        """Tell all to end, and see to it that nobody is left waiting at the door."""
        self._notifier.tell(notify.STOPPING)
        super().terminate_all()
        time.sleep(self._drain)
        for listening in self.sockets:
            if self._is_ours:
                turn_away(listening)
            listening.close()
