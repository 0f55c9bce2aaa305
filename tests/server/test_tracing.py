"""What a collector of traces is told, and what it must never be."""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from models.storage import database
from server.settings import Unsettled, read
from tests.conftest import StartProcess
from tests.support import people
from tests.support.clock import Clock
from tests.support.collector import Collector, attributes, collecting
from tests.support.operations import operation
from tests.support.process import free_port
from tests.support.served import Running, running

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
VIEWER = operation("Viewer").payload({})


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture
def place(database_url: str, tmp_path: Path, secret_keys: str, collector: Collector) -> "Place":
    return Place(database_url, tmp_path, secret_keys, collector.url)


class Place:
    """A server that is traced: all has been told when the block is over."""

    def __init__(self, database_url: str, folder: Path, secret_keys: str, url: str) -> None:
        self._database, self._folder, self._keys = database_url, folder, secret_keys
        self._url = url

    @asynccontextmanager
    async def serving(self, tracing: str | None = None) -> AsyncIterator[Running]:
        traced = {"TRACING": tracing or self._url}
        async with running(self._database, self._folder, self._keys, **traced) as served:
            yield served


def statements(collector: Collector, parent: Span) -> list[str]:
    found = [attributes(one) for one in collector.within(parent)]
    return [one["db.query.text"] for one in found if "db.query.text" in one]


class TestOperation:
    async def test_within_the_callers_span(self, place: Place, collector: Collector) -> None:
        async with place.serving() as served:
            answer = await served.program().http.post("/graphql", json=VIEWER, headers=PARENT)
            assert answer.status_code == 200
        (span,) = collector.named("Viewer")
        assert span.kind == Span.SPAN_KIND_SERVER
        assert span.trace_id.hex() == TRACE and span.parent_span_id.hex() == CALLER
        assert attributes(span) == {"graphql.operation.name": "Viewer"}
        assert collector.paths == {"/v1/traces"} and collector.services == {"sparekey"}

    @pytest.mark.parametrize("given", [{}, {"traceparent": "00-0-0-zz"}, {"tracestate": "a=1"}])
    async def test_alone(self, place: Place, collector: Collector, given: dict[str, str]) -> None:
        async with place.serving() as served:
            await served.program().http.post("/graphql", json=VIEWER, headers=given)
        (span,) = collector.named("Viewer")
        assert span.parent_span_id == b"" and span.trace_id.hex() not in ("", TRACE)

    async def test_what_takes_its_time(
        self, place: Place, collector: Collector, clock: Clock
    ) -> None:
        async with place.serving() as served:
            ada = await people.customer(served, clock)
            await ada.client.run("Viewer")
        login = collector.named("Login")[0]
        hashing = [one for one in collector.within(login) if one.name == "hash password"]
        assert len(hashing) == 1
        assert login.start_time_unix_nano <= hashing[0].start_time_unix_nano
        assert hashing[0].end_time_unix_nano <= login.end_time_unix_nano
        assert statements(collector, login)
        (viewer,) = collector.named("Viewer")
        assert statements(collector, viewer), "its session was looked up"

    async def test_a_document_of_ones_own(self, place: Place, collector: Collector) -> None:
        async with place.serving() as served:
            await served.program().post({"query": "query Apfelmus { __typename }"})
        assert len(collector.named("other")) == 1
        assert b"Apfelmus" not in collector.raw

    async def test_over_a_socket(self, place: Place, collector: Collector) -> None:
        async with place.serving() as served, served.program().subscribe("Viewer") as answers:
            await answers.next()
            await answers.completed()
        (span,) = collector.named("Viewer")
        assert span.kind == Span.SPAN_KIND_SERVER

    async def test_a_problem_and_a_crash(self, place: Place, collector: Collector) -> None:
        async with place.serving() as served:
            client = served.program()
            await client.errors("QueueStatus")
            rename = "ALTER TABLE throttle RENAME TO elsewhere"
            await database.connection().execute_script(rename)
            await client.errors("Login", email="ada@example.com", password="x", delivery="BEARER")
        (refused,) = collector.named("QueueStatus")
        assert refused.status.code == Status.STATUS_CODE_UNSET
        (crashed,) = collector.named("Login")
        assert crashed.status.code == Status.STATUS_CODE_ERROR
        failed = [one for one in collector.within(crashed) if one.status.code == 2]
        assert failed and all("error.type" in attributes(one) for one in failed)
        assert not [one for one in collector.spans if one.events or one.status.message]


