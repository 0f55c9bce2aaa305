"""Whether this process is traced. What that takes is an extra of the package."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.settings import Settings
from server.view import View

if TYPE_CHECKING:
    from server.tracing.traces import Traces


def faults(settings: Settings) -> Iterator[str]:
    """Why these settings cannot be met."""
    if settings.tracing is None:
        return
    try:
        import opentelemetry.exporter.otlp.proto.http
        import opentelemetry.sdk.trace  # noqa: F401 # that it is there is all we want to know
    except ImportError:
        yield "SPAREKEY_TRACING: needs more than is installed. Run: pip install 'sparekey[tracing]'"


def traces(settings: Settings) -> "Traces | None":
    """What traces this process."""
    if settings.tracing is None:
        return None
    from server.tracing.traces import Traces

    return Traces(None if settings.tracing == "otel" else settings.tracing)


def view(traces: "Traces | None") -> type[View]:
    """The endpoint for it: a traced one is another, so that this one has nothing to ask."""
    if traces is None:
        return View
    from server.tracing.view import traced

    return traced(traces)
