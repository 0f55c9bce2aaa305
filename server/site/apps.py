"""The two web apps as built from frontend-contract/spa: the customers' at `/`, the desk.

Each is one page that finds its way by itself; any of its addresses can be opened, or gone back to.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from server.settings import Settings
from server.site import content, pages
from server.site.assets import Hashed, Revalidated
from server.site.pages import Endpoint

SITE = Path(__file__).parents[1] / "web" / "apps"
_ASSETS = "assets/apps"
_PLACES = {
    "index.html": ("/", "/register", "/account", "/reset", "/confirm", "/cancel", "/not-me"),
    "support.html": ("/support", "/support/{path:path}"),
}


def routes(settings: Settings, site: Path) -> list[BaseRoute]:
    """The apps of that folder; a page that says so in place of each where they were not built."""
    if not are_built(site):
        missing = pages.endpoint("missing.html", settings)
        return [Route(path, missing) for paths in _PLACES.values() for path in paths]
    files = Revalidated(directory=site)
    return [
        *(
            Route(path, _page(files, name, settings))
            for name, paths in _PLACES.items()
            for path in paths
        ),
        Mount(f"/{_ASSETS}", Hashed(directory=site / _ASSETS)),
    ]


def are_built(site: Path) -> bool:
    """Whether both apps are there to be shown."""
    return (site / _ASSETS).is_dir() and all((site / name).is_file() for name in _PLACES)


def _page(files: Revalidated, name: str, settings: Settings) -> Endpoint:
    async def page(request: Request) -> Response:
        response = await files.get_response(name, request.scope)
        response.headers.update(content.headers(settings))
        return response

    return page
