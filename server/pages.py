"""The few pages of this process itself: what it is, and where mailed links lead.

All of it comes from this host, and no script stands in a page (Content-Security-Policy).
"""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

_FOLDER = Path(__file__).parent / "pages"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "cache-control": "no-cache",
}


def routes() -> list[BaseRoute]:
    """`/` and `/support`, the pages of mailed links, and what they are made of."""
    return [
        Route("/", _page("customers.html")),
        Route("/support", _page("support.html")),
        *(Route(path, _page("link.html")) for path in ("/confirm", "/cancel", "/not-me")),
        Mount("/pages", Revalidated(directory=_FOLDER / "static")),
    ]


class Revalidated(StaticFiles):
    """Files that browsers keep, but ask about each time: they change with the version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, or that it is unchanged."""
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def show(name: str) -> Response:
    """One of the pages as it stands."""
    return FileResponse(_FOLDER / name, media_type="text/html", headers=HEADERS)


def _page(name: str):  # type: ignore[no-untyped-def]  # Starlette's own name for it is private
    async def page(request: Request) -> Response:
        return show(name)

    return page
