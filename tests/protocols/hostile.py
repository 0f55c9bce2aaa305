"""Hostile requests over HTTP: sizes, times, smuggling, JSON and encodings."""

import gzip
import json

from tests.protocols.http import JSON, TYPENAME, Bytes, Wanted, document, get, post, request, row
from tests.protocols.row import Row

_DATA = Wanted(200, "data")
_NO_HTTP = Wanted(400, "errors")
_HEAD = ("Content-Type: application/json",)
_CHUNKED = request("POST /graphql", *_HEAD, "Transfer-Encoding: chunked")
_CHUNK = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
_WHOLE = TYPENAME.encode()


def _announced(length: object, *fields: str) -> bytes:
    return request("POST /graphql", *_HEAD, f"Content-Length: {length}", *fields)


def _of(value: str) -> str:
    return f'{{"query": "{{ __typename }}", "variables": {{"a": {value}}}}}'


_TOO_LARGE = Wanted(413, "errors")
SIZES: list[tuple[str, Bytes, Wanted]] = [
    ("64 kB", post(_WHOLE + b" " * (65536 - len(_WHOLE))), _DATA),
    ("a byte more", post(_WHOLE + b" " * (65537 - len(_WHOLE))), _TOO_LARGE),
    ("32 MB", post(b" " * 32_000_000), _TOO_LARGE),
    ("32 MB announced, none sent", _announced(32_000_000, "Expect: 100-continue"), _TOO_LARGE),
    ("chunked", _CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(_WHOLE), _WHOLE), _DATA),
    ("chunked, 80 kB", _CHUNKED + _CHUNK * 5 + b"0\r\n\r\n", _TOO_LARGE),
    ("chunked without end", (_CHUNKED, *(_CHUNK for _ in range(2_000))), _TOO_LARGE),
    ("chunked byte by byte", _CHUNKED + b"1\r\n \r\n" * 70_000, _TOO_LARGE),
    ("to a page that is not", post(b" " * 100_000, to="/nothing"), _TOO_LARGE),
    ("a query of 60 kB", post(document("{" + "a" * 60_000 + "}")), Wanted(400, "errors")),
    ("a name of 60 kB", post(document("{ a: __typename " + "b" * 60_000 + ": __typename }")),
     Wanted(400, "errors", says="too long")),
    ("a string of 60 kB", post(document('{ node(id: "' + "x" * 60_000 + '") { id } }')),
     Wanted(200, "data errors")),
    ("a comment of 60 kB", post(document("{ __typename } #" + "x" * 60_000)), _DATA),
    ("operationName of 60 kB", post(document("{ __typename }", operationName="x" * 60_000)),
     Wanted(400, "errors")),
    ("documentId of 60 kB", post(json.dumps({"documentId": "x" * 60_000})), Wanted(400, "errors")),
    ("an address of 9 kB", get("query=" + "x" * 9_000), Wanted(414, "errors")),
    ("a path of 9 kB", request("GET /" + "x" * 9_000), Wanted(414, "errors")),
    ("an address of 64 kB", get("query=" + "x" * 64_000), Wanted((414, 431), "errors")),
    ("a header of 17 kB", post(TYPENAME, "X-Long: " + "x" * 17_000), Wanted(431, "errors")),
    ("a header of 200 kB", post(TYPENAME, "X-Long: " + "x" * 200_000), Wanted(431, "errors")),
    ("110 headers", post(TYPENAME, *(f"X-{n}: 1" for n in range(110))), Wanted(431, "errors")),
    ("5,000 headers", post(TYPENAME, *(f"X-{n}: 1" for n in range(5_000))), Wanted(431, "errors")),
    ("a cookie of 15 kB", post(TYPENAME, "Cookie: a=" + "x" * 15_000), _DATA),
    ("Accept of 15 kB", post(TYPENAME, "Accept: " + "a/b;q=0.1," * 1_500), Wanted(406, "errors")),
    ("Accept-Language of 15 kB", post(TYPENAME, "Accept-Language: " + "de;q=0.1," * 1_600), _DATA),
    ("User-Agent of 15 kB", post(TYPENAME, "User-Agent: " + "x" * 15_000), _DATA),
    ("X-Forwarded-For of 15 kB", post(TYPENAME, "X-Forwarded-For: " + "1.2.3.4," * 1_900), _DATA),
    ("gzip", post(gzip.compress(_WHOLE), "Content-Encoding: gzip"), Wanted(415, "errors")),
    ("a bomb", post(gzip.compress(b" " * 10_000_000), "Content-Encoding: gzip"),
     Wanted(415, "errors")),
    ("deflate, br", post(_WHOLE, "Content-Encoding: deflate, br"), Wanted(415, "errors")),
    ("identity", post(_WHOLE, "Content-Encoding: identity"), _DATA),
]  # fmt: skip

