"""Sign-ins with hashes that cost what they should, and what others feel of them.

Argon2id as it is set by default (19 MiB, two passes), on PostgreSQL. A loop of nothing but such
hashes on all cores is what the machine can do: alone, and with the same questions being asked at a
steady pace beside it. A storm is eight clients that log in one time after the other.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import clock
from models.keys.keyring import Keyring
from models.second_factor import totp
from tests.benchmarks import enrolled, serving, signing_in
from tests.benchmarks.frame import Figure
from tests.benchmarks.serving import Data, Place
from tests.benchmarks.yardsticks.argon2_loop import HASHER
from tests.support import postgres

SECONDS = 6.0
STORM_SECONDS = 8.0
PACE = 50
"""Questions per second while their time is taken: far from what would fill a core."""
TRAFFIC = 200
"""Questions per second beside sign-ins."""
_ACCOUNTS_PER_ROUND = 1_500
_VIEWER = {"query": "query { viewer { email } }"}


@dataclass(frozen=True)
class Times:
    """Of answers to questions at a pace, in milliseconds. `busy`: the client's share of a core."""

    answers: int
    p50: float
    p99: float
    busy: float


class House:
    """Our server with its accounts, each of which signs in once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.headers = {"authorization": f"Bearer {_signed_in(place)}"}
        self._next = 1

    def storm(self, system: str, seconds: float) -> subprocess.Popen[bytes]:
        """Eight clients sign in, or only log in, for so many seconds."""
        first, self._next = self._next, self._next + _ACCOUNTS_PER_ROUND // 4
        return signing_in.begun(system, self.place.url, first, _ACCOUNTS_PER_ROUND // 4, seconds)

    def sign_ins(self, system: str) -> float:
        """How many a second."""
        return signing_in.ended(self.storm(system, SECONDS)).per_second

    def asking(self, rate: int, seconds: float) -> subprocess.Popen[bytes]:
        """Somebody who is signed in asks who he is, at a pace."""
        answer = {"data": {"viewer": {"email": "user0@example.com"}}}
        asked = {
            "url": f"{self.place.url}/graphql",
            "body": json.dumps(_VIEWER),
            "headers": {"content-type": "application/json"} | self.headers,
            "answer": json.dumps(answer, separators=(",", ":")),
            "rate": rate,
            "seconds": seconds,
        }
        script = str(serving.PEERS / "paced.mjs")
        return subprocess.Popen(["node", script, json.dumps(asked)], stdout=subprocess.PIPE)


def run(rounds: int) -> list[Figure]:
    """Sign-ins by what the machine can hash, and a question in a storm by one in the calm."""
    with _house(rounds) as house:
        _calm(house)
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            for name, value in (_hashes(house) | _felt(house)).items():
                taken[name].append(value)
    loop = "raw Argon2 loop on all cores"
    return [
        _hashed("alone", taken["alone"], loop, taken["loop alone"], 0.95),
        _hashed("under query traffic", taken["beside"], loop, taken["loop beside"], 0.85),
        _hashed("first step only, alone", taken["logins"], loop, taken["loop alone"], None),
        *(
            Figure(
                f"viewer under a storm of {signing_in.CLIENTS} parallel logins, {name}",
                "idle", taken[f"storm {name}"], taken[f"idle {name}"], "ms", target, at_most=True,
                note=f"{PACE} questions a second",
            )
            for name, target in (("p50", 1.2), ("p99", 2.0))
        ),
    ]  # fmt: skip


def _hashes(house: House) -> dict[str, float]:
    taken = {"alone": house.sign_ins("sparekey"), "loop alone": _loop()}
    taken["logins"] = house.sign_ins("login")
    for name in ("beside", "loop beside"):
        asking = house.asking(TRAFFIC, SECONDS)
        taken[name] = house.sign_ins("sparekey") if name == "beside" else _loop()
        _times(asking)
    return taken


def _felt(house: House) -> dict[str, float]:
    idle = _times(house.asking(PACE, STORM_SECONDS))
    storm = house.storm("login", STORM_SECONDS + 1)
    felt = _times(house.asking(PACE, STORM_SECONDS))
    signing_in.ended(storm)
    return {
        "idle p50": idle.p50,
        "idle p99": idle.p99,
        "storm p50": felt.p50,
        "storm p99": felt.p99,
    }


def _calm(house: House) -> None:
    house.sign_ins("sparekey")
    _times(house.asking(TRAFFIC, 1))


def _loop() -> float:
    module = "tests.benchmarks.yardsticks.argon2_loop"
    command = [sys.executable, "-m", module, "--seconds", str(SECONDS)]
    return float(
        subprocess.run(command, check=True, cwd=serving.ROOT, stdout=subprocess.PIPE).stdout
    )


def _times(running: subprocess.Popen[bytes]) -> Times:
    output, _ = running.communicate()
    assert running.returncode == 0, "An answer was not as it should be."
    return Times(**json.loads(output))


def _hashed(
    how: str, ours: list[float], loop: str, theirs: list[float], target: float | None
) -> Figure:
    what = f"sign-ins with Argon2id, {how}, per second"
    return Figure(what, loop, ours, theirs, "1/s", target, at_most=False)


@contextmanager
def _house(rounds: int) -> Iterator[House]:
    keys, hashed = Keyring.generate_text(), HASHER.hash(enrolled.PASSWORD)
    with postgres.server() as server, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        url = asyncio.run(postgres.create(server))
        asyncio.run(enrolled.fill(url, keys, _ACCOUNTS_PER_ROUND * (rounds + 1), hashed))
        with serving.ours(Data(url, keys, Path(folder))) as place:
            yield House(place)


def _signed_in(place: Place) -> str:
    login = {"email": "user0@example.com", "password": enrolled.PASSWORD, "delivery": "BEARER"}
    half = _run(place, "login", "Login", "... on CodeRequired { challenge { token } }", login)
    code = totp.code_at(enrolled.SECRET, totp.step_at(clock.now()))
    entered = {"challenge": half["challenge"]["token"], "code": code}
    return str(
        _run(place, "verifyCode", "VerifyCode", "... on SignedIn { token }", entered)["token"]
    )


def _run(place: Place, field: str, input_: str, wanted: str, fields: dict[str, str]) -> Any:
    query = f"mutation ($input: {input_}Input!) {{ {field}(input: $input) {{ {wanted} }} }}"
    payload = {"query": query, "variables": {"input": fields}}
    return json.loads(serving.ask(f"{place.url}/graphql", payload))["data"][field]
