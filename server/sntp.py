"""What a time server says: one question of the Simple Network Time Protocol (RFC 4330 §5)."""

import asyncio
import struct
from datetime import UTC, datetime, timedelta

from models import clock

PORT = 123
WITHIN = 5.0
_ASK = b"\x23" + 47 * b"\0"  # version 4, client
_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


async def offset_of(host: str) -> timedelta:
    """How far that server's clock is ahead of ours. Raises OSError, TimeoutError, ValueError."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[bytes] = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Answer(answered), remote_addr=(host, PORT)
    )
    try:
        asked_at = clock.now()
        transport.sendto(_ASK)
        answer = await asyncio.wait_for(answered, WITHIN)
    finally:
        transport.close()
    return _said(answer) - asked_at - (clock.now() - asked_at) / 2


class _Answer(asyncio.DatagramProtocol):
    def __init__(self, answered: asyncio.Future[bytes]) -> None:
        self._answered = answered

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._answered.done():
            self._answered.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self._answered.done():
            self._answered.set_exception(exc)


def _said(answer: bytes) -> datetime:
    # A stratum of 0 is a refusal; a leap indicator of 3 says that it does not know the time.
    if len(answer) < len(_ASK) or answer[1] == 0 or answer[0] >> 6 == 3:
        raise ValueError("not an answer of a time server")
    whole, fraction = struct.unpack("!II", answer[40:48])
    return _EPOCH + timedelta(seconds=whole + fraction / 2**32)