_SLOW = Wanted(408, "errors")
TIMES: list[tuple[str, Bytes, Wanted]] = [
    ("headers never end", (request("GET /graphql")[:-2], 60.0), _SLOW),
    ("headers line by line",
     (b"GET / HTTP/1.1\r\n", *(p for n in range(40) for p in (b"X-%d: 1\r\n" % n, 0.5))), _SLOW),
    ("half a request line", (b"POST /gra", 60.0), _SLOW),
    ("a body never comes", (_announced(100), 60.0), _SLOW),
    ("a body byte by byte", (_announced(100), *(p for _ in range(40) for p in (b" ", 0.5))), _SLOW),
    ("a chunk never ends", (_CHUNKED + b"4000\r\n ", 60.0), _SLOW),
    ("chunks never end", (_CHUNKED, *(p for _ in range(40) for p in (b"1\r\n \r\n", 0.5))), _SLOW),
    ("slow, but in time", (_announced(len(_WHOLE)), 0.1, _WHOLE[:9], 0.1, _WHOLE[9:]), _DATA),
]  # fmt: skip

SMUGGLED: list[tuple[str, Bytes, Wanted]] = [
    ("length and coding", _announced(4, "Transfer-Encoding: chunked") + b"0\r\n\r\n", _NO_HTTP),
    ("coding and length", request("POST /graphql", *_HEAD, "Transfer-Encoding: chunked",
                                  "Content-Length: 4") + b"0\r\n\r\n", _NO_HTTP),
    ("two lengths", _announced(4, "Content-Length: 5") + b"null1", _NO_HTTP),
    ("a list of lengths", _announced("4, 5") + b"null", _NO_HTTP),
    ("a negative length", _announced(-1), _NO_HTTP),
    ("a length with a sign", _announced("+4") + b"null", _NO_HTTP),
    ("a length in hex", _announced("0x4") + b"null", _NO_HTTP),
    ("a length of 30 digits", _announced("9" * 30), Wanted(400, "errors")),
    ("a length of words", _announced("four"), _NO_HTTP),
    ("a coding of another name",
     request("POST /graphql", *_HEAD, "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", _NO_HTTP),
    ("a coding with a tab",
     request("POST /graphql", *_HEAD, "Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n", _NO_HTTP),
    ("two codings", request("POST /graphql", *_HEAD, "Transfer-Encoding: chunked",
                            "Transfer-Encoding: identity") + b"0\r\n\r\n", _NO_HTTP),
    ("a chunk's length is no number", _CHUNKED + b"zz\r\n", _NO_HTTP),
    ("a chunk's length is negative", _CHUNKED + b"-1\r\n \r\n", _NO_HTTP),
    ("a chunk's length is endless", _CHUNKED + b"f" * 30 + b"\r\n", _NO_HTTP),
    ("a chunk's extension is endless", _CHUNKED + b"1;" + b"x" * 20_000, Wanted(431, "errors")),
    ("a trailer is endless",
     _CHUNKED + b"4\r\nnull\r\n0\r\nX: " + b"x" * 20_000, Wanted(431, "errors")),
    ("a space before the colon", request("GET /", "X-A : 1"), _NO_HTTP),
    ("a folded header", request("GET /", "X-A: 1\r\n\tfolded", "Content-Length: 0 "), Wanted(200)),
    ("NUL in a header", request("GET /", "X-A: a\0b"), _NO_HTTP),
    ("no colon", request("GET /", "nonsense"), _NO_HTTP),
    ("a name of no letters", request("GET /", "X\xe9: 1"), _NO_HTTP),
    ("no host", request("GET /", "Host:").replace(b"Host:\r\n", b""), _NO_HTTP),
    ("two hosts", request("GET /", "Host: {host}", "Host: evil.example"), _NO_HTTP),
    ("an empty host", request("GET /graphql", "Host: "), Wanted(421, "errors")),
    ("another host", request("GET /graphql", "Host: evil.example"), Wanted(421, "errors")),
    ("a host with ours in front",
     request("GET /graphql", "Host: 127.0.0.1.evil.example"), Wanted(421, "errors")),
    ("a host with a name", request("GET /graphql", "Host: a@127.0.0.1"), Wanted(421, "errors")),
    ("a host of rubbish", request("GET /graphql", "Host: [::1"), Wanted(421, "errors")),
    ("another host asks for health", request("GET /healthz", "Host: 10.0.0.9"), Wanted(200)),
    ("HTTP/1.0 without a host",
     request("GET /graphql", "Host:", version="HTTP/1.0").replace(b"Host:\r\n", b""),
     Wanted(421, "errors")),
    ("HTTP/2's preface", b"PRI * HTTP/2.0\r\nHost: {host}\r\n\r\nSM\r\n\r\n",
     Wanted(505, "errors")),
    ("HTTP/9.9", request("GET /", version="HTTP/9.9"), Wanted(505, "errors")),
    ("TLS", bytes.fromhex("1603010200010001fc0303") + b"\0" * 500, _NO_HTTP),
    ("a line feed", b"\n", _NO_HTTP),
    ("random bytes", bytes(range(256)) * 4 + b"\r\n\r\n", _NO_HTTP),
    ("a tunnel", request("CONNECT evil.example:443"), Wanted(404, "errors")),
    ("a proxy's address", request("GET http://evil.example/graphql"), Wanted(404, "errors")),
    ("out of the folder", request("GET /pages/../../settings.py"), Wanted(404, "errors")),
    ("out, encoded", request("GET /pages/%2e%2e/%2e%2e/settings.py"), Wanted(404, "errors")),
    ("out, to the root", request("GET /assets/apps/..%2f..%2f..%2fetc/passwd"),
     Wanted(404, "errors")),
    ("NUL in a path", request("GET /pages/%00"), Wanted(404, "errors")),
    ("no UTF-8 in a path", request("GET /%ff%fe"), Wanted(404, "errors")),
    ("a slash too much", request("GET /graphql/"), Wanted(404, "errors")),
    ("a GET with a body", request("GET /graphql", "Content-Length: 4") + b"null", _NO_HTTP),
    ("a GET with chunks", request("GET /graphql", "Transfer-Encoding: chunked") + _CHUNK, _NO_HTTP),
    ("two requests at once", request("GET /healthz").replace(b"Connection: close\r\n", b"")
     + request("GET /nothing"), Wanted(200)),
    ("an upgrade to h2c", post(TYPENAME, "Upgrade: h2c"), _DATA),
    ("an expectation", post(TYPENAME, "Expect: 100-continue"), _DATA),
    ("another expectation", post(TYPENAME, "Expect: the-unexpected"), _DATA),
    ("another method by header", post(TYPENAME, "X-HTTP-Method-Override: DELETE"), _DATA),
    ("a request id with a break",
     post(TYPENAME, "X-Request-Id: a\tb"), Wanted(200)),
]  # fmt: skip

_REFUSED = Wanted(400, "errors")
TEXTS: list[tuple[str, Bytes, Wanted]] = [
    ("not UTF-8", post(b'{"query": "{ __typename }\xff"}'), _REFUSED),
    ("UTF-16", post(TYPENAME.encode("utf-16")), _REFUSED),
    ("a byte order mark", post(b"\xef\xbb\xbf" + _WHOLE), _REFUSED),
    ("overlong UTF-8", post(b'{"query": "\xc0\xaf"}'), _REFUSED),
    ("a surrogate in UTF-8", post(b'{"query": "\xed\xa0\x80"}'), _REFUSED),
    ("half a pair", post(document("{ __typename } # \ud83d")), _REFUSED),
    ("NUL", post(document("{ __typename \0 }")), Wanted(400, "errors", says="Syntax Error")),
    ("NUL, raw", post(b'{"query": "{ __typename }\0"}'), _REFUSED),
    ("a line break in a string", post('{"query": "{ __typename }\n"}'), _REFUSED),
    ("single quotes", post("{'query': '{ __typename }'}"), _REFUSED),
    ("a comma too much", post('{"query": "{ __typename }",}'), _REFUSED),
    ("a comment", post(TYPENAME + "// no"), _REFUSED),
    ("two values", post(TYPENAME + TYPENAME), _REFUSED),
    ("NaN", post(_of("NaN")), _REFUSED),
    ("Infinity", post(_of("-Infinity")), _REFUSED),
    ("1e999", post(_of("1e999")), _REFUSED),
    ("an integer of 5,000 digits", post(_of("9" * 5_000)), _REFUSED),
    ("an integer of 60,000 digits", post(_of("-" + "9" * 60_000)), _REFUSED),
    ("a fraction of 5,000 digits", post(_of("0." + "1" * 5_000)), _REFUSED),
    ("arrays 33 deep", post(_of("[" * 33 + "]" * 33)), _REFUSED),
    ("arrays 10,000 deep", post(_of("[" * 10_000 + "]" * 10_000)), _REFUSED),
    ("arrays that never close", post("[" * 60_000), _REFUSED),
    ("objects 5,000 deep", post(_of('{"a":' * 5_000 + "1" + "}" * 5_000)), _REFUSED),
    ("query twice", post('{"query": "{ a }", "query": "{ __typename }"}'), _REFUSED),
    ("a variable twice", post(_of('1, "a": 2')), _REFUSED),
    ("60 variables", post(document("{ __typename }", variables={f"v{n}": 1 for n in range(60)})),
     _REFUSED),
    ("__proto__", post('{"query": "{ __typename }", "__proto__": {"a": 1}}'), _DATA),
    ("a form", post("query=%7B__typename%7D", kind="application/x-www-form-urlencoded"),
     Wanted(415, "errors")),
    ("an upload", post('--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
                       + TYPENAME + "\r\n--x--", kind="multipart/form-data; boundary=x"),
     Wanted(415, "errors")),
    ("XML", post("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", kind="text/xml"),
     Wanted(415, "errors")),
    ("JSON for JSON's sake", post(TYPENAME, f"Accept: {JSON}"), _DATA),
]  # fmt: skip

_TABLES = (("size", SIZES), ("time", TIMES), ("smuggling", SMUGGLED), ("text", TEXTS))
ROWS: list[Row] = [
    row(f"{table}: {name}", "refused before work is done, or harmless", sent, wanted)
    for table, rows in _TABLES
    for name, sent, wanted in rows
]
