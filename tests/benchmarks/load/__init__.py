"""Load that costs next to nothing: small programs in C, built when they are first needed."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SOURCES = Path(__file__).parent
_COMPILE = ("-O2", "-Wall", "-D_GNU_SOURCE")
WARM_UP = 0.5
"""Seconds of load that go ahead uncounted, as `http.c` has it."""


@dataclass(frozen=True)
class Load:
    """What came back. Times in microseconds; `cpu_share` is the load's own part of one core."""

    answers: int
    seconds: float
    p50: float
    p99: float
    longest: float
    cpu_share: float

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def post(path: str, payload: object, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of a request with a body of JSON."""
    body = json.dumps(payload).encode()
    fields = {
        "host": "127.0.0.1",
        "content-type": "application/json",
        "accept": "application/json",
        "content-length": str(len(body)),
    } | (headers or {})
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def http(port: int, request: bytes, body: bytes, connections: int, seconds: float) -> Load:
    """Send this request over so many connections, each as soon as it has its answer.

    Every answer must be a 200 with exactly that body. Half a second more goes ahead uncounted.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        asked, answered = Path(name, "request"), Path(name, "body")
        asked.write_bytes(request)
        answered.write_bytes(body)
        arguments = (port, connections, seconds, asked, answered)
        command = [str(one) for one in (program("http"), *arguments)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    share = told["cpu"] / told["seconds"]
    return Load(told["answers"], told["seconds"], told["p50"], told["p99"], told["max"], share)


@cache
def program(name: str) -> Path:
    """The program of `<name>.c`, built for this run; needs a C compiler (CC, else cc)."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [os.environ.get("CC", "cc"), *_COMPILE, "-o", str(folder / name)]
    subprocess.run([*command, str(_SOURCES / f"{name}.c")], check=True)
    return folder / name
