"""The short way of usual requests: only what h11 reads alike, and answered alike."""

import asyncio
import re
from urllib.parse import urlsplit

import h11
import pytest

from server.http import usual
from server.http.limits import BODY_BYTES
from tests.support.databases import on_sqlite
from tests.support.served import Running

BODY = b'{"query":"{ __typename }"}'
LINE = b"POST /graphql HTTP/1.1"
FIELDS = (b"Host: localhost", b"Content-Type: application/json", b"Content-Length: 26")
# Each answer has its own.
_OWN = re.compile(rb"(date|x-request-id): [^\r]*\r\n", re.IGNORECASE)


def request(*more: bytes, line: bytes = LINE, body: bytes = BODY) -> bytes:
    """A request of these fields, in one piece."""
    return b"\r\n".join([line, *FIELDS, *more, b"", body])


def by_h11(data: bytes) -> tuple[list[usual.Header], bytes]:
    """The fields and the body as h11 reads them; fails where it waits or refuses."""
    reader = h11.Connection(h11.SERVER)
    reader.receive_data(data)
    head, body, read = reader.next_event(), b"", reader.next_event()
    while isinstance(read, h11.Data):
        body += read.data
        read = reader.next_event()
    assert isinstance(head, h11.Request) and isinstance(read, h11.EndOfMessage)
    assert reader.trailing_data == (b"", False)
    return [(bytes(name), bytes(value)) for name, value in head.headers], body


async def answered(served: Running, *pieces: bytes, answers: int = 1) -> bytes:
    """All that is answered, without what differs each time."""
    at = urlsplit(served.url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    found = b""
    async with asyncio.timeout(5):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)
        while found.count(b"HTTP/1.1 ") < answers or not found.endswith(b"}"):
            piece = await reader.read(65536)
            if not piece:
                break
            found += piece
    writer.close()
    return _OWN.sub(b"", found)


def at_host(served: Running, data: bytes) -> bytes:
    """The same request to the name that the server goes by."""
    return data.replace(b"localhost", urlsplit(served.url).netloc.encode())


class TestReading:
    @pytest.mark.parametrize(
        "more",
        [
            *(
                (),
                (b"Accept: */*", b"X-Empty:", b"X-Blanks:   a  b   "),
                (b"connection: Keep-Alive",),
            ),
            (b"!#$%&'*+-.^_`|~09aZ: :\"(),/;<=>?@[\\]{}",),
            (b"Cookie: sparekey=a; b=c",),
        ],
    )
    def test_as_h11_does(self, more: tuple[bytes, ...]) -> None:
        data = request(*more)
        head = usual.read(data)
        assert head and (head.headers, data[len(head.raw) :]) == by_h11(data)

    @pytest.mark.parametrize(
        "more",
        [
            *((b"Host: b",), (b"Accept: a", b"ACCEPT: b"), (b"Content-Length: 26",)),
            *((b"Transfer-Encoding: chunked",), (b"Expect: 100-continue",), (b"Upgrade: h2c",)),
            *((b"Connection: close",), (b"Connection: keep-alive, TE",), (b"Trailer: x",)),
            *((b"X : a",), (b" X: a",), (b"X: a\r\n b",), (b"X: a\tb",), (b"X: \xc3\xa4",)),
            *((b"X: a\x00",), (b"X: a\rb",), (b"X: a\nb",), (b"X",), (b": a",), (b"X\x7f: a",)),
        ],
    )
    def test_nothing_odd(self, more: tuple[bytes, ...]) -> None:
        assert usual.read(request(*more)) is None

    @pytest.mark.parametrize(
        "line",
        [
            *(b"GET /graphql HTTP/1.1", b"POST /graphql HTTP/1.0", b"post /graphql HTTP/1.1"),
            *(b"POST /graphql?a=b HTTP/1.1", b"POST /other HTTP/1.1", b"POST  /graphql HTTP/1.1"),
            *(b"POST http://a/graphql HTTP/1.1", b" POST /graphql HTTP/1.1", b"\r\n" + LINE),
        ],
    )
    def test_no_other_line(self, line: bytes) -> None:
        assert usual.read(request(line=line)) is None

    @pytest.mark.parametrize("body", [BODY[:-1], BODY + b" ", b"", BODY + request()])
    def test_no_other_length(self, body: bytes) -> None:
        assert usual.read(request(body=body)) is None

    @pytest.mark.parametrize("length", [b"", b"-1", b"+26", b"26, 26", b"0x1a", b"026000", b"2_6"])
    def test_no_strange_length(self, length: bytes) -> None:
        assert usual.read(request().replace(b"Length: 26", b"Length: " + length)) is None

    def test_no_missing_host(self) -> None:
        assert usual.read(request().replace(b"Host: localhost\r\n", b"")) is None

    def test_no_half_of_one(self) -> None:
        data = request()
        assert all(usual.read(data[:end]) is None for end in range(len(data)))

    def test_long_rubbish_takes_no_long_look(self) -> None:
        for filler in (b" ", b"a", b":", b"a: \r\n"):
            assert usual.read(LINE + b"\r\nX: " + filler * 20_000 + b"\x00") is None


