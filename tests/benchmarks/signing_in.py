"""Clients that sign in, by Node: `peers/flows.mjs`."""

import json
import subprocess
from dataclasses import dataclass

from tests.benchmarks import enrolled, serving

CLIENTS = 8
_SCRIPT = serving.PEERS / "flows.mjs"


@dataclass(frozen=True)
class Taken:
    """What came of it. `busy` is the clients' own share of one core."""

    flows: int
    seconds: float
    busy: float

    @property
    def per_second(self) -> float:
        """Flows per second."""
        return self.flows / self.seconds


def load(system: str, url: str, first: int, flows: int, seconds: float = 60) -> Taken:
    """Sign the accounts from the `first` in, until so many flows or seconds are over."""
    with begun(system, url, first, flows, seconds) as running:
        return ended(running)


def begun(system: str, url: str, first: int, flows: int, seconds: float) -> subprocess.Popen[bytes]:
    """The same, without waiting for its end."""
    asked = {
        "system": system,
        "url": url,
        "first": first,
        "flows": flows,
        "seconds": seconds,
        "clients": CLIENTS,
        "password": enrolled.PASSWORD,
        "secret": enrolled.SECRET,
    }
    return subprocess.Popen(["node", str(_SCRIPT), json.dumps(asked)], stdout=subprocess.PIPE)


def ended(running: subprocess.Popen[bytes]) -> Taken:
    """Wait for its end. Fails where an answer was not what it should be."""
    output, _ = running.communicate()
    assert running.returncode == 0, "Not all could sign in."
    return Taken(**json.loads(output))
