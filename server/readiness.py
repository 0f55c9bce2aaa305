"""What a start is refused for: said all at once, each fault by the name of its setting."""

from server.mail.destination import Relay
from server.settings import Settings, Unsettled

# OWASP Password Storage Cheat Sheet: the least for Argon2id.
LEAST_MEMORY_KIB = 19456
LEAST_TIME = 2


def require(settings: Settings, workers: int = 1) -> None:
    """Raises Unsettled where these settings must not serve with this many processes."""
    faults = list(_always(settings, workers))
    if settings.mode == "production":
        faults += _production(settings, workers)
    if faults:
        raise Unsettled(faults)


def _always(settings: Settings, workers: int) -> list[str]:
    if (settings.webhook_url is None) != (settings.webhook_secret is None):
        return ["SPAREKEY_WEBHOOK_URL, SPAREKEY_WEBHOOK_SECRET: one is of no use without the other"]
    if settings.embedded and workers > 1:
        return [
            "SPAREKEY_DATABASE_URL: SQLite serves one process only; "
            "take --workers 1, or a postgres:// database"
        ]
    return []


def _production(settings: Settings, workers: int) -> list[str]:
    faults = []
    if settings.secret_keys is None:
        faults.append("SPAREKEY_SECRET_KEYS: must be given in production, as id:base64 of 32 bytes")
    if not settings.secure:
        faults.append("SPAREKEY_PUBLIC_URL: must be an https:// address in production")
    if settings.argon2_memory_kib < LEAST_MEMORY_KIB or settings.argon2_time < LEAST_TIME:
        faults.append(
            "SPAREKEY_ARGON2_MEMORY_KIB, SPAREKEY_ARGON2_TIME: "
            f"at least {LEAST_MEMORY_KIB} and {LEAST_TIME} in production"
        )
    hook = settings.webhook_url
    if hook is not None and not hook.get_secret_value().startswith("https://"):
        faults.append("SPAREKEY_WEBHOOK_URL: must be an https:// address in production")
    if isinstance(settings.mail, Relay) and settings.mail.in_the_open:
        faults.append(
            "SPAREKEY_MAIL_URL: mails must be encrypted in production; "
            "?starttls=never is for this machine itself"
        )
    if workers > 1 and settings.rate_limit_url.get_secret_value().startswith("async+memory:"):
        faults.append(
            "SPAREKEY_RATE_LIMIT_URL: several processes must count together in production; "
            "give async+redis://…"
        )
    return faults
