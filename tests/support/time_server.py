"""A time server on a loopback port, which says what a test wants (RFC 4330 §4)."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


def answer(ahead: float = 0.0, stratum: int = 2, leap: int = 0) -> bytes:
    """What a server says now whose clock is so many seconds ahead."""
    since = datetime.now(UTC) + timedelta(seconds=ahead) - _EPOCH
    whole, fraction = divmod(since.total_seconds(), 1)
    first = leap << 6 | 4 << 3 | 4  # version 4, server
    return struct.pack("!BB38xII", first, stratum, int(whole), int(fraction * 2**32))


class _Server(asyncio.DatagramProtocol):
    def __init__(self, says: Callable[[], bytes]) -> None:
        self._says = says

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked_well = len(data) == 48 and data[0] == 0x23
        if asked_well and (said := self._says()):
            self._transport.sendto(said, addr)


@asynccontextmanager
async def running(says: Callable[[], bytes]) -> AsyncIterator[int]:
    """The port of a server that answers so; no bytes are silence."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Server(says), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
