"""Where tries are counted: in the process, or in a store that all processes share.

While the store does not answer, each process counts by itself, by the same rules. So nobody is
refused for that, nobody waits, and nobody may try without end. What was counted meanwhile stays
with the process.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

T = TypeVar("T")
Question = Callable[[MovingWindowRateLimiter], Awaitable[T]]

PATIENCE_SECONDS = 0.1
# One after another; a single one may be our own fault: a process that is busy hears late.
MISSES = 3
TRY_AGAIN_SECONDS = 2.0

_log = logging.getLogger("sparekey.network")


class Counter:
    """Asks the store of a URL, in the words of `limits`; raises ConfigurationError for others."""

    def __init__(self, url: str) -> None:
        self.degraded = False
        """Whether this process counts by itself, since the store does not answer."""
        self._url = url
        self._alone = urlsplit(url).scheme == "async+memory"
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._own if self._alone else _limiter(url)
        self._missed = 0
        self._try_again_at = 0.0

    async def ask(self, question: Question[T]) -> T:
        """The store's answer, or this process's own."""
        if self._alone or not self._may_try():
            return await question(self._own)
        asked = self._shared
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await question(asked)
        except Exception as error:
            self._miss(asked, error)
            return await question(self._own)
        self._answered()
        return answer

    def _may_try(self) -> bool:
        # Of those who come while it is away, one every few seconds finds out.
        now = time.monotonic()
        if not self.degraded:
            return True
        if now < self._try_again_at:
            return False
        self._try_again_at = now + TRY_AGAIN_SECONDS
        return True

    def _miss(self, asked: MovingWindowRateLimiter, error: Exception) -> None:
        if asked is not self._shared:
            return  # Told already: all who asked at once miss at once.
        # Its connections may lead nowhere, for as long as nobody says that they are gone.
        self._shared = _limiter(self._url)
        _leave(asked)
        self._missed += 1
        if self._missed >= MISSES and not self.degraded:
            self.degraded = True
            self._try_again_at = time.monotonic() + TRY_AGAIN_SECONDS
            _log.error(
                "network limits: the shared counter does not answer (%s), "
                "this process counts by itself",
                type(error).__name__,
            )

    def _answered(self) -> None:
        self._missed = 0
        if self.degraded:
            self.degraded = False
            _log.warning("network limits: the shared counter answers again")


def _limiter(url: str) -> MovingWindowRateLimiter:
    storage = storage_from_string(url)
    if not isinstance(storage, Storage):
        raise ConfigurationError("A store that would keep everybody waiting.")
    return MovingWindowRateLimiter(storage)


def _leave(limiter: MovingWindowRateLimiter) -> None:
    if isinstance(limiter.storage, RedisStorage):
        client = limiter.storage.bridge.get_connection()  # type: ignore[attr-defined] # all have it
        client.connection_pool.disconnect()
