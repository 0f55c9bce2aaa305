"""The two cookies: the session, and the mark of a browser that has signed in before."""

from datetime import datetime, timedelta

from starlette.responses import Response

from models import clock
from server.settings import Settings

# RFC 6265bis §5.5: browsers keep no cookie longer than 400 days.
BROWSER_KNOWN_FOR = timedelta(days=400)


def session_name(settings: Settings) -> str:
    """Over https the prefix binds the cookie to this very host (RFC 6265bis §4.1.3.2)."""
    return "__Host-sparekey" if settings.secure else "sparekey"


def browser_name(settings: Settings) -> str:
    """The name of the known browser's mark."""
    return session_name(settings) + "-browser"


class ResponseCookies:
    """The cookies of the answer that is being made, as header `fields`; the schema's `Cookies`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.fields: list[tuple[bytes, bytes]] = []

    def keep_session(self, token: str, expires_at: datetime) -> None:
        """The browser is signed in until `expires_at`."""
        self._set(session_name(self._settings), token, expires_at - clock.now())

    def drop_session(self) -> None:
        """The browser is signed out."""
        self._set(session_name(self._settings), "", timedelta(0))

    def keep_browser(self, value: str) -> None:
        """The browser has signed in here."""
        self._set(browser_name(self._settings), value, BROWSER_KNOWN_FOR)

    def _set(self, name: str, value: str, age: timedelta) -> None:
        writer = Response()
        writer.set_cookie(
            name,
            value,
            max_age=int(age.total_seconds()),
            path="/",
            secure=self._settings.secure,
            httponly=True,
            samesite="lax",
        )
        self.fields.append(writer.raw_headers[-1])
