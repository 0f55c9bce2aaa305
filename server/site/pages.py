"""The few pages of this process itself, which say why something else is not to be seen.

All of it comes from this host, and no script stands in a page (Content-Security-Policy).
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount

from server.settings import Settings
from server.site import content
from server.site.assets import Revalidated

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
_FOLDER = Path(__file__).parents[1] / "pages"
_TEMPLATES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)


def routes() -> list[BaseRoute]:
    """What the pages are made of."""
    return [Mount("/pages", Revalidated(directory=_FOLDER / "static"))]


def show(name: str, settings: Settings) -> Response:
    """One of the pages."""
    return HTMLResponse(_TEMPLATES.get_template(name).render(), headers=content.headers(settings))


def endpoint(name: str, settings: Settings) -> Endpoint:
    """One of the pages, for a route."""

    async def page(request: Request) -> Response:
        return show(name, settings)

    return page
