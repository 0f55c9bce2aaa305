"""Who is asking, as far as the request's headers and its connection tell."""

import ipaddress
import re
from functools import lru_cache

from babel import negotiate_locale
from starlette.requests import HTTPConnection

from models.origin import Origin
from server.http import cookies, fields
from server.settings import Settings

LOCALES = ("de", "en", "sv")
_USER_AGENT_CHARACTERS = 300
_HEADER_CHARACTERS = 500
# The same few browsers and addresses ask again and again.
_REMEMBERED = 256
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$"
)


def origin(settings: Settings, connection: HTTPConnection) -> Origin:
    """The circumstances of this request, for the models."""
    return _asking(settings, connection)[0]


def token(settings: Settings, connection: HTTPConnection) -> str | None:
    """The session's token: from Authorization, else from the cookie."""
    return _asking(settings, connection)[1]


@lru_cache(_REMEMBERED)
def locale(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110 §12.5.4); else English."""
    ranges = [_RANGE.match(part) for part in accept_language[:_HEADER_CHARACTERS].split(",")]
    weighted = [(float(one[2] or 1), one[1].lower()) for one in ranges if one]
    wanted = sorted((w for w in weighted if w[0] > 0), key=lambda w: -w[0])
    return negotiate_locale([name for _, name in wanted], LOCALES, sep="-") or "en"


def ip(settings: Settings, connection: HTTPConnection) -> str | None:
    """The client's address; X-Forwarded-For counts only as far as trusted proxies wrote it."""
    address = _address(connection.client.host if connection.client else "")
    if not settings.trusted_proxies:
        return _shown(address)
    forwarded = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
    while address and _is_trusted(settings, address) and forwarded:
        further = _address(forwarded.pop())
        if further is None:
            break  # what stands before it may be anybody's word
        address = further
    return _shown(address)


def bearer(authorization: object) -> str | None:
    """The token of `Bearer …` (RFC 6750 §2.1); None for everything else."""
    if not isinstance(authorization, str):
        return None
    scheme, _, value = authorization.partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None


def _asking(settings: Settings, connection: HTTPConnection) -> tuple[Origin, str | None]:
    found = fields.of(connection.scope)
    if found.asking is None:
        headers, carried = connection.headers, connection.cookies
        origin = Origin(
            ip=ip(settings, connection),
            user_agent=_agent(headers.get("user-agent", "")),
            locale=locale(headers.get("accept-language", "")),
            browser=carried.get(cookies.browser_name(settings)),
        )
        given = bearer(headers.get("authorization"))
        found.asking = origin, given or carried.get(cookies.session_name(settings))
    return found.asking


@lru_cache(_REMEMBERED)
def _agent(header: str) -> str | None:
    return "".join(c for c in header if c.isprintable())[:_USER_AGENT_CHARACTERS] or None


@lru_cache(_REMEMBERED)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(_REMEMBERED)
def _shown(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> str | None:
    return str(address) if address else None


def _is_trusted(settings: Settings, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in network for network in settings.trusted_proxies)
