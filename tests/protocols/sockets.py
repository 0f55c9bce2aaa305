"""graphql-transport-ws by its protocol text (enisdenjo/graphql-ws), and spoken badly."""

import json
import struct

from tests.protocols.row import Row
from tests.protocols.socket import (
    INIT,
    OURS,
    TYPENAME,
    WATCH,
    Closed,
    Frames,
    Hear,
    Say,
    Silent,
    Works,
    row,
    subscribe,
)

_ACK = Hear(type="connection_ack")
_BEGIN = (Say(INIT), _ACK)
_NAMED = Say(INIT | {"payload": {"authorization": "Bearer {token}"}})
_NEXT, _END = Hear(type="next", id="1"), Hear(type="complete", id="1")
_STOP = Say({"id": "1", "type": "complete"})


def _frame(head: int, payload: bytes, length: int | None = None) -> bytes:
    """A masked frame whose first byte is `head`; the mask is of zeros (RFC 6455 §5.2)."""
    size = len(payload) if length is None else length
    if size < 126:
        told = struct.pack("!B", 0x80 | size)
    else:
        told = struct.pack("!BH", 0xFE, size) if size < 65536 else struct.pack("!BQ", 0xFF, size)
    return bytes([head]) + told + b"\0\0\0\0" + payload


_PROTOCOL = [
    row("init", "connection_init is acknowledged", *_BEGIN, Works()),
    row("init null", "payload: null is legal", Say(INIT | {"payload": None}), _ACK, Works()),
    row("init object", "any payload", Say(INIT | {"payload": {"a": [1]}}), _ACK, Works()),
    row("init twice", "4429", *_BEGIN, Say(INIT), Closed(4429)),
    row("init twice at once", "4429", Say(INIT), Say(INIT), Closed(4429)),
    row("no init", "4408 within the waiting time", Closed(4408)),
    row("only pings", "4408 all the same", Say({"type": "ping"}), Closed(4408)),
    row("subscribe first", "4401", Say(subscribe("1", TYPENAME)), Closed(4401)),
    row("complete first", "harmless", _STOP, *_BEGIN, Works()),
    row("no subprotocol", "4406", Closed(4406), protocols=()),
    row("the retired subprotocol", "4406", Closed(4406), protocols=("graphql-ws",)),
    row("another subprotocol", "4406", Closed(4406), protocols=("mqtt", "soap")),
    row("ours among others", "ours", *_BEGIN, Works(), protocols=("graphql-ws", OURS)),
    row("a query", "next, complete", *_BEGIN, Say(subscribe("1", TYPENAME)), _NEXT, _END),
    row("an id again", "free after complete", *_BEGIN,
        *(Say(subscribe("1", TYPENAME)), _NEXT, _END) * 3),
    row("an id in use", "4409", _NAMED, _ACK, Say(subscribe("1", WATCH)), _NEXT,
        Say(subscribe("1", WATCH)), Closed(4409)),
    row("an id in use, by a query", "4409", _NAMED, _ACK, Say(subscribe("1", WATCH)), _NEXT,
        Say(subscribe("1", TYPENAME)), Closed(4409)),
    row("a stopped subscription", "nothing more, and its id is free", _NAMED, _ACK,
        Say(subscribe("1", WATCH)), _NEXT, _STOP, Silent(), Say(subscribe("1", WATCH)), _NEXT),
    row("stopped twice", "harmless", _NAMED, _ACK, Say(subscribe("1", WATCH)), _NEXT, _STOP, _STOP,
        Works()),
    row("stopped at once", "harmless", _NAMED, _ACK, Say(subscribe("1", WATCH)), _STOP, Works()),
    row("an unknown id is stopped", "harmless", *_BEGIN, _STOP, Works()),
    row("a subscription without a session", "an error of its own", *_BEGIN,
        Say(subscribe("1", WATCH)), Hear(type="error", id="1"), Works()),
    row("an error frees the id", "no complete after error", *_BEGIN,
        Say(subscribe("1", {"query": "{"})), Hear(type="error", id="1"), Silent(),
        Say(subscribe("1", TYPENAME)), _NEXT, _END),
    row("21 subscriptions", "20 on one socket", _NAMED, _ACK, *(
        step for n in range(20) for step in (Say(subscribe(f"{n}", WATCH)), Hear(type="next"))),
        Say(subscribe("x", WATCH)), Hear(type="error", id="x")),
    row("ping", "pong", Say({"type": "ping"}), Hear(type="pong")),
    row("ping with a payload", "comes back", Say({"type": "ping", "payload": {"a": 1}}),
        Hear(type="pong", payload={"a": 1})),
    row("ping null", "legal", Say({"type": "ping", "payload": None}), Hear(type="pong")),
    row("pong unasked", "harmless", Say({"type": "pong", "payload": {}}), *_BEGIN, Works()),
    row("null fields", "as good as nothing", *_BEGIN, Say(subscribe("1", TYPENAME | {
        "variables": None, "operationName": None, "extensions": None})), _NEXT, _END),
    row("a mutation", "next, complete", *_BEGIN,
        Say(subscribe("1", {"query": "mutation { logout }"})), _NEXT, _END),
    row("an unknown operation", "an error, the socket stays", *_BEGIN, Say(subscribe(
        "1", {"query": "query A { a: __typename }", "operationName": "B"})),
        Hear(type="error", id="1"), Works()),
    row("which operation", "an error, the socket stays", *_BEGIN, Say(subscribe(
        "1", {"query": "query A { __typename } query B { __typename }"})),
        Hear(type="error", id="1"), Works()),
    row("an unknown document", "an error, the socket stays", *_BEGIN,
        Say(subscribe("1", {"documentId": "sha256:0"})), Hear(type="error", id="1"), Works()),
    row("a variable of the wrong kind", "a result without data", *_BEGIN, Say(subscribe("1", {
        "query": "query Q($id: ID!) { node(id: $id) { id } }", "variables": {"id": [1]}})),
        Hear(type="next", id="1", data=None), _END, Works()),
]  # fmt: skip

