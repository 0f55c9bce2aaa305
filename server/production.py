"""What `production` does not serve with: each weak setting by its name, and what to set instead.

Left to the operator, since it may be meant: documents that are open to all, a folder as
SPAREKEY_MAIL_URL (something picks mails up there), SQLite, a desk or a help-desk inside the
network, and limits that are counted by each `serve` by itself (none can know of the others).
"""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import parse_qs, urlsplit

import limits

from models.keys.keyring import Keyring
from server import unheard
from server.mail.destination import Relay
from server.settings import Settings

# OWASP Password Storage Cheat Sheet: the least for Argon2id.
LEAST_MEMORY_KIB = 19456
LEAST_TIME = 2
# Who signs in to decide about others does so daily (NIST SP 800-63B, AAL2), customers once a year.
LONGEST_STAFF_SESSION = timedelta(hours=24)
LONGEST_CUSTOMER_SESSION = timedelta(days=365)
# Above these, an address is not limited.
MOST_SOCKETS = 10_000
MOST_PER_HOUR = 10_000
MOST_APPROVALS = 1_000
# Larger networks are not somebody's proxies: whoever is in one says who the caller is.
_SMALLEST_PREFIX = {4: 8, 6: 7}
_PRIVATE = (".internal", ".local", ".localhost", ".home.arpa")


def weak(settings: Settings, workers: int) -> Iterator[str]:
    """Why these settings must not serve in production, with this many processes of one `serve`."""
    yield from _keys(settings)
    yield from _addresses(settings)
    yield from _hashes(settings)
    yield from _sessions(settings)
    yield from _limits(settings, workers)
    yield from _mail(settings)
    yield from _others(settings)
    yield from unheard.faults()


def _keys(settings: Settings) -> Iterator[str]:
    if settings.secret_keys is None:
        yield "SPAREKEY_SECRET_KEYS: must be given in production, as id:base64 of 32 bytes"
        return
    try:
        ring = Keyring.parse(settings.secret_keys.get_secret_value())
    except ValueError:
        return  # Refused as what it is, in every mode.
    for name in ring.guessable:
        yield f"SPAREKEY_SECRET_KEYS: {name} is not random; make one by sparekey keys new"


def _addresses(settings: Settings) -> Iterator[str]:
    if not settings.secure:
        yield "SPAREKEY_PUBLIC_URL: must be an https:// address in production"
    elif _is_this_machine(urlsplit(settings.public_url).hostname or ""):
        yield "SPAREKEY_PUBLIC_URL: must be the address that others reach in production"
    for origin in sorted(settings.allowed_origins):
        if not origin.startswith("https://") or _is_this_machine(urlsplit(origin).hostname or ""):
            yield f"SPAREKEY_ALLOWED_ORIGINS: {origin} must be https:// and not this machine"
    for network in settings.trusted_proxies:
        if _is_anybody(network):
            yield (
                f"SPAREKEY_TRUSTED_PROXIES: {network} is too many to be proxies of yours; "
                "give their own networks"
            )


def _hashes(settings: Settings) -> Iterator[str]:
    if settings.argon2_memory_kib < LEAST_MEMORY_KIB or settings.argon2_time < LEAST_TIME:
        yield (
            "SPAREKEY_ARGON2_MEMORY_KIB, SPAREKEY_ARGON2_TIME: "
            f"at least {LEAST_MEMORY_KIB} and {LEAST_TIME} in production"
        )


def _sessions(settings: Settings) -> Iterator[str]:
    if settings.staff_session > LONGEST_STAFF_SESSION:
        yield "SPAREKEY_STAFF_SESSION: at most 24h in production"
    elif settings.staff_idle > settings.staff_session:
        yield "SPAREKEY_STAFF_IDLE: must be shorter than SPAREKEY_STAFF_SESSION"
    if settings.customer_session > LONGEST_CUSTOMER_SESSION:
        yield "SPAREKEY_CUSTOMER_SESSION: at most 365d in production"


def _limits(settings: Settings, workers: int) -> Iterator[str]:
    for name in ("limit_registrations", "limit_failed_logins", "limit_resets"):
        if _per_hour(getattr(settings, name)) > MOST_PER_HOUR:
            yield f"SPAREKEY_{name.upper()}: at most {MOST_PER_HOUR}/hour in production"
    if settings.limit_sockets > MOST_SOCKETS:
        yield (
            f"SPAREKEY_LIMIT_SOCKETS: at most {MOST_SOCKETS} in production; where all seem to come "
            "from one address, name the proxy in SPAREKEY_TRUSTED_PROXIES"
        )
    if settings.approvals_per_hour > MOST_APPROVALS:
        yield f"SPAREKEY_APPROVALS_PER_HOUR: at most {MOST_APPROVALS} in production"
    if workers > 1 and settings.rate_limit_url.get_secret_value().startswith("async+memory:"):
        yield (
            "SPAREKEY_RATE_LIMIT_URL: several processes must count together in production; "
            "give async+redis://…"
        )


def _mail(settings: Settings) -> Iterator[str]:
    if "mail_url" not in settings.model_fields_set:
        yield "SPAREKEY_MAIL_URL: must be given in production, such as smtp://user:password@host"
    elif isinstance(settings.mail, Relay) and settings.mail.in_the_open:
        yield (
            "SPAREKEY_MAIL_URL: mails must be encrypted in production; "
            "?starttls=never is for this machine itself"
        )


def _others(settings: Settings) -> Iterator[str]:
    hook = settings.webhook_url
    if hook is not None and not hook.get_secret_value().startswith("https://"):
        yield "SPAREKEY_WEBHOOK_URL: must be an https:// address in production"
    if not settings.embedded and _is_in_the_open(settings.database_url.get_secret_value()):
        yield (
            "SPAREKEY_DATABASE_URL: a database beyond the own network is reached encrypted "
            "in production; end it with ?ssl=true"
        )


def _is_in_the_open(url: str) -> bool:
    parts = urlsplit(url)
    asked, host = parse_qs(parts.query), parts.hostname or ""
    if "ssl" in asked or "host" in asked:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        # A name without dots is known in one's own network only.
        return "." in host and not host.endswith(_PRIVATE)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_anybody(network: IPv4Network | IPv6Network) -> bool:
    return network.prefixlen < _SMALLEST_PREFIX[network.version]


def _per_hour(rate: str) -> float:
    parsed = limits.parse(rate)
    return parsed.amount * 3600 / parsed.get_expiry()
