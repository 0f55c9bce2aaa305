"""The peers of sign-in, started on a database of enrolled accounts."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.benchmarks import enrolled, serving
from tests.benchmarks.serving import Place
from tests.support.process import free_port

_ALLAUTH = serving.PEERS / "allauth"
_VENV = serving.PEERS / ".venv"
# As many as gunicorn's documentation asks for: twice the cores and one.
_WORKERS = 2 * (os.cpu_count() or 1) + 1


@contextmanager
def better_auth(url: str, accounts: int) -> Iterator[Place]:
    """better-auth with its plugin for two factors, on Node's own HTTP server."""
    serving.install_peers()
    variables = _variables(url, accounts)
    script = str(serving.PEERS / "better-auth.mjs")
    subprocess.run(["node", script, "1", "enrol"], check=True, env=os.environ | variables)
    with serving.peer("better-auth", path="/api/auth/ok", variables=variables) as place:
        yield place


@contextmanager
def allauth(url: str, accounts: int) -> Iterator[Place]:
    """django-allauth's headless API under gunicorn."""
    _install()
    variables = _variables(url, accounts) | {"PYTHONPATH": str(_ALLAUTH)}
    enrol = [str(_VENV / "bin/python"), str(_ALLAUTH / "enrol.py")]
    subprocess.run(enrol, check=True, env=os.environ | variables)
    port = free_port()
    command = [str(_VENV / "bin/gunicorn"), "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(_WORKERS), "--keep-alive", "60", "wsgi:application"]
    with serving.started(command, port, variables) as place:
        yield place


SERVERS: dict[str, Callable[[str, int], AbstractContextManager[Place]]] = {
    "better-auth": better_auth,
    "allauth": allauth,
}


def _variables(url: str, accounts: int) -> dict[str, str]:
    return {
        "DATABASE_URL": url.replace("postgres://", "postgresql://", 1),
        "ACCOUNTS": str(accounts),
        "PASSWORD": enrolled.PASSWORD,
        "TOTP_SECRET": enrolled.SECRET,
    }


def _install() -> None:
    """allauth's packages, where they are not there yet or not those of the lock file."""
    mark, lock = _VENV / ".ready", _ALLAUTH / "requirements.txt"
    if mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(_VENV)], check=True)
    pip = [str(_VENV / "bin/python"), "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    subprocess.run(pip, check=True)
    mark.touch()