_KINDS: tuple[object, ...] = (7, None, True, [], {}, "", "PING")
_IDS: tuple[object, ...] = (None, 7, "", [], {}, True, 1.5)
_NOT_OBJECTS: tuple[object, ...] = ("x", 7, [1], False)

_MESSAGES: list[tuple[str, object]] = [
    *((f"the text {text!r}", text) for text in ("", " ", "nonsense", "{", "{}", "[]", "null")),
    *((f"the text {text!r}", text) for text in ("7", "true", '"ping"', "NaN", "{'type': 1}")),
    ("two messages", '{"type": "ping"}{"type": "ping"}'),
    ("a field twice", '{"type": "ping", "type": "pong"}'),
    ("arrays that never close", "[" * 60_000),
    ("arrays 10,000 deep", '{"type": "ping", "payload": ' + "[" * 10_000 + "]" * 10_000 + "}"),
    ("objects 5,000 deep", '{"type":' * 5_000 + "1" + "}" * 5_000),
    ("an integer of 5,000 digits", '{"type": "ping", "payload": {"a": ' + "9" * 5_000 + "}}"),
    ("1e999", '{"type": "ping", "payload": {"a": 1e999}}'),
    *((f"type {kind!r}", {"type": kind}) for kind in _KINDS),
    *((f"type {kind}", {"type": kind, "id": "1"}) for kind in ("start", "stop", "next", "error")),
    *(
        (f"type {kind}", {"type": kind})
        for kind in ("connection_ack", "connection_terminate", "ka")
    ),
    ("a type of 60 kB", {"type": "x" * 60_000}),
    *((f"ping {value!r}", {"type": "ping", "payload": value}) for value in _NOT_OBJECTS),
    *((f"pong {value!r}", {"type": "pong", "payload": value}) for value in _NOT_OBJECTS),
    *((f"complete {id!r}", {"type": "complete", "id": id}) for id in _IDS),
    ("complete without id", {"type": "complete"}),
    *((f"id {id!r}", subscribe(id, TYPENAME)) for id in _IDS),
    ("an id of 60 kB", subscribe("x" * 60_000, TYPENAME)),
    *((f"payload {value!r}", subscribe("1", value)) for value in (None, *_NOT_OBJECTS, {})),
    *((f"query {value!r}", subscribe("1", {"query": value})) for value in (None, 7, [1], False)),
    *(
        (f"{name} {value!r}", subscribe("1", TYPENAME | {name: value}))
        for name in ("variables", "extensions")
        for value in _NOT_OBJECTS
    ),
    *(
        (f"operationName {v!r}", subscribe("1", TYPENAME | {"operationName": v}))
        for v in _NOT_OBJECTS[1:]
    ),
    ("60 variables", subscribe("1", TYPENAME | {"variables": {f"v{n}": n for n in range(60)}})),
    ("bytes", b"\x00\xff"),
    ("bytes of a message", json.dumps(INIT).encode()),
]

