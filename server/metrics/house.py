"""What all processes share, read from the database when somebody looks."""

import asyncio
from collections.abc import Iterator
from time import monotonic

from prometheus_client import Metric

from models import standing
from models.standing import Standing
from server.metrics import families

WITHIN = 2.0
FRESH = 1.0
"""For as long, in seconds, whoever else looks is told the same."""


class House:
    """The figures of the database; of a webhook, where there is one."""

    def __init__(self, webhook: str | None) -> None:
        self._webhook = webhook
        self._one_by_one = asyncio.Lock()
        self._read_at = float("-inf")
        self._found: list[Metric] = []
        self._asking: asyncio.Task[Standing] | None = None

    async def metrics(self) -> list[Metric]:
        """As they stand; of a database that does not answer in time, only that."""
        async with self._one_by_one:
            if monotonic() - self._read_at >= FRESH:
                self._found = [*await self._read()]
                self._read_at = monotonic()
        return self._found

    async def _read(self) -> Iterator[Metric]:
        # One that hangs is waited for again, and not joined by others.
        asking = self._asking or asyncio.create_task(standing.read(self._webhook or ""))
        done, _ = await asyncio.wait({asking}, timeout=WITHIN)
        self._asking = None if done else asking
        if not done:
            # It may not end even so, where nobody answers that either.
            asking.cancel()
        if not done or asking.cancelled() or asking.exception():
            return iter([families.DATABASE_UP.of(0), *_unknown()])
        return _told(asking.result(), self._webhook is not None)


def _told(found: Standing, has_webhook: bool) -> Iterator[Metric]:
    yield families.DATABASE_UP.of(1)
    waiting, claimed = found.queue.waiting, found.queue.claimed
    yield families.TICKETS.by([(("waiting",), waiting), (("claimed",), claimed)])
    yield families.OVERDUE.of(found.queue.overdue)
    yield families.OLDEST.of(found.oldest)
    yield families.NEXT_DUE.of(found.next_due)
    yield families.DECISION.of(found.queue.median_seconds_to_decision)
    yield families.HEAD.of(found.head)
    yield families.MAILS_WAITING.of(found.mails)
    yield families.MAILS_OLDEST.of(found.oldest_mail)
    yield families.MAILS_GIVEN_UP.of(found.given_up)
    yield families.SEALED.of(found.sealed)
    yield families.UNSEALED.of(found.unsealed)
    yield families.UNSEALED_OLDEST.of(found.oldest_unsealed)
    yield families.WEBHOOK_WAITING.of(found.untold if has_webhook else None)
    yield families.WEBHOOK_FAILING.of(found.failing if has_webhook else None)


def _unknown() -> list[Metric]:
    """Named, without values."""
    return [one.of() for one in families.OF_DATABASE if one != families.DATABASE_UP]
