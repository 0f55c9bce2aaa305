"""How much one network address may try, whichever accounts it names.

Counted by `limits`, in the process's memory or in a Redis that all processes share (`counting`).
"""

from datetime import UTC, datetime

from limits import RateLimitItem, parse

from models.errors import Throttled
from models.signing_in.counting import Counter


class NetworkLimits:
    """Rules in the notation of `limits`: `20/hour`, `30/5minutes`. Raises ValueError for others."""

    def __init__(
        self,
        url: str = "async+memory://",
        registrations: str = "20/hour",
        failed_logins: str = "30/5minutes",
        resets: str = "10/hour",
    ) -> None:
        self._counter = Counter(url)
        self._registrations = parse(registrations)
        self._failed_logins = parse(failed_logins)
        self._resets = parse(resets)

    @property
    def degraded(self) -> bool:
        """Whether this process counts by itself, since what all share does not answer."""
        return self._counter.degraded

    async def registration(self, network: str) -> None:
        """Count one. Raises Throttled."""
        await self._count(self._registrations, "registration", network)

    async def reset(self, network: str) -> None:
        """Count one. Raises Throttled."""
        await self._count(self._resets, "reset", network)

    async def failed_login(self, network: str) -> None:
        """Count one that has failed."""
        rule = self._failed_logins
        await self._counter.ask(lambda asked: asked.hit(rule, "failed-login", network))

    async def may_log_in(self, network: str) -> None:
        """Raises Throttled where too many have failed."""
        rule = self._failed_logins
        if not await self._counter.ask(lambda asked: asked.test(rule, "failed-login", network)):
            await self._refuse(rule, "failed-login", network)

    async def _count(self, rule: RateLimitItem, what: str, network: str) -> None:
        if not await self._counter.ask(lambda asked: asked.hit(rule, what, network)):
            await self._refuse(rule, what, network)

    async def _refuse(self, rule: RateLimitItem, what: str, network: str) -> None:
        window = await self._counter.ask(lambda asked: asked.get_window_stats(rule, what, network))
        raise Throttled(datetime.fromtimestamp(window.reset_time, UTC))