_WIRE = [
    row("text that is no UTF-8", "4400", *_BEGIN, Frames(_frame(0x81, b'{"type": "\xff"}')),
        Closed(4400)),
    row("text that is half UTF-8", "4400", *_BEGIN, Frames(_frame(0x81, b'{"type": "\xc3')),
        Closed(4400)),
    row("a message in pieces", "taken", *_BEGIN, Frames(_frame(0x01, b'{"type":')),
        Frames(_frame(0x80, b'"ping"}')), Hear(type="pong"), Works()),
    row("half a letter to a piece", "taken", Frames(_frame(0x01, b'{"type":"ping","payload":{"\xc3')
        + _frame(0x80, b'\xa4":1}}')), Hear(type="pong", payload={"ä": 1})),
    row("a ping between pieces", "taken", Frames(_frame(0x01, b'{"type":') + _frame(0x89, b"x")
        + _frame(0x80, b'"ping"}')), Hear(type="pong")),
    row("64 kB and more", "1009", *_BEGIN, Say(" " * 66_000), Closed(1009)),
    row("more in pieces", "1009", *_BEGIN, Frames(
        _frame(0x01, b" " * 60_000) + _frame(0x00, b" " * 10_000)), Closed(1009)),
    row("exabytes announced", "1009", *_BEGIN, Frames(_frame(0x81, b"", 2**62)), Closed(1009)),
    row("pieces of nothing", "1009", *_BEGIN, Frames(
        _frame(0x01, b"") + _frame(0x00, b"") * 5_000), Closed(1009)),
    row("not masked", "RFC 6455 §5.1: 1002", *_BEGIN, Frames(b"\x81\x02{}"), Closed(1002)),
    row("reserved bits", "RFC 6455 §5.2: 1002", *_BEGIN, Frames(_frame(0xC1, b"{}")), Closed(1002)),
    row("a reserved opcode", "1002", *_BEGIN, Frames(_frame(0x83, b"{}")), Closed(1002)),
    row("a piece of nothing begun", "1002", *_BEGIN, Frames(_frame(0x80, b"{}")), Closed(1002)),
    row("a ping too long", "1002", *_BEGIN, Frames(_frame(0x89, b"x" * 126)), Closed(1002)),
    row("a ping in pieces", "1002", *_BEGIN, Frames(_frame(0x09, b"x")), Closed(1002)),
    row("a close of one byte", "1002", *_BEGIN, Frames(_frame(0x88, b"\x03")), Closed(1002)),
    row("a close with a code of nobody's", "1002", *_BEGIN, Frames(
        _frame(0x88, struct.pack("!H", 1006))), Closed(1002)),
    row("1,000 pings", "each answered", *_BEGIN, Frames(
        _frame(0x81, b'{"type":"ping"}') * 1_000), *(Hear(type="pong"),) * 1_000, Works()),
    row("1,000 operations", "none lost, none left", *_BEGIN, *(
        step for n in range(1_000) for step in (Say(subscribe(f"{n}", TYPENAME)),
        Hear(type="next"), Hear(type="complete")))),
]  # fmt: skip


def _malformed(name: str, message: object) -> Row:
    return row(name, "4400 at once", *_BEGIN, Say(message), Closed(4400))


ROWS = [*_PROTOCOL, *(_malformed(*one) for one in _MESSAGES), *_WIRE]
