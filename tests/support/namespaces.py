"""Hosts of their own: network namespaces, each at the end of a cable. Needs root and iproute2.

Their addresses are of the range that is kept for measurements (RFC 2544): nobody's, and each cable
knows two of them, so that nothing leaves the machine.
"""

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

_NETWORK = "198.18"
_CABLES = 60
"""In one network of 256 addresses, each of its two ends and what belongs to them."""


@dataclass(frozen=True)
class Host:
    """`here` is our end of its cable, `address` its own."""

    name: str
    here: str
    address: str

    @property
    def inside(self) -> tuple[str, ...]:
        """What stands before a command to run it there."""
        return _program(), "netns", "exec", self.name

    def unplug(self) -> None:
        """Nothing comes or goes any more, and nobody is told."""
        _ip("-n", self.name, "link", "set", "eth0", "down")

    def plug(self) -> None:
        """As it was."""
        _ip("-n", self.name, "link", "set", "eth0", "up")


@contextmanager
def hosts(count: int) -> Iterator[list[Host]]:
    """So many, gone with the block; none where that is not permitted."""
    assert count <= _CABLES
    with ExitStack() as stack:
        try:
            found = [stack.enter_context(_host(*one)) for one in _names(count)]
        except (OSError, subprocess.CalledProcessError):
            stack.close()
            found = []
        yield found


def _names(count: int) -> list[tuple[str, str]]:
    name, network = f"sk{random.randrange(16**6):06x}", f"{_NETWORK}.{random.randrange(256)}"
    return [(f"{name}-{n}", f"{network}.{4 * n}") for n in range(count)]


@contextmanager
def _host(name: str, network: str) -> Iterator[Host]:
    first, _, last = network.rpartition(".")
    host = Host(name, f"{first}.{int(last) + 1}", f"{first}.{int(last) + 2}")
    _ip("netns", "add", name)
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("address", "add", f"{host.here}/30", "dev", name)
        _ip("link", "set", name, "up")
        _ip("-n", name, "address", "add", f"{host.address}/30", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", name, "link", "set", device, "up")
        yield host
    finally:
        # With it go both ends of the cable, though not at once.
        _ip("netns", "delete", name)


def _ip(*arguments: str) -> None:
    subprocess.run([_program(), *arguments], check=True, capture_output=True)


def _program() -> str:
    return shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin") or "ip"
