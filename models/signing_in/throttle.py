"""How many tries, per what, in which window: exact, and in the database, so for all processes.

A key's recent failures are one text of `milliseconds-random;` entries. A try is charged before it
is looked at, by a compare-and-swap of that text, and given back if it turns out right.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models import clock
from models.errors import Throttled
from models.storage.rows import Insertion
from models.storage.sqlite import Run
from models.storage.statement import Row, Statement


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


def forgetting(first: int = 1) -> str:
    """SQL that gives a try back, by its charge's key and entry, the parameters from `first` on."""
    return (
        f"UPDATE throttle SET failures = REPLACE(failures, ${first + 1}, '') "  # noqa: S608
        f"WHERE key = ${first}"
    )


_WRITTEN = Insertion(Throttle, "key failures kept_until")
INTO = _WRITTEN.into
"""SQL that is followed by a key, its failures, and until when they count."""


def payment(first: int = 1, source: str = "") -> str:
    """SQL that pays by a price's values, the parameters from `first` on.

    It gives a row, unless the failures have changed since they were read.
    """
    return paying(_WRITTEN.sql(first), source or "WHERE TRUE", f"${first + 3}")


def paying(insert: str, source: str, before: str) -> str:
    """SQL that puts in what `insert` says, where nothing is kept yet, or just these failures."""
    return f"""
{insert} {source}
ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, kept_until = excluded.kept_until
WHERE throttle.failures = {before}
RETURNING key"""


_PAY = Statement(payment())
_FORGET = Statement(forgetting())
_READ = Statement("SELECT failures FROM throttle WHERE key = $1")


@dataclass(frozen=True)
class Charge:
    """One try that was paid for. `left` is how many more the tightest limit allows just now."""

    key: str
    entry: str
    left: int

    async def give_back(self) -> None:
        """Forget this try: it was right."""
        await _FORGET.rows(self.key, self.entry)


@dataclass(frozen=True)
class Price:
    """What a try costs: the key's failures as they were read, and as they are with it."""

    charge: Charge
    before: str
    after: str
    kept_until: datetime

    @property
    def values(self) -> tuple[object, ...]:
        """For `payment`."""
        return self.charge.key, self.after, self.kept_until, self.before

    def of(self, key: str) -> "Price":
        """The same for another key, of which the same was read."""
        return replace(self, charge=replace(self.charge, key=key))


def charged(run: Run, key: str, limits: Sequence[Limit], failures: str) -> Charge:
    """The same during a visit to SQLite."""
    while True:
        due = price(key, failures, limits)
        if _PAY.run(run, *due.values):
            return due.charge
        failures = _text(_READ.run(run, key))


async def charge(key: str, limits: Sequence[Limit], failures: str | None = None) -> Charge:
    """Pay for one try, in a commit of its own. Raises Throttled(retry_at) where none is left.

    `failures` are those of the key, where they have been read.
    """
    if failures is None:
        failures = await _failures(key)
    while True:
        due = price(key, failures, limits)
        if await _PAY.rows(*due.values):
            return due.charge
        failures = await _failures(key)


def price(key: str, failures: str | None, limits: Sequence[Limit]) -> Price:
    """What the next try costs, by the failures that were read. Raises Throttled(retry_at)."""
    now = clock.now()
    entries = _recent(failures or "", now - limits[-1].within)
    _check([_at(entry) for entry in entries], limits, now)
    entry = f"{round(now.timestamp() * 1000)}-{secrets.token_hex(4)};"
    left = min(one.tries - 1 - _since(entries, now - one.within) for one in limits)
    after = "".join(entries) + entry
    return Price(Charge(key, entry, left), failures or "", after, now + limits[-1].within)


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


async def _failures(key: str) -> str:
    return _text(await _READ.rows(key))


def _text(rows: list[Row]) -> str:
    return str(rows[0]["failures"]) if rows else ""


def _recent(failures: str, since: datetime) -> list[str]:
    entries = [f"{entry};" for entry in failures.split(";") if entry]
    return [entry for entry in entries if _at(entry) > since]


def _since(entries: list[str], since: datetime) -> int:
    return sum(_at(entry) > since for entry in entries)


def _at(entry: str) -> datetime:
    return datetime.fromtimestamp(int(entry.partition("-")[0]) / 1000, UTC)
