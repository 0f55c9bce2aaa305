"""`sparekey serve`: run the process, or several."""

import asyncio
import os
from typing import Annotated

import typer
import uvicorn

from server import documents, logs, policy, readiness, settings
from server.commands.migrate import require_ready
from server.http.listening import OPTIONS
from server.settings import PREFIX, Settings

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
Workers = Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL.", min=1)]


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 1) -> None:
    """Serve the API. Refuses a database that is behind, and settings that are not safe."""
    found = settings_at(host, port)
    readiness.require(found, workers)
    policy.check(found)
    documents.check(found)
    asyncio.run(require_ready(found))
    run(found, host, port, workers)


def settings_at(host: str, port: int) -> Settings:
    """The settings. In development, the public address follows where we listen unless it is set."""
    found = settings.read()
    if found.mode == "development" and "public_url" not in found.model_fields_set:
        name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 # compared, not bound
        # By the environment, which is what other processes of this server read.
        os.environ[f"{PREFIX}PUBLIC_URL"] = f"http://{name}:{port}"
        found = settings.read()
    return found


def run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Listen until told to stop."""
    logs.configure(settings)
    uvicorn.run(
        "server.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        timeout_graceful_shutdown=10,
        **OPTIONS,
    )
