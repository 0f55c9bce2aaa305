"""GraphiQL at /graphql for browsers, as built from frontend-contract/explorer.

Everything it needs comes from this host (Content-Security-Policy).
"""

from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount

from server.settings import Settings
from server.site import content, pages
from server.site.assets import Hashed

_SITE = Path(__file__).parents[1] / "web" / "explorer"
_ASSETS = "assets/explorer"


def routes() -> list[BaseRoute]:
    """What the page is made of; nothing where it was not built."""
    return [Mount(f"/{_ASSETS}", Hashed(directory=folder()))] if folder().is_dir() else []


def folder() -> Path:
    """Where the build puts what the page is made of."""
    return _SITE / _ASSETS


def is_built() -> bool:
    """Whether the page is there to be shown."""
    return (_SITE / "index.html").is_file()


def page(settings: Settings, signed_in: bool) -> Response:
    """The explorer; in production only for whoever is signed in. Else a page that says why not."""
    if settings.documents == "trusted":
        return pages.show("trusted.html", settings)
    if settings.mode == "production" and not signed_in:
        return pages.show("anonymous.html", settings)
    if not is_built():
        return pages.show("asking.html", settings)
    headers = content.headers(
        settings,
        worker_src="'self'",
        # Monaco writes its theme into style elements and each line's place into style
        # attributes: the page stays blank without. Scripts are never inline.
        style_src="'self' 'unsafe-inline'",
        font_src="'self' data:",
    )
    return FileResponse(_SITE / "index.html", media_type="text/html", headers=headers)
