"""The spans of this process, and where they are sent: OTLP over HTTP (protobuf).

What OpenTelemetry's own variables say holds: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, headers and
limits of the exporter. No attribute is of a person: no variable, no address, no text of an error.
"""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from importlib import metadata
from threading import Thread
from urllib.parse import urlsplit

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.requests import HTTPConnection

from models import spans
from models.spans import Kind
from models.storage import database, watched

_KINDS = {"server": SpanKind.SERVER, "client": SpanKind.CLIENT, "internal": SpanKind.INTERNAL}
_SYSTEMS = {"postgres": "postgresql", "sqlite": "sqlite"}
_PATH = "/v1/traces"
_FINISH_WITHIN = 5.0
_WORD = re.compile(r"[A-Za-z]+")
_PROPAGATOR = TraceContextTextMapPropagator()


class Traces:
    """Opens spans; `endpoint` None leaves to OpenTelemetry's variables where they go."""

    def __init__(self, endpoint: str | None) -> None:
        exporter = OTLPSpanExporter(endpoint=_completed(endpoint) if endpoint else None)
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("sparekey", metadata.version("sparekey"))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the block runs, work is traced; then what is left is sent, if anybody takes it."""
        with ExitStack() as stack:
            stack.enter_context(spans.told(self.span))
            stack.enter_context(watched.told(self.statement))
            yield
        sent = asyncio.Event()
        # Nobody may take them. For a thread of the loop's own its end would wait all the same.
        Thread(target=self._send_rest, args=(asyncio.get_running_loop(), sent), daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FINISH_WITHIN):
                await sent.wait()

    @contextmanager
    def request(self, request: HTTPConnection) -> Iterator[Span]:
        """Around an operation over HTTP: within the caller's span (W3C Trace Context), or alone."""
        names = ("traceparent", "tracestate")
        given = {name: request.headers[name] for name in names if name in request.headers}
        parent = _PROPAGATOR.extract(given, Context())
        with self._opened("POST /graphql", "server", {}, parent) as span:
            request.scope["state"]["trace_id"] = _id_of(span)
            yield span

    @contextmanager
    def span(self, name: str, kind: Kind, attributes: Mapping[str, str]) -> Iterator[Span]:
        """Within the span that is open, or alone."""
        with self._opened(name, kind, attributes) as span:
            yield span

    def statement(self, text: str, seconds: float, error: BaseException | None) -> None:
        """One that the database has done, within the span that is open; else it is not told."""
        if not get_current_span().get_span_context().is_valid:
            return
        now, system = time.time_ns(), _SYSTEMS[database.dialect()]
        word = _WORD.search(text)
        span = self._tracer.start_span(
            (word[0] if word else "statement").upper(),
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": system, "db.query.text": text},
            start_time=now - int(seconds * 1e9),
        )
        if error is not None:
            _fail(span, error)
        span.end(now)

    def _send_rest(self, loop: asyncio.AbstractEventLoop, sent: asyncio.Event) -> None:
        self._provider.shutdown()
        with suppress(RuntimeError):  # nobody waits any more
            loop.call_soon_threadsafe(sent.set)

    @contextmanager
    def _opened(
        self, name: str, kind: Kind, attributes: Mapping[str, str], parent: Context | None = None
    ) -> Iterator[Span]:
        opening = self._tracer.start_as_current_span(
            name,
            parent,
            kind=_KINDS[kind],
            attributes=dict(attributes),
            # They would tell what exceptions say, which quotes values.
            record_exception=False,
            set_status_on_exception=False,
        )
        with opening as span, structlog.contextvars.bound_contextvars(trace_id=_id_of(span)):
            try:
                yield span
            except Exception as error:
                _fail(span, error)
                raise


def _fail(span: Span, error: BaseException) -> None:
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)


def _id_of(span: Span) -> str:
    return format(span.get_span_context().trace_id, "032x")


def _completed(endpoint: str) -> str:
    return endpoint.rstrip("/") + _PATH if urlsplit(endpoint).path in ("", "/") else endpoint


def _resource() -> Resource:
    named = "OTEL_SERVICE_NAME" in os.environ
    named |= "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create({} if named else {"service.name": "sparekey"})
