"""How many tries, per what, in which window: exact, and in the database, so for all processes.

A key's recent failures are one text of `milliseconds-random;` entries. A try is charged before it
is looked at, by a compare-and-swap of that text, and given back if it turns out right.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pypika_tortoise.terms import CustomFunction
from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Function
from tortoise.models import Model

from models import clock
from models.errors import Throttled


@dataclass(frozen=True)
class Limit:
    """So many tries in any span of this length."""

    tries: int
    within: timedelta


CODES = (
    Limit(5, timedelta(minutes=5)),
    Limit(20, timedelta(hours=1)),
    Limit(50, timedelta(days=1)),
)
PASSWORDS = (Limit(10, timedelta(minutes=10)),)
RELEASE_CODES = (Limit(10, timedelta(hours=1)), Limit(30, timedelta(days=1)))


class Throttle(Model):
    """The recent failures of one key."""

    key = fields.CharField(max_length=160, primary_key=True)
    failures = fields.TextField()
    kept_until = fields.DatetimeField(db_index=True)

    class Meta:
        table = "throttle"


@dataclass(frozen=True)
class Charge:
    """One try that was paid for. `left` is how many more the tightest limit allows just now."""

    key: str
    entry: str
    left: int

    async def give_back(self) -> None:
        """Forget this try: it was right."""
        await Throttle.filter(key=self.key).update(failures=_Without("failures", self.entry, ""))


class _Without(Function):
    # A factory of terms, which Tortoise takes like the class that it asks for.
    database_func = CustomFunction("REPLACE", ["text", "old", "new"])  # type: ignore[assignment]


async def charge(key: str, limits: Sequence[Limit]) -> Charge:
    """Pay for one try, in a commit of its own. Raises Throttled(retry_at) where none is left."""
    while True:
        now = clock.now()
        row = await Throttle.get_or_none(key=key)
        entries = _recent(row.failures if row else "", now - limits[-1].within)
        _check([_at(entry) for entry in entries], limits, now)
        entry = f"{round(now.timestamp() * 1000)}-{secrets.token_hex(4)};"
        if await _swap(key, row, "".join(entries) + entry, now + limits[-1].within):
            return Charge(key, entry, limits[0].tries - 1 - _since(entries, now - limits[0].within))


async def purge() -> None:
    """Drop what no limit looks at any more."""
    await Throttle.filter(kept_until__lt=clock.now()).delete()


def _check(failures: list[datetime], limits: Sequence[Limit], now: datetime) -> None:
    ends = []
    for limit in limits:
        recent = [at for at in failures if at > now - limit.within]
        if len(recent) >= limit.tries:
            ends.append(recent[-limit.tries] + limit.within)
    if ends:
        raise Throttled(max(ends))


async def _swap(key: str, row: Throttle | None, failures: str, until: datetime) -> bool:
    if row is not None:
        unchanged = Throttle.filter(key=key, failures=row.failures)
        return bool(await unchanged.update(failures=failures, kept_until=until))
    try:
        await Throttle.create(key=key, failures=failures, kept_until=until)
    except IntegrityError:
        return False
    return True


def _recent(failures: str, since: datetime) -> list[str]:
    entries = [f"{entry};" for entry in failures.split(";") if entry]
    return [entry for entry in entries if _at(entry) > since]


def _since(entries: list[str], since: datetime) -> int:
    return sum(_at(entry) > since for entry in entries)


def _at(entry: str) -> datetime:
    return datetime.fromtimestamp(int(entry.partition("-")[0]) / 1000, UTC)