@on_sqlite
class TestAnswering:
    @pytest.mark.parametrize(
        "more",
        [
            *(
                (),
                (b"Accept: application/json",),
                (b"Accept: text/plain",),
                (b"Accept: text/html",),
            ),
            *((b"Origin: https://elsewhere.example",), (b"Content-Encoding: gzip",)),
            *((b"Authorization: Bearer nonsense",), (b"Cookie: sparekey=nonsense",)),
        ],
    )
    async def test_as_the_long_way(self, served: Running, more: tuple[bytes, ...]) -> None:
        data = at_host(served, request(*more))
        short = await answered(served, data)
        assert short.startswith(b"HTTP/1.1 ") and short.endswith(b"}")
        assert short == await answered(served, data[:40], data[40:])

    async def test_under_a_name_that_is_not_ours(self, served: Running) -> None:
        data = request().replace(b"localhost", b"elsewhere.example")
        short = await answered(served, data)
        assert short.startswith(b"HTTP/1.1 421 ") and b"connection: close" in short
        assert short == await answered(served, data[:40], data[40:])

    async def test_one_after_the_other_and_all_at_once(self, served: Running) -> None:
        data = at_host(served, request())
        one = await answered(served, data)
        assert await answered(served, data, data, data, answers=3) == one * 3
        assert await answered(served, data * 3, answers=3) == one * 3
        # The second comes while the first is answered, and by another way.
        assert await answered(served, data, data[:40], data[40:], answers=2) == one * 2

    async def test_one_that_comes_while_another_is_answered(self, served: Running) -> None:
        data = at_host(served, request())
        at = urlsplit(served.url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        for _ in range(50):
            writer.write(data)
            await asyncio.sleep(0)
        found = b""
        async with asyncio.timeout(5):
            while found.count(b'"Query"') < 50:
                found += await reader.read(65536)
        assert found.count(b"HTTP/1.1 200 OK") == 50
        writer.close()

    async def test_a_body_that_is_too_large(self, served: Running) -> None:
        body = b" " * (BODY_BYTES + 1)
        data = at_host(served, request(body=body)).replace(b"26", str(len(body)).encode(), 1)
        assert (await answered(served, data)).startswith(b"HTTP/1.1 413 ")

    async def test_a_connection_that_says_nothing_more_is_closed(self, served: Running) -> None:
        at = urlsplit(served.url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        async with asyncio.timeout(12):
            for _ in range(2):
                writer.write(at_host(served, request()))
                await reader.readuntil(b"}}")
                await asyncio.sleep(1)
            assert await reader.read() == b""
        writer.close()
