"""Which sites a browser may ask from: our own, and those that an operator allows.

A browser sends its cookies from every site; `Origin` (RFC 6454 §7) and `Sec-Fetch-Site` (Fetch
Metadata) tell from which. A session's cookie is not taken from a request that names no site.
"""

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from server.http import cookies
from server.settings import Settings

_OURS = frozenset({"same-origin", "none"})


def may_ask(settings: Settings, request: HTTPConnection) -> bool:
    """Whether a request may be answered: it has no cookie of ours, or it comes from a site of ours.

    Whoever follows a link from elsewhere may look; by GET nothing is changed.
    """
    carried = _cookies(settings, request)
    if not carried or _is_from_us(settings, request.headers):
        return True
    if not _names_a_site(request):
        return cookies.session_name(settings) not in carried
    mode = request.headers.get("sec-fetch-mode")
    return request.scope.get("method") == "GET" and mode == "navigate" and not _origins(request)


def may_connect(settings: Settings, socket: HTTPConnection) -> bool:
    """Whether a WebSocket may be opened: browsers name the site, and ours is among the allowed.

    CORS does not hold for sockets, so a foreign site is refused with or without cookies.
    """
    if _names_a_site(socket):
        return _is_from_us(settings, socket.headers)
    return cookies.session_name(settings) not in _cookies(settings, socket)


def is_allowed(settings: Settings, origin: str) -> bool:
    """Whether this is one of the sites that the operator allows."""
    return normalize_origin(origin) in settings.allowed_origins


def _is_from_us(settings: Settings, headers: Headers) -> bool:
    origins = headers.getlist("origin")
    if not origins:
        return headers.get("sec-fetch-site") in _OURS
    if len(origins) > 1:
        return False
    if is_same_origin(origins[0], headers.get("host")) or is_allowed(settings, origins[0]):
        return True
    return normalize_origin(origins[0]) == normalize_origin(settings.public_url)


def _origins(connection: HTTPConnection) -> list[str]:
    return connection.headers.getlist("origin")


def _names_a_site(connection: HTTPConnection) -> bool:
    return bool(_origins(connection)) or "sec-fetch-site" in connection.headers


def _cookies(settings: Settings, connection: HTTPConnection) -> set[str]:
    names = {cookies.session_name(settings), cookies.browser_name(settings)}
    return names & connection.cookies.keys()
