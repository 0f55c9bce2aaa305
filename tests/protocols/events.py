"""Server-sent events (enisdenjo/graphql-sse, distinct connections), and how sockets are opened."""

from tests.protocols.http import GRAPHQL, JSON, TYPENAME, Wanted, document, post, request, row
from tests.protocols.row import Row

_EVENTS = "text/event-stream"
_ACCEPT = f"Accept: {_EVENTS}"
_WATCH = document("subscription { queueStatus { waiting } }")
_ENDED = Wanted(200, kind=_EVENTS, says="event: complete\r\ndata: \r\n\r\n")
_TOLD = Wanted(200, kind=_EVENTS, says='event: next\r\ndata: {"errors"')
_GRAPHQL, _JSON = Wanted(200, "data", GRAPHQL), Wanted(200, "data", JSON)

_STREAMS = [
    ("a syntax error is told in the stream", post(document("subscription {"), _ACCEPT), _TOLD),
    ("so is a document that is not valid", post(document("{ nobody }"), _ACCEPT), _TOLD),
    ("so is an unknown name", post('{"documentId": "x"}', _ACCEPT), _TOLD),
    ("so is a refusal", post(_WATCH, _ACCEPT), Wanted(200, kind=_EVENTS, says="UNAUTHENTICATED")),
    ("the stream is completed", post(_WATCH, _ACCEPT), _ENDED),
    ("also after an error", post(document("subscription {"), _ACCEPT), _ENDED),
    ("a mutation goes another way", post(document("mutation { logout }"), _ACCEPT), _TOLD),
    ("a query goes another way", post(TYPENAME, _ACCEPT), _TOLD),
    ("a body that is no request is 400", post("[]", _ACCEPT), Wanted(400, "errors", JSON)),
    ("a body of another kind is 415", post(_WATCH, _ACCEPT, kind="text/plain"), Wanted(415)),
    ("never cached", post(_WATCH, _ACCEPT),
     Wanted(200, header=("cache-control", "no-cache, no-transform"))),
    ("any text is events", post(_WATCH, "Accept: text/*"), _ENDED),
    ("weight 0 is no events", post(TYPENAME, f"Accept: {_EVENTS};q=0, {JSON}"), _JSON),
    ("JSON is preferred where it is", post(TYPENAME, f"Accept: {GRAPHQL}, {_EVENTS}"), _GRAPHQL),
    ("events are preferred where they are", post(_WATCH, f"Accept: {_EVENTS}, {JSON};q=0"), _ENDED),
    ("by GET nothing", request("GET /graphql?query=subscription%7Ba%7D", _ACCEPT), _TOLD),
    ("reservations are not made here", request("PUT /graphql", _ACCEPT),
     Wanted(405, "errors", header=("allow", "GET, POST"))),
    ("nor given back", request("DELETE /graphql?operationId=1", _ACCEPT), Wanted(405, "errors")),
]  # fmt: skip

_KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
_VERSION = "Sec-WebSocket-Version: 13"
_PROTOCOL = "Sec-WebSocket-Protocol: graphql-transport-ws"


def _upgrade(*fields: str, line: str = "GET /graphql", version: str = "HTTP/1.1") -> bytes:
    head = request(line, "Upgrade: websocket", *fields, version=version)
    return head.replace(b"Connection: close", b"Connection: Upgrade")


_HANDSHAKES = [
    ("no key", _upgrade(_VERSION, _PROTOCOL), Wanted(400, "errors")),
    ("two keys", _upgrade(_KEY, _KEY, _VERSION, _PROTOCOL), Wanted(400, "errors")),
    ("a short key", _upgrade("Sec-WebSocket-Key: eA==", _VERSION), Wanted(400, "errors")),
    ("a key of rubbish", _upgrade("Sec-WebSocket-Key: \xff", _VERSION), Wanted(400, "errors")),
    ("no version", _upgrade(_KEY, _PROTOCOL), Wanted(400, "errors")),
    ("another version", _upgrade(_KEY, "Sec-WebSocket-Version: 8"), Wanted(400, "errors")),
    ("by POST", _upgrade(_KEY, _VERSION, line="POST /graphql"), Wanted(405, "errors")),
    ("by HTTP/1.0", _upgrade(_KEY, _VERSION, version="HTTP/1.0"), Wanted(400, "errors")),
    ("with a body", _upgrade(_KEY, _VERSION, "Content-Length: 4") + b"null", Wanted(400, "errors")),
    ("with chunks", _upgrade(_KEY, _VERSION, "Transfer-Encoding: chunked"), Wanted(400, "errors")),
    ("another address", _upgrade(_KEY, _VERSION, line="GET /nothing"), Wanted(403, "errors")),
    ("the health's address", _upgrade(_KEY, _VERSION, line="GET /healthz"), Wanted(403, "errors")),
    ("another host", _upgrade(_KEY, _VERSION, "Host: evil.example"), Wanted(421, "errors")),
    ("an address of 9 kB", _upgrade(_KEY, _VERSION, line="GET /graphql?" + "x" * 9_000),
     Wanted(414, "errors")),
    ("a header of 15 kB", _upgrade(_KEY, _VERSION, "X-Long: " + "x" * 15_000),
     Wanted(431, "errors")),
    ("a foreign site", _upgrade(_KEY, _VERSION, "Origin: https://evil.example"),
     Wanted(403, "errors")),
    ("no site at all, by name", _upgrade(_KEY, _VERSION, "Origin: null"), Wanted(403, "errors")),
    ("a foreign site, by what the browser says", _upgrade(
        _KEY, _VERSION, "Sec-Fetch-Site: cross-site"), Wanted(403, "errors")),
    ("a cookie and no site", _upgrade(_KEY, _VERSION, "Cookie: sparekey={token}"),
     Wanted(403, "errors")),
    ("two sites", _upgrade(_KEY, _VERSION, "Origin: {origin}", "Origin: https://evil.example"),
     Wanted(400, "errors")),
]  # fmt: skip

ROWS: list[Row] = [
    *(row(f"events: {name}", "graphql-sse", sent, wanted) for name, sent, wanted in _STREAMS),
    *(row(f"handshake: {name}", "refused", sent, wanted) for name, sent, wanted in _HANDSHAKES),
]
