"""Puts the process together: routes around the schema, and what runs beside the requests."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from models import retention, sweep
from models.dashboard import figures
from models.keys.keyring import Keyring
from models.policy import Policy
from models.record import chain
from models.retention import Removed
from models.storage import database, migrating
from models.stream.tailer import Tailer
from schema import Schema
from server import documents, keys, logs, readiness, rounds, settings, stopping, webhooks
from server.clock_watch import ClockWatch
from server.http import refusals
from server.http.cors import Cors
from server.http.limits import Limits
from server.http.middleware import RequestLine
from server.http.plain import Plain
from server.http.straight import Straight
from server.live import sockets
from server.live.sockets import Sockets
from server.mail import postman
from server.mail.postman import Postman
from server.metrics import page as metrics
from server.policy import build_policy
from server.rounds import Round
from server.settings import Settings
from server.site import apps, explorer, pages
from server.stopping import Stopping
from server.tracing import choice as tracing
from server.view import View
from server.watch import Watch
from server.webhooks import Webhooks

log = structlog.get_logger("server.app")
READY_WITHIN = 2.0
LAPSE_EVERY = 2.0
CLOCK_EVERY = 2.0
SEAL_EVERY = 2.0
PURGE_EVERY = 3600.0
KEEP_EVERY = 24 * 3600.0
MEDIAN_EVERY = 60.0
# Objects between two looks of the collector. A request leaves some dozens in circles.
_YOUNG = 10_000
OVERDUE_EVERY = 60.0


class DatabaseBehind(Exception):
    """Raised at start when migrations are missing; they are applied by `sparekey migrate`."""

    def __init__(self) -> None:
        super().__init__("The database is behind this version. Run: sparekey migrate")


def from_environment() -> Starlette:
    """The application of a serving process, set by its environment. Raises Unsettled."""
    found = settings.read()
    logs.configure(found)
    app = create_app(found)
    _settle()
    return app


def create_app(settings: Settings, known: Schema | None = None) -> Starlette:
    """The application these settings describe. Raises Unsettled.

    `known`: the schema with the documents that they name, where it has been made already.
    """
    readiness.require(settings)
    policy = build_policy(settings)
    tailer = Tailer()
    open_sockets = Sockets(policy, settings.limit_sockets)
    end = Stopping()
    known = known or documents.informed(settings)
    watch = Watch.over(settings, known, policy, tailer, open_sockets)
    endpoint = tracing.view(watch.traces)
    view = endpoint(known, settings, policy, tailer, open_sockets, watch.counts.operations)
    app = Starlette(
        routes=[metrics.route(settings, watch.workers), *_routes(view, settings, end)],
        middleware=[
            Middleware(Plain, view=view),
            Middleware(RequestLine, settings.secure, end, watch.counts.statuses),
            Middleware(Limits, settings=settings),
            Middleware(Cors, settings=settings),
            Middleware(Straight, path="/graphql", endpoint=view),
        ],
        exception_handlers={HTTPException: refusals.answer},
        lifespan=lambda app: _running(settings, policy, tailer, open_sockets, end, watch),
    )
    # Behind a proxy it would send whoever posts a password to `/graphql/` on to plain http.
    app.router.redirect_slashes = False
    return app


def _settle() -> None:
    """What stands now stands until the end: the collector need not walk through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


def _routes(view: View, settings: Settings, end: Stopping) -> list[BaseRoute]:
    return [
        Route("/graphql", view),
        WebSocketRoute("/graphql", view),
        Route("/healthz", _healthy),
        Route("/readyz", partial(_ready, end)),
        *explorer.routes(),
        *pages.routes(),
        *apps.routes(settings, apps.SITE),
    ]


@asynccontextmanager
async def _running(
    settings: Settings,
    policy: Policy,
    tailer: Tailer,
    open_sockets: Sockets,
    end: Stopping,
    watch: Watch,
) -> AsyncIterator[dict[str, Stopping]]:
    letters = Postman(settings, policy, results=watch.counts.mails)
    async with AsyncExitStack() as stack:
        stack.callback(policy.passwords.close)
        await stack.enter_async_context(watch.tracing())
        url = settings.database_url.get_secret_value()
        await stack.enter_async_context(database.connect(url, database.ANSWER_WITHIN))
        if await migrating.pending():
            raise DatabaseBehind
        await keys.require(policy.keyring)
        await stack.enter_async_context(tailer)
        works = (
            ("claims", LAPSE_EVERY, partial(sweep.lapse_claims, policy)),
            ("audit", SEAL_EVERY, partial(chain.seal, policy.keyring)),
            ("purge", PURGE_EVERY, sweep.purge),
            ("retention", KEEP_EVERY, partial(_keep, policy.keyring, settings)),
            ("median", MEDIAN_EVERY, figures.keep_median),
            ("overdue", OVERDUE_EVERY, figures.keep_overdue),
            ("postman", postman.EVERY, letters.round),
            ("webhooks", webhooks.EVERY, Webhooks(settings, watch.counts.webhooks).round),
            ("sockets", sockets.WATCH_EVERY, open_sockets.watch),
            ("clock", CLOCK_EVERY, ClockWatch().round),
        )
        noted = [Round(name, every, watch.counts.noting(name, do)) for name, every, do in works]
        await stack.enter_async_context(rounds.going(noted))
        await stack.enter_async_context(watch.workers.listening())
        stack.enter_context(stopping.gently(end, settings.drain))
        yield {"stopping": end}


async def _keep(keyring: Keyring, settings: Settings) -> None:
    removed = await retention.apply(keyring, settings.retention)
    if removed != Removed():
        log.info("no longer kept", **asdict(removed))


async def _healthy(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _ready(end: Stopping, request: Request) -> Response:
    if end.begun:
        return JSONResponse({"status": "stopping"}, status_code=503)
    try:
        async with asyncio.timeout(READY_WITHIN):
            await database.read_clock()
            behind = await migrating.pending()
    except Exception:
        return JSONResponse({"status": "the database does not answer"}, status_code=503)
    if behind:
        return JSONResponse({"status": "the database is behind"}, status_code=503)
    return JSONResponse({"status": "ok"})
