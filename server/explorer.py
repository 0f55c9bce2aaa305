"""GraphiQL at /graphql for browsers, as built from frontend-contract/explorer.

Everything it needs comes from this host (Content-Security-Policy).
"""

from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server import pages
from server.settings import Settings

_SITE = Path(__file__).parent / "web" / "explorer"
_ASSETS = "assets/explorer"
_FOREVER = "public, max-age=31536000, immutable"


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
    if settings.mode == "production" and not signed_in:
        return pages.show("anonymous.html")
    if not is_built():
        return pages.show("asking.html")
    headers = pages.HEADERS | {"content-security-policy": _policy(settings)}
    return FileResponse(_SITE / "index.html", media_type="text/html", headers=headers)


class Hashed(StaticFiles):
    """Files whose names change with their content; packed ones go to whoever unpacks them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._packed = {file.name for file in directory.glob("*.gz")}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, from the .gz beside it where there is one."""
        unpacks = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        packed = f"{path}.gz" if unpacks and f"{path}.gz" in self._packed else None
        response = await super().get_response(packed or path, scope)
        if packed:
            response.headers["content-encoding"] = "gzip"
        response.headers["vary"] = "accept-encoding"
        response.headers["cache-control"] = _FOREVER
        return response


def _policy(settings: Settings) -> str:
    # Named beside 'self', which does not cover ws: in every browser.
    sockets = settings.public_url.replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            # Monaco writes its theme into style elements and each line's place into style
            # attributes: the page stays blank without. Scripts are never inline.
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "img-src 'self' data:",
            f"connect-src 'self' {sockets}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
