"""Looks at everything that a serving process stands on, and says how to mend what is wrong."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string

from models.storage import database
from server import documents, of_database, readiness, reasons, unheard
from server.mail import smtp
from server.mail.destination import Folder, Relay
from server.of_database import Ill
from server.policy import build_policy
from server.settings import Settings, Unsettled
from server.site import apps, explorer
from server.sntp import offset_of

WITHIN = 10.0
_ALLOWED = {"open": "others run too", "trusted": "no others run"}


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
    yield await _finding("metrics", lambda: _metrics(settings))
    yield await _finding("web pages", _web)


async def _examine_database(settings: Settings) -> AsyncGenerator[Finding, None]:
    found = await _finding("database", lambda: _database(settings))
    yield found
    if found.ok:
        found = await _finding("migrations", lambda: _connected(settings, of_database.migrations))
        yield found
        if found.ok:
            yield await _finding(
                "keys", lambda: _connected(settings, lambda: of_database.keys_in_use(settings))
            )
            yield await _finding("counters", lambda: _connected(settings, of_database.counters))
            if settings.mode == "production":
                yield await _finding(
                    "demo people", lambda: _connected(settings, of_database.demo_people)
                )
        yield await _finding("clock", lambda: _connected(settings, of_database.told_time))


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
    if unknown := unheard.faults():
        raise Unsettled(unknown)
    build_policy(settings).passwords.close()
    return settings.mode


async def _connected(settings: Settings, check: Callable[[], Awaitable[str]]) -> str:
    async with database.connect(settings.database_url.get_secret_value()):
        return await check()


async def _database(settings: Settings) -> str:
    if (
        settings.embedded
        and not database.file_of(settings.database_url.get_secret_value()).exists()
    ):
        # Not made by looking: it would be of whoever looks, such as root.
        raise Ill("There is none yet. Run: sparekey migrate")
    try:
        return await _connected(settings, of_database.dialect)
    except Exception as error:
        raise Ill(reasons.of(error)) from None


async def _time_server(host: str) -> str:
    try:
        offset = await offset_of(host)
    except (OSError, TimeoutError, ValueError) as error:
        kind = type(error).__name__
        raise Ill(f"{host} does not tell the time ({kind}). Check --time-server.") from None
    return of_database.close_enough(offset, host)


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


async def _metrics(settings: Settings) -> str:
    if settings.metrics_token is not None:
        return "for whoever has the token"
    if settings.mode == "development":
        return "open to everybody"
    return "hidden from everybody: set SPAREKEY_METRICS_TOKEN to have them"


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
