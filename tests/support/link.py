"""A line between two hosts that can be cut, stalled, slowed down and throttled.

A TCP relay on a loopback port: what stands behind it is reached through it alone.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.process import free_port

Address = tuple[str, int] | Path
"""A host and a port, or a Unix socket."""

_CHUNK = 65_536
# With this option a close says RST, not FIN.
_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass
class Weather:
    """What the line does to what is sent over it."""

    delay: float = 0.0
    """Seconds for each piece, each way."""
    bytes_per_second: float = 0.0
    """0: as fast as it goes."""
    stalled: bool = False
    """Everything is swallowed, and nobody is told."""


class Link:
    """Listens at `port` and passes on what comes to `target`, and back."""

    def __init__(self, name: str, target: Address, host: str = "127.0.0.1") -> None:
        self.name = name
        self.host = host
        self.port = free_port()
        self.carried = 0
        self._target = target
        self._weather = Weather()
        self._calm = asyncio.Event()
        self._calm.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self.host}:{self.port}"

    async def start(self) -> None:
        """Take connections, on the port it always had."""
        self._server = await asyncio.start_server(self._accepted, self.host, self.port)

    def close(self) -> None:
        """No connection can be made, until `start`; those that there are go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def cut(self) -> None:
        """Every connection is reset, and none can be made, until `start`."""
        self.close()
        await self.drop()

    async def drop(self) -> None:
        """Every connection is reset; others may be made at once."""
        gone = list(self._open)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)

    def forget(self) -> None:
        """Nothing comes through on the connections that there are, for good, and nobody is told.

        As when the other machine has lost its power. Others can be made.
        """
        self._calm.clear()
        self._calm = asyncio.Event()
        self._calm.set()

    def set(self, weather: Weather) -> None:
        """From now on the line does this; without an argument of its own, nothing."""
        self._weather = weather
        if weather.stalled:
            self._calm.clear()
        else:
            self._calm.set()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        further: asyncio.StreamWriter | None = None
        calm = self._calm
        try:
            await calm.wait()
            back, further = await self._reach()
            both = asyncio.gather(self._pass(reader, further, calm), self._pass(back, writer, calm))
            try:
                await both
            finally:
                both.cancel()
        except (OSError, asyncio.CancelledError):
            pass  # one of both ends is gone, and so is the other
        finally:
            for one in (writer, further):
                if one is not None:
                    _reset(one)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(str(self._target))
        return await asyncio.open_connection(*self._target)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, calm: asyncio.Event
    ) -> None:
        while data := await reader.read(_CHUNK):
            weather = self._weather
            if weather.delay:
                await asyncio.sleep(weather.delay)
            if weather.bytes_per_second:
                await asyncio.sleep(len(data) / weather.bytes_per_second)
            await calm.wait()
            self.carried += len(data)
            writer.write(data)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.family != socket.AF_UNIX:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


@asynccontextmanager
async def linked(name: str, target: Address, host: str = "127.0.0.1") -> AsyncIterator[Link]:
    """A line that works, until the block ends."""
    one = Link(name, target, host)
    await one.start()
    try:
        yield one
    finally:
        await one.cut()
