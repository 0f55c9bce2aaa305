"""The server as a process of its own: several on one database, and none is stopped gently."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from tests.support import travelling
from tests.support.client import Client, Clients
from tests.support.environment import environment
from tests.support.mailbox import Mailbox
from tests.support.ready import ready

_LOOK_EVERY = 0.05
_STOP_WITHIN = 30.0
# Below those that outgoing connections take: else one of them may hold it when we come back.
_PORTS = range(20_000, 32_000)


class Process:
    """`sparekey serve` under a clock that can be moved; its log goes to the file `log`.

    `options` of the command and the open files that are `handed_over` count from the next start.
    """

    def __init__(self, variables: dict[str, str], folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.variables = variables
        self.port = port
        self.log = folder / f"{port}.log"
        self.mailbox = Mailbox(folder / "mail")
        self.clients = Clients(self.url)
        self.options = ["--port", str(port)]
        self.handed_over: list[int] = []
        self.inside: tuple[str, ...] = ()
        """What stands before the command: of another host, say."""
        self._clock = folder / f"{port}.ahead"
        self._child: asyncio.subprocess.Process | None = None

    def browser(self, locale: str = "en") -> Client:
        """A browser that nobody has signed in with."""
        return self.clients.browser(locale)

    def program(self, bearer: str = "", locale: str = "en") -> Client:
        """A program, with a bearer token or none yet."""
        return self.clients.program(bearer, locale)

    async def start(self, ahead: timedelta = timedelta()) -> None:
        """Serve, on the port it always had; returns when it is ready."""
        travelling.write(self._clock, ahead)
        with self.log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                *self._command("serve", *self.options),
                env=self._environment(),
                pass_fds=self.handed_over,
                stdout=log,
                stderr=log,
            )
        await self.ready()

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._child
        return self._child.pid

    async def ended(self) -> int:
        """Wait until it has; with a status, or minus a signal."""
        assert self._child
        async with asyncio.timeout(_STOP_WITHIN):
            return await self._child.wait()

    async def kill(self) -> None:
        """End it at once: kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        await self._end(signal.SIGTERM)

    async def follow(self, ahead: timedelta) -> None:
        """Set its clock; returns when it has been set."""
        travelling.write(self._clock, ahead)
        if not self._child or self._child.returncode is not None:
            return
        self._child.send_signal(travelling.SIGNAL)
        async with asyncio.timeout(_STOP_WITHIN):
            while not travelling.was_read(self._clock):
                await asyncio.sleep(_LOOK_EVERY)

    async def command(self, *arguments: str, stdin: str = "") -> str:
        """Run another `sparekey` command beside it, with its settings and clock.

        Returns what it prints; fails with what it says where it does not succeed.
        """
        child = await asyncio.create_subprocess_exec(
            *self._command(*arguments),
            env=self._environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await child.communicate(stdin.encode())
        assert child.returncode == 0, f"sparekey {' '.join(arguments)}: {output.decode()}"
        return output.decode()

    @asynccontextmanager
    async def beside(
        self,
        *arguments: str,
        stdout: int = asyncio.subprocess.PIPE,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """A command that goes on until the block ends, with its settings and clock."""
        child = await asyncio.create_subprocess_exec(
            *self._command(*arguments), env={**self._environment(), **environment}, stdout=stdout
        )
        try:
            yield child
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()

    async def add_account(self, email: str, password: str, role: str) -> None:
        """An account as the command line makes it: without a first sign-in to spare."""
        await self.command("accounts", "add", email, "--role", role.lower(), "--password-stdin",
                           stdin=password + "\n")  # fmt: skip

    async def ready(self) -> None:
        """Returns when it answers that it is; fails where it has ended, or takes too long."""
        assert self._child
        if not await ready(self._child, self.url):
            raise AssertionError(f"The server did not start:\n{self.log.read_text()}")

    async def _end(self, how: signal.Signals) -> None:
        if self._child and self._child.returncode is None:
            self._child.send_signal(how)
            async with asyncio.timeout(_STOP_WITHIN):
                await self._child.wait()

    def _command(self, *arguments: str) -> list[str]:
        program = [sys.executable, "-m", travelling.__name__, str(self._clock)]
        return [*self.inside, *program, *arguments]

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("SPAREKEY_")}
        return inherited | self.variables | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


@asynccontextmanager
async def process(
    database_url: str,
    folder: Path,
    secret_keys: str,
    ahead: timedelta = timedelta(),
    **changes: str,
) -> AsyncIterator[Process]:
    """A started process, ended with the block. `changes` as in `environment`."""
    async with prepared(database_url, folder, secret_keys, **changes) as one:
        await one.start(ahead)
        yield one


@asynccontextmanager
async def prepared(
    database_url: str, folder: Path, secret_keys: str, **changes: str
) -> AsyncIterator[Process]:
    """A process that is not started yet, ended with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    one = Process(environment(database_url, folder, url, secret_keys, **changes), folder, port)
    try:
        yield one
    finally:
        await one.clients.close()
        await one.kill()


def free_port() -> int:
    """A port that nobody listens at, of those that no outgoing connection takes."""
    while True:
        port = random.choice(_PORTS)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
