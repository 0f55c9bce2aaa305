"""What the doctor looks at in a connected database.

Each check returns what it found, or raises Ill.
"""

from datetime import timedelta

from models import clock
from models.accounts.account import Account
from models.accounts.addresses import key_of
from models.record.audit import AuditEntry
from models.storage import database, migrating
from models.stream import feed
from models.stream.feed import QueueCounter
from server import demo, keys, reasons
from server.settings import Settings

# A code is taken one step of 30 seconds early or late: clocks may cost a small part of that.
MOST_OFF = timedelta(seconds=2)


class Ill(Exception):
    """Raised by a check; its text says what is wrong and how to mend it."""


async def dialect() -> str:
    """Which kind answers."""
    await database.read_clock()
    return database.dialect()


async def migrations() -> str:
    """Whether it is ours, as this version has it, and can be written."""
    found = await migrating.standing()
    if found.foreign:
        raise Ill("The database holds something else. Check SPAREKEY_DATABASE_URL.")
    if found.newer:
        raise Ill(f"{len(found.newer)} of a newer version. Install that version.")
    if found.pending:
        raise Ill(f"{len(found.pending)} missing. Run: sparekey migrate")
    await _writable()
    return "up to date"


async def _writable() -> None:
    """Whether rows may be changed; none is."""
    try:
        async with database.transaction():
            await QueueCounter.filter(id__lt=0).update(number=0)
    except Exception as error:
        raise Ill(reasons.of(error)) from None


async def keys_in_use(settings: Settings) -> str:
    """Whether the ring has the keys that are in use. Raises Unsettled as well."""
    ring = keys.keyring(settings)
    await keys.compare(ring)
    return f"{len(ring.ids)} in the ring, newest {ring.newest}"


async def counters() -> str:
    """Whether what is kept of the queue is what is there."""
    kept, there = await feed.counted()
    if kept != there:
        raise Ill(f"They say {_spoken(kept)}; there are {_spoken(there)}. Run: sparekey migrate")
    return _spoken(kept)


async def demo_people() -> str:
    """Whether anybody is there whose password is public."""
    keys_ = [key_of(person.email) for person in demo.PEOPLE]
    enabled = Account.filter(email_key__in=keys_, disabled_at=None)
    if found := sorted(await enabled.values_list("email_key", flat=True)):
        raise Ill(
            f"{', '.join(map(str, found))}: their password is public. "
            "Run for each: sparekey accounts disable EMAIL --reason …"
        )
    return "none"


async def told_time() -> str:
    """Whether its clock and ours agree, and neither was set back."""
    before = clock.now()
    theirs = await database.read_clock()
    offset = theirs - before - (clock.now() - before) / 2
    await _after_the_record()
    return close_enough(offset, "the database's")


async def _after_the_record() -> None:
    """What was written last cannot be of a time to come, unless a clock was set back."""
    if (await migrating.standing()).pending:
        return
    newest = await AuditEntry.all().order_by("-id").first()
    if newest and newest.at > clock.now() + MOST_OFF:
        ahead = (newest.at - clock.now()).total_seconds()
        raise Ill(
            f"The record is {ahead:.1f} s ahead: the clock was set back, or was ahead. Who signed "
            "in meanwhile can do so again once that time is reached. Keep it in step, by NTP."
        )


def close_enough(offset: timedelta, whose: str) -> str:
    """How far off a clock is. Raises Ill where that is too much."""
    seconds = offset.total_seconds()
    if abs(offset) > MOST_OFF:
        raise Ill(f"{seconds:+.1f} s from {whose}. Keep both in step, by NTP for instance.")
    return f"{seconds:+.3f} s from {whose}"


def _spoken(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
