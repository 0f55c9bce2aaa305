"""What a start is refused for: said all at once, each fault by the name of its setting."""

from collections.abc import Iterator

from server import production
from server.settings import Settings, Unsettled
from server.tracing import choice as tracing


def require(settings: Settings, workers: int = 1) -> None:
    """Raises Unsettled where these settings must not serve with this many processes."""
    faults = [*_always(settings, workers), *tracing.faults(settings)]
    if settings.mode == "production":
        faults += production.weak(settings, workers)
    if faults:
        raise Unsettled(faults)


def _always(settings: Settings, workers: int) -> Iterator[str]:
    if (settings.webhook_url is None) != (settings.webhook_secret is None):
        yield "SPAREKEY_WEBHOOK_URL, SPAREKEY_WEBHOOK_SECRET: one is of no use without the other"
    if settings.embedded and workers > 1:
        yield (
            "SPAREKEY_DATABASE_URL: SQLite serves one process only; "
            "take --workers 1, or a postgres:// database"
        )
