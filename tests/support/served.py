"""The server inside the test's own process and event loop, on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from models.accounts import account as accounts
from models.accounts.account import Account, Role
from models.policy import Policy
from server.app import create_app
from server.http.listening import OPTIONS
from server.policy import build_policy
from server.settings import PREFIX, Settings
from tests.support import informed
from tests.support.client import Client, Clients
from tests.support.environment import environment
from tests.support.mailbox import Mailbox

_LOOK_EVERY = 0.01


class Running:
    """A server that answers at `url` and mails to `mailbox`; `policy` has the rules it goes by."""

    def __init__(self, url: str, settings: Settings, folder: Path) -> None:
        self.url = url
        self.settings = settings
        self.policy: Policy = build_policy(settings)
        self.mailbox = Mailbox(folder / "mail")
        self.clients = Clients(url, by_id=settings.documents == "trusted")

    def browser(self, locale: str = "en") -> Client:
        """A browser that nobody has signed in with."""
        return self.clients.browser(locale)

    def program(self, bearer: str = "", locale: str = "en") -> Client:
        """A program, with a bearer token or none yet."""
        return self.clients.program(bearer, locale)

    async def add_account(self, email: str, password: str, role: str) -> Account:
        """An account as the command line makes it: without a first sign-in to spare."""
        return await accounts.add(self.policy, email, password, Role[role])

    async def close(self) -> None:
        """The clients leave, and the threads that hashed for `policy` end."""
        await self.clients.close()
        self.policy.passwords.close()


@asynccontextmanager
async def running(
    database_url: str, folder: Path, secret_keys: str, **changes: str
) -> AsyncIterator[Running]:
    """Serve until the block ends, then stop as on SIGTERM. `changes` as in `environment`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # asyncio sees to it only where it makes the socket: else each answer waits for 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        variables = environment(database_url, folder, url, secret_keys, **changes)
        settings = Settings.model_validate({_field(k): value for k, value in variables.items()})
        place = Running(url, settings, folder)
        try:
            async with _serving(settings, listening):
                yield place
                await place.clients.close()
        finally:
            await place.close()


@asynccontextmanager
async def _serving(settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    # As `sparekey serve` has it.
    config = uvicorn.Config(
        create_app(settings, informed.informed(settings)),
        timeout_graceful_shutdown=5,
        **OPTIONS,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        if task.done():
            await task
            raise AssertionError("The server ended before it began.")
        await asyncio.sleep(_LOOK_EVERY)
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _field(name: str) -> str:
    return name.removeprefix(PREFIX).lower()
