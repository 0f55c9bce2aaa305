"""Usual questions past the layers: what one connection says again is not taken for another."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from models.signing_in import session
from server.http.usual import Heads
from server.view import View
from tests.server.test_usual import BODY, answered, at_host, request
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running


class Line:
    """One connection, on which one question follows the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, served: Running) -> "Line":
        """A new one."""
        at = urlsplit(served.url)
        return cls(*await asyncio.open_connection(at.hostname, at.port))

    async def ask(self, data: bytes) -> tuple[dict[str, str], Any]:
        """The head of the answer by names, its status as `status`, and its body."""
        self._writer.write(data)
        async with asyncio.timeout(5):
            first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            head = dict(line.split(": ", 1) for line in lines if line)
            body = await self._reader.readexactly(int(head["content-length"]))
        return head | {"status": first.split(" ")[1]}, json.loads(body)

    def close(self) -> None:
        """No more questions."""
        self._writer.close()


def asking(served: Running, query: str, *more: bytes) -> bytes:
    """A question of ours, in one piece."""
    body = json.dumps({"query": query}).encode()
    length = b"Length: %d" % len(body)
    return at_host(served, request(*more, body=body).replace(b"Length: 26", length))


class TestHeads:
    def test_of_the_same_words_are_one(self) -> None:
        heads = Heads()
        first = heads.of(request())
        assert first and heads.of(request(body=BODY.replace(b"_", b" "))) is first
        assert heads.of(request(b"X-A: 1")) is not first and heads.of(request()) is first

    def test_are_few(self) -> None:
        heads = Heads()
        first = heads.of(request())
        for n in range(10):
            heads.of(request(b"X-A: %d" % n))
            if n < 3:
                assert heads.of(request()) is first
        assert heads.of(request()) is not first

    def test_are_short(self) -> None:
        heads, long = Heads(), request(b"X-A: " + b"a" * 2048)
        assert heads.of(long) and heads.of(long) is not heads.of(long)

    @pytest.mark.parametrize("body", [BODY[:-1], BODY + b" ", b"", BODY + request()])
    def test_are_those_of_whole_requests(self, body: bytes) -> None:
        heads = Heads()
        assert heads.of(request())
        assert heads.of(request(body=body)) is None
        assert heads.of(request())


@on_sqlite
class TestOneConnection:
    async def test_answers_each_question_for_itself(self, served: Running) -> None:
        line = await Line.to(served)
        for name in ("a", "b", "c", "a"):
            _, body = await line.ask(asking(served, f"{{ {name}: __typename }}"))
            assert body == {"data": {name: "Query"}}
        line.close()

    async def test_gives_each_answer_an_id_of_its_own(self, served: Running) -> None:
        line = await Line.to(served)
        answers = [await line.ask(asking(served, "{ a: __typename }")) for _ in range(200)]
        assert len({head["x-request-id"] for head, _ in answers}) == 200
        given = asking(served, "{ a: __typename }", b"X-Request-Id: my-own.id_1")
        assert [(await line.ask(given))[0]["x-request-id"] for _ in range(2)] == ["my-own.id_1"] * 2
        line.close()

    async def test_of_several_people_takes_none_for_another(
        self, served: Running, clock: Clock
    ) -> None:
        tokens = {}
        for email in ("ada@example.com", "bob@example.com"):
            person = people.Person(served, clock, email, served.program())
            await person.register()
            tokens[email] = (await person.login())["token"]
        line = await Line.to(served)
        for _ in range(3):
            for email, token in tokens.items():
                bearer = b"Authorization: Bearer " + token.encode()
                _, body = await line.ask(asking(served, "{ viewer { email } }", bearer))
                assert body == {"data": {"viewer": {"email": email}}}
            _, body = await line.ask(asking(served, "{ viewer { email } }"))
            assert body == {"data": {"viewer": None}}
        line.close()

    async def test_does_not_outlive_its_session(self, served: Running, clock: Clock) -> None:
        person = people.Person(served, clock, "ada@example.com", served.program())
        await person.register()
        bearer = b"Authorization: Bearer " + (await person.login())["token"].encode()
        line, viewer = await Line.to(served), asking(served, "{ viewer { email } }", bearer)
        assert (await line.ask(viewer))[1]["data"]["viewer"]
        assert (await line.ask(asking(served, "mutation { logout }", bearer)))[1]["data"]["logout"]
        assert (await line.ask(viewer))[1] == {"data": {"viewer": None}}
        line.close()