class TestBeside:
    async def test_mails(self, place: Place, collector: Collector, clock: Clock) -> None:
        async with place.serving() as served:
            ada = await people.newcomer(served, clock)
            await ada.letter()
        (span,) = collector.named("deliver mail")
        assert span.kind == Span.SPAN_KIND_CLIENT
        assert attributes(span) == {"mail": "REGISTERED"}

    async def test_rounds_are_not_told(self, place: Place, collector: Collector) -> None:
        async with place.serving() as served:
            await served.program().run("Viewer")
        assert {span.name for span in collector.spans} == {"Viewer"}


class TestPersonalData:
    async def test_none_is_told(self, place: Place, collector: Collector, clock: Clock) -> None:
        async with place.serving() as served:
            ada = await people.customer(served, clock, client=served.program())
            bearer = ada.client.bearer
            await ada.client.run("Viewer")
            await ada.request_reset(message="I dropped my phone into the duct")
            await ada.letter()
        assert len(collector.spans) > 20
        phone = ada.phone.secret if ada.phone else ""
        told = (ada.email, "ada@", ada.password, ada.serial_number, phone, bearer, "duct",
                ada.used_code(), "127.0.0.1", "httpx")  # fmt: skip
        for one in told:
            assert one and one.encode() not in collector.raw, one

    async def test_no_value_of_a_statement(self, place: Place, collector: Collector) -> None:
        async with place.serving() as served:
            await served.program().run("Viewer")
        texts = [attributes(span).get("db.query.text", "") for span in collector.spans]
        assert not [text for text in texts if "'" in text]


class TestProcess:
    @pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
    async def test_its_log_names_the_trace(
        self, start_process: StartProcess, collector: Collector
    ) -> None:
        server = await start_process(TRACING=collector.url)
        client = server.program()
        await client.http.post("/graphql", json=VIEWER, headers=PARENT)
        await client.post(VIEWER)
        await server.stop()
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
        requests = [one for one in lines if one.get("path") == "/graphql"]
        told = [span.trace_id.hex() for span in collector.named("Viewer")]
        assert [one["trace_id"] for one in requests] == told
        assert told[0] == TRACE and told[1] != TRACE
        others = [one for one in lines if one.get("path") == "/readyz"]
        assert others and not [one for one in others if "trace_id" in one]


class TestSetting:
    async def test_by_opentelemetrys_variables(
        self, place: Place, collector: Collector, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"{collector.url}/here")
        monkeypatch.setenv("OTEL_SERVICE_NAME", "sparekey-eu")
        async with place.serving("otel") as served:
            await served.program().run("Viewer")
        assert collector.paths == {"/here/v1/traces"} and collector.services == {"sparekey-eu"}

    async def test_a_whole_address(self, place: Place, collector: Collector) -> None:
        async with place.serving(f"{collector.url}/otlp/traces") as served:
            await served.program().run("Viewer")
        assert collector.paths == {"/otlp/traces"}

    async def test_nobody_collects(self, place: Place) -> None:
        started = time.perf_counter()
        async with place.serving(f"http://127.0.0.1:{free_port()}") as served:
            await served.program().run("Viewer")
        assert time.perf_counter() - started < 15, "the end is not held up"

    @pytest.mark.parametrize("value", ["on", "ftp://127.0.0.1", "127.0.0.1:4318"])
    def test_what_is_no_address(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("SPAREKEY_TRACING", value)
        with pytest.raises(Unsettled) as refused:
            read()
        assert refused.value.faults[0].startswith("SPAREKEY_TRACING: must be an address")

    def test_without_the_extra(self) -> None:
        said = _python(
            "import sys; sys.modules['opentelemetry'] = None\n"
            "from server import readiness, settings\n"
            "try: readiness.require(settings.Settings(tracing='otel'))\n"
            "except settings.Unsettled as refused: print(refused)"
        )
        assert said.strip() == (
            "SPAREKEY_TRACING: needs more than is installed. Run: pip install 'sparekey[tracing]'"
        )

    def test_without_it_nothing_of_it_is_loaded(self) -> None:
        said = _python(
            "import sys; sys.modules['opentelemetry'] = None\n"
            "import server.app\n"
            "from server import readiness, settings\n"
            "readiness.require(settings.Settings())\n"
            "from models import spans; print(spans._opener.now)"
        )
        assert said.strip() == "None"


def _python(text: str) -> str:
    command = [sys.executable, "-c", text]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
