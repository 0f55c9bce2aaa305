"""Rows over HTTP: requests written byte by byte, and what every answer must look like."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.protocols.row import Place, Row, Wrong

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
TYPENAME = '{"query": "{ __typename }"}'
_ALWAYS = (
    *("x-content-type-options", "referrer-policy", "content-security-policy"),
    *("x-frame-options", "cross-origin-resource-policy"),
)
_LARGEST = 300_000

Bytes = bytes | tuple[bytes | float, ...]


@dataclass(frozen=True)
class Answer:
    """One answer, its header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body; None where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Wanted:
    """What must come. `keys`: the body's, exactly. None: says nothing about it."""

    status: int | tuple[int, ...]
    keys: str | None = None
    kind: str | None = None
    header: tuple[str, str | None] | None = None
    says: str = ""


def row(id: str, rule: str, sent: Bytes, wanted: Wanted, never: tuple[str, ...] = ()) -> Row:
    """A row that sends bytes; `{origin}`, `{host}` and `{token}` stand for the server's own."""

    async def try_at(place: Place) -> None:
        answer = await exchange(place, sent)
        check(answer, wanted)
        told = [words for words in never if words.encode() in answer.body]
        _look(not told, answer, f"nothing of {told}")

    return Row(id, rule, try_at)


def post(body: str | bytes, *fields: str, kind: str = JSON, to: str = "/graphql") -> bytes:
    """A POST with its length."""
    content = body if isinstance(body, bytes) else body.encode()
    head = (f"Content-Type: {kind}",) if kind else ()
    return request(f"POST {to}", *head, f"Content-Length: {len(content)}", *fields) + content


def get(query: str, *fields: str) -> bytes:
    """A GET with that query string."""
    return request(f"GET /graphql?{query}", *fields)


def request(line: str, *fields: str, version: str = "HTTP/1.1") -> bytes:
    """A request's head; the connection ends with the answer."""
    lines = [f"{line} {version}", *fields, "Connection: close"]
    if not any(one.lower().startswith("host:") for one in fields):
        lines.insert(1, "Host: {host}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def document(text: str, **others: Any) -> str:
    """A request's body."""
    return json.dumps({"query": text, **others})


async def exchange(place: Place, sent: Bytes) -> Answer:
    """Send, with pauses of so many seconds, and read to the end."""
    pieces = sent if isinstance(sent, tuple) else (sent,)
    async with asyncio.timeout(place.patience):
        reader, writer = await asyncio.open_connection(place.host, place.port)
        try:
            writing = asyncio.ensure_future(_write(place, writer, pieces))
            answer = _parsed(await _read(reader))
            writing.cancel()
            return answer
        finally:
            writer.close()


def check(answer: Answer, wanted: Wanted) -> None:
    """Raises Wrong where the answer is not what was wanted, or not what each must be."""
    statuses = wanted.status if isinstance(wanted.status, tuple) else (wanted.status,)
    _look(answer.status in statuses, answer, f"status {wanted.status}")
    if wanted.keys is not None:
        _look(set(answer.json) == set(wanted.keys.split()), answer, f"keys {wanted.keys}")
    kind = answer.headers.get("content-type", "").split(";")[0]
    _look(wanted.kind in (None, kind), answer, f"type {wanted.kind}")
    if wanted.header:
        name, value = wanted.header
        _look(answer.headers.get(name) == value, answer, f"{name}: {value}")
    _look(wanted.says.encode() in answer.body, answer, wanted.says)
    missing = [name for name in _ALWAYS if name not in answer.headers]
    _look(not missing, answer, f"headers {missing}")
    _look(len(answer.body) < _LARGEST, answer, "a body of moderate size")
    if answer.status >= 400 and answer.body:
        _look(bool(answer.json["errors"][0]["message"]), answer, "errors with messages")


def _look(fits: bool, answer: Answer, wanted: str) -> None:
    if not fits:
        kind = answer.headers.get("content-type")
        seen = f"{answer.status} {kind} {answer.body[:200]!r}"
        raise Wrong(f"wanted {wanted}, got {seen}")


async def _write(place: Place, writer: asyncio.StreamWriter, pieces: tuple[Any, ...]) -> None:
    with suppress(ConnectionError):
        for piece in pieces:
            if isinstance(piece, float):
                await asyncio.sleep(piece)
                continue
            writer.write(_filled(place, piece))
            await writer.drain()
            # A write that fails forgets what came: each lets the answer be read first.
            await asyncio.sleep(0)


def _filled(place: Place, piece: bytes) -> bytes:
    names = {"host": f"{place.host}:{place.port}", "origin": place.origin, "token": place.token}
    for name, value in names.items():
        piece = piece.replace(f"{{{name}}}".encode(), value.encode())
    return piece


async def _read(reader: asyncio.StreamReader) -> bytes:
    read = bytearray()
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            read += piece
    return bytes(read)


def _whole(chunks: bytes) -> bytes:
    whole = b""
    while chunks:
        length, _, rest = chunks.partition(b"\r\n")
        whole, chunks = whole + rest[: int(length, 16)], rest[int(length, 16) + 2 :]
    return whole


def _parsed(said: bytes) -> Answer:
    while said.startswith(b"HTTP/1.1 100"):
        said = said.partition(b"\r\n\r\n")[2]
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first:
        raise Wrong("The connection was closed without an answer.")
    headers = dict(line.split(": ", 1) for line in lines)
    lowered = {name.lower(): value for name, value in headers.items()}
    if lowered.get("transfer-encoding") == "chunked":
        body = _whole(body)
    return Answer(int(first.split()[1]), lowered, body)