@on_sqlite
class TestAsTheLayersDo:
    @pytest.mark.parametrize(
        "more",
        [
            *((b"Accept: application/json;q=0",), (b"Accept: text/event-stream;q=0.1, */*",)),
            *((b"X-Request-Id: no",), (b"Cookie: a=b", b"Sec-Fetch-Site: cross-site")),
            (b"Cookie: sparekey=nonsense", b"Sec-Fetch-Site: same-origin"),
            (b"Cookie: sparekey=nonsense", b"Origin: https://elsewhere.example"),
            (b"Accept-Language: de", b"User-Agent: \x7f"),
        ],
    )
    async def test_it_is_answered(self, served: Running, more: tuple[bytes, ...]) -> None:
        data = at_host(served, request(*more))
        short = await answered(served, data)
        assert short == await answered(served, data[:40], data[40:])

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"[]", b"{", b"null", b'{"query":1}', b'{"query":""}', b'{"query":"{"}'),
            *(b'{"query":"{ nobody }"}', b'{"documentId":"sha256:0"}', b'{"query":"query A"}'),
            b'{"query":"subscription { queueStatus { waiting } }"}',
            b'{"query":"{ node(id: 7) { id } }"}',
            b'{"query":"{ a: __typename ","query":"b: __typename }"}',
            b"\xff",
        ],
    )
    async def test_what_is_wrong_is_told(self, served: Running, body: bytes) -> None:
        length = b"Length: %d" % len(body)
        data = at_host(served, request(body=body).replace(b"Length: 26", length))
        short = await answered(served, data)
        assert short == await answered(served, data[:40], data[40:])

    async def test_a_crash_is_told_as_one(
        self, served: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def crash(*_: object) -> None:
            raise OSError("ada@example.com")

        monkeypatch.setattr(View, "answer", crash)
        line = await Line.to(served)
        with structlog.testing.capture_logs() as logged:
            head, body = await line.ask(at_host(served, request()))
        line.close()
        extensions = {"code": "INTERNAL", "requestId": head["x-request-id"]}
        assert head["status"] == "500" and head["cache-control"] == "no-store"
        assert body == {"errors": [{"message": "Something went wrong.", "extensions": extensions}]}
        assert "ada@" not in str(logged)
        assert [(one["event"], one.get("status")) for one in logged] == [
            ("crashed", None),
            ("request", 500),
        ]

    async def test_it_is_logged(self, served: Running) -> None:
        data = at_host(served, request())
        with structlog.testing.capture_logs() as short:
            await answered(served, data)
        with structlog.testing.capture_logs() as long:
            await answered(served, data[:40], data[40:])
        for one in (*short, *long):
            assert one.pop("ms") >= 0
        assert (
            short
            == long
            == [
                {
                    "event": "request",
                    "log_level": "info",
                    "method": "POST",
                    "path": "/graphql",
                    "status": 200,
                }
            ]
        )

    async def test_what_it_does_is_known_by_its_id(
        self, served: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[object] = []

        async def find(*_: object) -> None:
            seen.append(structlog.contextvars.get_contextvars()["request_id"])

        monkeypatch.setattr(session, "find", find)
        line = await Line.to(served)
        head, _ = await line.ask(at_host(served, request(b"Authorization: Bearer abc")))
        line.close()
        assert seen == [head["x-request-id"]]
