"""The endpoint of a process that is traced."""

from opentelemetry.trace import StatusCode, get_current_span
from strawberry.types import ExecutionResult

from schema.context import Context
from schema.masking import UNAVAILABLE, code_of
from server.http.answers import Answer
from server.http.asking import Asked
from server.http.fields import Question
from server.tracing.traces import Traces
from server.view import View

# The server's own trouble, not the asker's.
_OURS = {"INTERNAL", UNAVAILABLE}


def traced(traces: Traces) -> type[View]:
    """An endpoint whose operations are spans, named as in the contract."""

    class Traced(View):
        async def _whole(self, request: Question) -> Answer:
            with traces.request(request):
                return await super()._whole(request)

        async def _executed(self, by_get: bool, asked: Asked, context: Context) -> ExecutionResult:
            span, name = get_current_span(), context.tally.name
            span.update_name(name)
            span.set_attribute("graphql.operation.name", name)
            result = await super()._executed(by_get, asked, context)
            codes = {code_of(error) for error in result.errors or ()}
            if codes:
                span.set_attribute("sparekey.problems", sorted(codes))
            if codes & _OURS:
                span.set_status(StatusCode.ERROR)
            return result

    return Traced
