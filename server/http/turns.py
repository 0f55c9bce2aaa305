"""Whose turn it is: one network's expensive questions do not hold up those of others.

To parse, check and run a document takes the event loop. Documents of the contract are cheap and
never wait; others begin one at a time for each address, which rests after each for as long again
as the loop was held, twice.
"""

import asyncio
import time
from weakref import WeakValueDictionary

# Below this nobody notices.
_NOTICED = 0.01
_REST = 2
_LONGEST_REST = 1.0


class _Turn:
    """The turns of one address."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self._began = 0.0
        self._free_at = 0.0

    async def rest(self) -> None:
        """Until it may begin; at least until all others have had a look in."""
        await asyncio.sleep(max(0.0, self._free_at - time.perf_counter()))

    def begin(self) -> None:
        """What is begun now runs up to its first wait, and then the loop gets to `_end`."""
        self._began = time.perf_counter()
        asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        now = time.perf_counter()
        held = now - self._began
        if held > _NOTICED:
            rest = min(held * _REST, _LONGEST_REST)
            self._free_at = now + rest
            # Remembered for as long: see Turns.
            asyncio.get_running_loop().call_later(rest, self._rested)

    def _rested(self) -> None:
        self._free_at = 0.0


class Turns:
    """The turns of one process, by network address; forgotten when nobody waits or rests."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()

    async def mine(self, address: str | None) -> None:
        """Returns when this address may begin another."""
        turn = self._turns.setdefault(address or "", _Turn())
        async with turn.lock:
            await turn.rest()
            turn.begin()
