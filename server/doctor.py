"""Looks at everything that a serving process stands on, and says how to mend what is wrong."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string

from models import clock
from models.accounts.account import Account, key_of
from models.storage import database
from models.stream import feed
from server import demo, documents, keys, readiness
from server.mail import smtp
from server.mail.destination import Folder, Relay
from server.policy import build_policy
from server.settings import Settings, Unsettled
from server.site import apps, explorer
from server.sntp import offset_of

WITHIN = 10.0
# A code is taken one step of 30 seconds early or late: clocks may cost a small part of that.
MOST_OFF = timedelta(seconds=2)
_ALLOWED = {"open": "others run too", "trusted": "no others run"}


class Ill(Exception):
    """Raised by a check; its text says what is wrong and how to mend it."""


@dataclass(frozen=True)
class Finding:
    """What a check found: `text` is its result, or what is wrong and how to mend it."""

    what: str
    ok: bool
    text: str


async def examine(
    settings: Settings, time_server: str | None = None
) -> AsyncGenerator[Finding, None]:
    """Everything in turn. What hangs on the database is left out while that does not answer."""
    yield await _finding("settings", lambda: _settings(settings))
    async for finding in _examine_database(settings):
        yield finding
    if time_server:
        yield await _finding("time server", lambda: _time_server(time_server))
    yield await _finding("mail", lambda: _mail(settings))
    yield await _finding("rate limits", lambda: _rate_limits(settings))
    yield await _finding("documents", lambda: _documents(settings))
    yield await _finding("web pages", _web)


async def _examine_database(settings: Settings) -> AsyncGenerator[Finding, None]:
    found = await _finding("database", lambda: _database(settings))
    yield found
    if found.ok:
        found = await _finding("migrations", lambda: _connected(settings, _migrations))
        yield found
        if found.ok:
            yield await _finding("keys", lambda: _connected(settings, lambda: _keys(settings)))
            yield await _finding("counters", lambda: _connected(settings, _counters))
            if settings.mode == "production":
                yield await _finding("demo people", lambda: _connected(settings, _demo_people))
        yield await _finding("clock", lambda: _connected(settings, _clock))


async def _finding(what: str, check: Callable[[], Awaitable[str]]) -> Finding:
    try:
        async with asyncio.timeout(WITHIN):
            return Finding(what, True, await check())
    except (Ill, Unsettled) as ill:
        return Finding(what, False, str(ill))
    except Exception as error:
        # Its own words may quote addresses and passwords.
        return Finding(what, False, f"No answer ({type(error).__name__}).")


async def _settings(settings: Settings) -> str:
    readiness.require(settings)
    build_policy(settings).passwords.close()
    return settings.mode


async def _connected(settings: Settings, check: Callable[[], Awaitable[str]]) -> str:
    async with database.connect(settings.database_url.get_secret_value()):
        return await check()


async def _database(settings: Settings) -> str:
    try:
        return await _connected(settings, _dialect)
    except Exception as error:
        kind = type(error).__name__
        raise Ill(f"It does not answer ({kind}). Check SPAREKEY_DATABASE_URL.") from None


async def _dialect() -> str:
    await database.read_clock()
    return database.dialect()


async def _migrations() -> str:
    if behind := await database.pending():
        raise Ill(f"{len(behind)} missing. Run: sparekey migrate")
    return "up to date"


async def _keys(settings: Settings) -> str:
    ring = keys.keyring(settings)
    await keys.compare(ring)
    return f"{len(ring.ids)} in the ring, newest {ring.newest}"


async def _counters() -> str:
    kept, there = await feed.counted()
    if kept != there:
        raise Ill(f"They say {_spoken(kept)}; there are {_spoken(there)}. Run: sparekey migrate")
    return _spoken(kept)


async def _demo_people() -> str:
    keys_ = [key_of(person.email) for person in demo.PEOPLE]
    enabled = Account.filter(email_key__in=keys_, disabled_at=None)
    if found := sorted(await enabled.values_list("email_key", flat=True)):
        raise Ill(
            f"{', '.join(map(str, found))}: their password is public. "
            "Run for each: sparekey accounts disable EMAIL --reason …"
        )
    return "none"


async def _clock() -> str:
    before = clock.now()
    theirs = await database.read_clock()
    return _close_enough(theirs - before - (clock.now() - before) / 2, "the database's")


async def _time_server(host: str) -> str:
    try:
        offset = await offset_of(host)
    except (OSError, TimeoutError, ValueError) as error:
        kind = type(error).__name__
        raise Ill(f"{host} does not tell the time ({kind}). Check --time-server.") from None
    return _close_enough(offset, host)


async def _mail(settings: Settings) -> str:
    place = settings.mail
    if isinstance(place, Folder):
        return await asyncio.to_thread(_writable, place)
    return await _answering(place, settings)


async def _answering(relay: Relay, settings: Settings) -> str:
    try:
        connection = await smtp.connect(relay, "localhost")
        await connection.quit()
    except Exception as error:
        kind = type(error).__name__
        raise Ill(f"{relay} does not take us ({kind}). Check SPAREKEY_MAIL_URL.") from None
    return f"{relay} answers"


async def _rate_limits(settings: Settings) -> str:
    url = settings.rate_limit_url.get_secret_value()
    storage = storage_from_string(url)
    limiter = MovingWindowRateLimiter(storage)
    if not await limiter.storage.check():
        raise Ill("The store does not answer. Check SPAREKEY_RATE_LIMIT_URL.")
    return "in this process's memory" if url.startswith("async+memory") else "shared store answers"


async def _documents(settings: Settings) -> str:
    try:
        known = documents.count(settings)
    except Unsettled as unfit:
        raise Ill(f"{unfit}. Check SPAREKEY_DOCUMENTS_FILE.") from None
    return f"{known} known by name, {_ALLOWED[settings.documents]}"


async def _web() -> str:
    pages = {"GraphiQL": explorer.is_built(), "the web apps": apps.are_built(apps.SITE)}
    if missing := " and ".join(name for name, built in pages.items() if not built):
        raise Ill(f"Not built: {missing}. Install Node 20.19 or newer and run: make setup")
    return "built"


def _writable(place: Folder) -> str:
    try:
        place.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place.path):
            return f"{place} can be written"
    except OSError:
        raise Ill(f"{place.path} cannot be written. Check SPAREKEY_MAIL_URL.") from None


def _spoken(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _close_enough(offset: timedelta, whose: str) -> str:
    seconds = offset.total_seconds()
    if abs(offset) > MOST_OFF:
        raise Ill(f"{seconds:+.1f} s from {whose}. Keep both in step, by NTP for instance.")
    return f"{seconds:+.3f} s from {whose}"
