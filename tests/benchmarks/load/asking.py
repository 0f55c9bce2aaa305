"""Questions to a server over connections that stay open, for little of a processor."""

import asyncio
import json
import math
import time
from collections import deque
from typing import Any

from tests.benchmarks import load

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_PATIENCE = 60.0
# Servers close what is idle for longer, just when somebody asks.
_IDLE = 3.0


class Asker:
    """A client of the server at one port of this machine; as many questions at once as come."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: deque[tuple[float, Connection]] = deque()
        """With the instant of the last answer, oldest first."""

    async def ask(self, payload: object) -> dict[str, Any]:
        """The answer's data. Raises RuntimeError for one that has none, OSError for no answer."""
        async with asyncio.timeout(_PATIENCE):
            status, body = await self._answer(load.post("/graphql", payload))
        said = json.loads(body) if status == 200 else {}
        if "data" not in said or said.get("errors"):
            raise RuntimeError(f"{status} {body[:200]!r}")
        data: dict[str, Any] = said["data"]
        return data

    def close(self) -> None:
        """Leave."""
        self._forget(math.inf)

    async def _answer(self, request: bytes) -> tuple[int, bytes]:
        self._forget(time.monotonic() - _IDLE)
        reader, writer = self._idle.pop()[1] if self._idle else await self._opened()
        try:
            writer.write(request)
            status, *fields = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            body = await reader.readexactly(_length(fields))
        except (EOFError, OSError) as gone:
            writer.close()
            raise OSError(f"the server left: {gone}") from gone
        except BaseException:
            writer.close()
            raise
        self._idle.append((time.monotonic(), (reader, writer)))
        return int(status.split()[1]), body

    def _forget(self, before: float) -> None:
        while self._idle and self._idle[0][0] < before:
            self._idle.popleft()[1][1].close()

    async def _opened(self) -> Connection:
        return await asyncio.open_connection("127.0.0.1", self._port)


def _length(fields: list[str]) -> int:
    named = (field.partition(":") for field in fields)
    return next(int(value) for name, _, value in named if name.lower() == "content-length")
