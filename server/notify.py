"""What the service manager is told (sd_notify(3)): ready, stopping, still alive.

One datagram of lines such as READY=1 to the socket that $NOTIFY_SOCKET names. Where it names none,
nobody is told anything.
"""

import os
import socket
import time
from contextlib import suppress

READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


class Notifier:
    """Speaks to the service manager whose socket is at `address`, if there is one."""

    def __init__(self, address: str, patience: float | None = None) -> None:
        """`patience`: after so many seconds without a word we count as dead, if ever."""
        # A leading @ stands for the zero byte of an abstract name (unix(7)).
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._every = patience / 2 if patience else None
        self._ready = False
        self._told_at = 0.0

    def tell(self, *states: str) -> None:
        """Say so. A manager that does not listen must not stop us."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaking:
            speaking.setblocking(False)
            speaking.sendto("\n".join(states).encode(), self._address)

    def beat(self) -> None:
        """All is well: the first time that says we are ready, later that we are alive, when due."""
        now = time.monotonic()
        if not self._ready:
            self._ready = True
            self.tell(READY)
        elif self._every is None or now < self._told_at + self._every:
            return
        else:
            self.tell(ALIVE)
        self._told_at = now


def from_environment() -> Notifier:
    """The service manager that started this process."""
    return Notifier(os.environ.get("NOTIFY_SOCKET", ""), _patience())


def _patience() -> float | None:
    """Seconds; None where nobody watches, or not this process (sd_watchdog_enabled(3))."""
    micros, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not micros.isdecimal() or process not in ("", str(os.getpid())):
        return None
    return int(micros) / 1_000_000 or None
