"""How much one network address may try, whichever accounts it names.

Counted by `limits`, in the process's memory or in a Redis that all processes share.
"""

from datetime import UTC, datetime

from limits import RateLimitItem, parse
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string

from models.errors import Throttled


class NetworkLimits:
    """Rules in the notation of `limits`: `20/hour`, `30/5minutes`. Raises ValueError for others."""

    def __init__(
        self,
        url: str = "async+memory://",
        registrations: str = "20/hour",
        failed_logins: str = "30/5minutes",
        resets: str = "10/hour",
    ) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(url))
        self._registrations = parse(registrations)
        self._failed_logins = parse(failed_logins)
        self._resets = parse(resets)

    async def registration(self, network: str) -> None:
        """Count one. Raises Throttled."""
        await self._count(self._registrations, "registration", network)

    async def reset(self, network: str) -> None:
        """Count one. Raises Throttled."""
        await self._count(self._resets, "reset", network)

    async def failed_login(self, network: str) -> None:
        """Count one that has failed."""
        await self._limiter.hit(self._failed_logins, "failed-login", network)

    async def may_log_in(self, network: str) -> None:
        """Raises Throttled where too many have failed."""
        if not await self._limiter.test(self._failed_logins, "failed-login", network):
            await self._refuse(self._failed_logins, "failed-login", network)

    async def _count(self, rule: RateLimitItem, what: str, network: str) -> None:
        if not await self._limiter.hit(rule, what, network):
            await self._refuse(rule, what, network)

    async def _refuse(self, rule: RateLimitItem, what: str, network: str) -> None:
        window = await self._limiter.get_window_stats(rule, what, network)
        raise Throttled(datetime.fromtimestamp(window.reset_time, UTC))
