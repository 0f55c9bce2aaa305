"""`sparekey serve`: run the process, or several."""

import asyncio
import os
import socket
import sys
from contextlib import suppress
from typing import Annotated

import structlog
import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from server import documents, logs, notify, policy, readiness, settings, unheard
from server.commands.migrate import require_ready
from server.commands.trouble import Unable
from server.http.listening import OPTIONS
from server.metrics import together
from server.settings import PREFIX, Settings
from server.supervisor import Supervisor

# For requests that are under way when the drain is over.
FINISH_WITHIN = 10
# A worker that does not answer for so long is exchanged, and so long a new one may take to serve.
START_WITHIN = 30
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
Workers = Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL.", min=1)]
Fd = Annotated[
    int | None,
    typer.Option(help="Take connections from this open socket, as systemd's sockets (3).", min=0),
]

log = structlog.get_logger("server.serve")


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 1, fd: Fd = None) -> None:
    """Serve the API. Refuses a database that is behind, and settings that are not safe."""
    found = settings_at(host, port)
    readiness.require(found, workers)
    policy.check(found)
    documents.check(found)
    asyncio.run(require_ready(found))
    if fd is None:
        _require_free(host, port)
    run(found, host, port, workers, fd)


def settings_at(host: str, port: int) -> Settings:
    """The settings. In development, the public address follows where we listen unless it is set."""
    found = settings.read()
    if found.mode == "development" and "public_url" not in found.model_fields_set:
        name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 # compared, not bound
        # By the environment, which is what other processes of this server read.
        os.environ[f"{PREFIX}PUBLIC_URL"] = f"http://{name}:{port}"
        found = settings.read()
    return found


def _require_free(host: str, port: int) -> None:
    """Raises Unable where nobody can listen; uvicorn would start all else before it finds out."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as fault:
        raise Unable(
            f"--host {host} --port {port}: {fault.strerror}. "
            "Stop whoever listens there, or choose others."
        ) from None


def run(settings: Settings, host: str, port: int, workers: int, fd: int | None = None) -> None:
    """Listen until told to stop, and tell the service manager, if there is one.

    What a process holds by itself is per process, whoever started it: open sockets of an address,
    the queue of hashing, the connections to PostgreSQL; with `async+memory` limits of an address.
    """
    logs.configure(settings)
    if unknown := unheard.faults():
        log.warning("settings without effect", named=unknown)
    config = uvicorn.Config(
        "server.app:from_environment",
        factory=True,
        host=host,
        port=port,
        fd=fd,
        workers=workers,
        timeout_graceful_shutdown=FINISH_WITHIN,
        timeout_worker_healthcheck=START_WITHIN,
        **OPTIONS,
    )
    with suppress(KeyboardInterrupt), together.place(workers):
        if workers > 1:
            Supervisor(config, _sockets(config) or [config.bind_socket()], settings.drain).run()
        else:
            _run_alone(config)


def _run_alone(config: uvicorn.Config) -> None:
    beating = notify.from_environment()

    async def beat() -> None:
        beating.beat()

    config.callback_notify = beat
    config.timeout_notify = 0
    server = uvicorn.Server(config)
    server.run(_sockets(config))
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def _sockets(config: uvicorn.Config) -> list[socket.socket] | None:
    """The socket that was handed over, by its own kind.

    uvicorn would take it for one of this machine's own (AF_UNIX), and have no client's address.
    """
    if config.fd is None:
        return None
    try:
        return [socket.socket(fileno=config.fd)]
    except OSError as missing:
        raise Unable(f"--fd {config.fd} is no open socket.") from missing
