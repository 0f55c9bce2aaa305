"""Servers to be measured: ours as it is run, and any other command that answers at a port.

Each is a process of its own, ended with its block. Our server logs to a file in its folder.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from models.keys.keyring import Keyring
from tests.benchmarks.machine import cpu_seconds as cpu_seconds
from tests.benchmarks.machine import rss_kb as rss_kb
from tests.support import databases, environment, postgres
from tests.support.process import free_port as free_port

PEERS = Path(__file__).parent / "peers"
ROOT = Path(__file__).parents[2]
# What `make run` never has, and a front door under load does: limits that a bench would run into.
_WIDE = {
    "LIMIT_REGISTRATIONS": "100000000/hour",
    "LIMIT_FAILED_LOGINS": "100000000/hour",
    "LIMIT_RESETS": "100000000/hour",
    "LIMIT_SOCKETS": "100000",
}
_START_WITHIN = 60.0
_STOP_WITHIN = 10.0
_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Place:
    """A started server."""

    url: str
    port: int
    pid: int
    folder: Path

    def cpu_seconds(self) -> float:
        """The processor time it has used so far, children included."""
        return cpu_seconds(self.pid)

    def rss_kb(self) -> int:
        """The memory it holds now, in kB, children included."""
        return rss_kb(self.pid)


@dataclass(frozen=True)
class Data:
    """A migrated database, and the keys that belong to it."""

    url: str
    keys: str
    folder: Path


@contextmanager
def data(dialect: str = "sqlite") -> Iterator[Data]:
    """An empty database of ours on `sqlite` or `postgres`, gone with the block.

    Outlives the servers that are started on it: several may, one after the other.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, keys = Path(name), Keyring.generate_text()
        if dialect == "sqlite":
            url = f"sqlite://{folder / 'sparekey.sqlite3'}"
            asyncio.run(databases.migrate(url))
            yield Data(url, keys, folder)
            return
        with postgres.server() as server:
            url = asyncio.run(postgres.create(server))
            asyncio.run(databases.migrate(url))
            yield Data(url, keys, folder)


@contextmanager
def ours(
    given: Data, cheap_hashes: bool = False, hook: str = "", **changes: str
) -> Iterator[Place]:
    """Our server as `sparekey serve` runs it, one process.

    `cheap_hashes`: passwords cost next to nothing. `hook`: a module whose `install()` is called in
    the server's process before it serves. `changes`: settings by name, without prefix.
    """
    port = free_port()
    wanted = {
        "DATABASE_URL": given.url,
        "SECRET_KEYS": given.keys,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MAIL_URL": f"file:{given.folder / 'mail'}",
        **_WIDE,
        **(environment.CHEAP_ARGON2 if cheap_hashes else {}),
        **changes,
    }
    variables = {f"SPAREKEY_{name}": value for name, value in wanted.items()}
    # `sparekey` itself, or with something put in its place before.
    program = ["tests.benchmarks.hooked", hook] if hook else ["server"]
    command = [sys.executable, "-m", *program, "serve", "--port", str(port)]
    with started(command, port, variables, "/readyz", given.folder) as place:
        yield place


@contextmanager
def yardstick(module: str, *arguments: str, path: str = "/healthz") -> Iterator[Place]:
    """`tests/benchmarks/yardsticks/<module>.py`, run with `--port N` and these arguments."""
    port = free_port()
    name = f"tests.benchmarks.yardsticks.{module}"
    command = [sys.executable, "-m", name, "--port", str(port), *arguments]
    with started(command, port, path=path) as place:
        yield place


@contextmanager
def peer(
    script: str, *arguments: str, path: str = "/healthz", variables: dict[str, str] | None = None
) -> Iterator[Place]:
    """`tests/benchmarks/peers/<script>.mjs`, run with the port and these arguments."""
    install_peers()
    port = free_port()
    command = ["node", str(PEERS / f"{script}.mjs"), str(port), *arguments]
    variables = {"NODE_ENV": "production"} | (variables or {})
    with started(command, port, variables, path) as place:
        yield place


@contextmanager
def started(
    command: Sequence[str],
    port: int,
    variables: dict[str, str] | None = None,
    path: str = "/",
    folder: Path | None = None,
) -> Iterator[Place]:
    """Any command, once it answers HTTP at that port and path: with whatever status.

    Its output goes to a file, which is shown where it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        log = (folder or Path(name)) / f"{port}.log"
        with log.open("ab") as output:
            child = subprocess.Popen(
                command, cwd=ROOT, env=_environment(variables or {}), stdout=output, stderr=output
            )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(child, url + path, log)
            yield Place(url, port, child.pid, folder or Path(name))
        finally:
            _end(child)


def install_peers() -> None:
    """The peers' packages, where they are not there yet or not those of the lock file."""
    mark, lock = PEERS / "node_modules" / ".ready", PEERS / "package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent"], cwd=PEERS, check=True)
        mark.touch()


def ask(url: str, payload: object, headers: dict[str, str] | None = None) -> bytes:
    """One POST of JSON, and the body of its answer, whatever its status."""
    fields = {"content-type": "application/json", "accept": "application/json"} | (headers or {})
    request = urllib.request.Request(url, json.dumps(payload).encode(), fields)
    try:
        with _OPENER.open(request, timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        return bytes(refused.read())


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _environment(variables: dict[str, str]) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SPAREKEY_")}
    return inherited | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} | variables


def _wait(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + _START_WITHIN
    while child.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            try:
                _OPENER.open(url, timeout=5).close()
                return
            except urllib.error.HTTPError as answered:
                if answered.code != 503:
                    return
        time.sleep(_LOOK_EVERY)
    raise AssertionError(f"{' '.join(map(str, child.args))} did not start:\n{log.read_text()}")  # type: ignore[arg-type]


def _end(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
