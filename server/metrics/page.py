"""`/metrics`: everything, in Prometheus's text format.

In development for everybody, until there is a token; in production for nobody without one.
"""

import secrets
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from server.http import client
from server.metrics.house import House
from server.metrics.together import Workers
from server.settings import Settings

_HEADERS = {"content-type": CONTENT_TYPE_PLAIN_0_0_4, "cache-control": "no-store"}


class Page:
    """The address that is scraped."""

    def __init__(self, settings: Settings, workers: Workers, house: House) -> None:
        token = settings.metrics_token
        self._token = token.get_secret_value().encode() if token else None
        self._is_open = settings.mode == "development" and token is None
        self._workers = workers
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One look. Raises HTTPException: 404 for whoever may not, as if nothing were here."""
        request = Request(scope, receive)
        if not self._may_look(request):
            raise HTTPException(404)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"allow": "GET, HEAD"})
        metrics = [*await self._workers.metrics(), *await self._house.metrics()]
        await Response(written(metrics), headers=_HEADERS)(scope, receive, send)

    def _may_look(self, request: Request) -> bool:
        if self._token is None:
            return self._is_open
        given = client.bearer(request.headers.get("authorization"))
        return secrets.compare_digest((given or "").encode(), self._token)


def route(settings: Settings, workers: Workers) -> Route:
    """Where it is."""
    webhook = settings.webhook_url
    house = House(webhook.get_secret_value() if webhook else None)
    return Route("/metrics", Page(settings, workers, house))


def written(metrics: Iterable[Metric]) -> bytes:
    """In Prometheus's text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(metrics))
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """As they are."""
        return iter(self._metrics)
