"""GraphQL over HTTP: media types, parameters and status codes (graphql/graphql-over-http)."""

from urllib.parse import quote

from tests.protocols.http import GRAPHQL, JSON, TYPENAME, Wanted, document, get, post, request, row
from tests.protocols.row import Row

_DATA = Wanted(200, "data")
_TWO = "query A { a: __typename } query B { b: __typename }"
_BOTH = f"{GRAPHQL}, {JSON};q=0.9"
_RECEIPT = '{ resetStatus(receipt: "r") { state } }'
_PARTIAL = '{ __typename recoveryTicket(reference: "R") { id } }'
_NODE = "query Q($id: ID!) { node(id: $id) { id } }"

# id, what Accept says, and the answer's media type; None: 406.
_ACCEPTS: list[tuple[str, str | None, str | None]] = [
    ("missing", None, GRAPHQL),
    ("empty", "", GRAPHQL),
    ("graphql", GRAPHQL, GRAPHQL),
    ("json", JSON, JSON),
    ("recommended", f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
    ("ours", _BOTH, GRAPHQL),
    ("any", "*/*", JSON),
    ("application", "application/*", JSON),
    ("weights", f"{GRAPHQL};q=0.5, {JSON};q=0.8", JSON),
    ("weights-2", f"{JSON};q=0.1, {GRAPHQL};q=0.2", GRAPHQL),
    ("order", f"{JSON}, {GRAPHQL}", JSON),
    ("never", f"{GRAPHQL};q=0, {JSON}", JSON),
    ("never-2", f"{JSON};q=0, */*", GRAPHQL),
    ("specific", f"*/*;q=0.9, {GRAPHQL};q=0.1", JSON),
    ("case", "Application/GraphQL-Response+JSON", GRAPHQL),
    ("spaces", f"  {GRAPHQL} ;  q=1.0 ", GRAPHQL),
    ("quoted charset", f'{JSON}; charset="UTF-8"', JSON),
    ("another charset", f"{JSON}; charset=utf-16, {GRAPHQL};q=0.1", GRAPHQL),
    ("browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
    ("urql", f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream", GRAPHQL),
    ("apollo", f"multipart/mixed;deferSpec=20220824,{GRAPHQL},{JSON};q=0.9", GRAPHQL),
    ("html", "text/html", None),
    ("only another charset", f"{JSON}; charset=iso-8859-1", None),
    ("none", "*/*;q=0", None),
    ("bad weight", f"{JSON};q=2", None),
    ("rubbish", ";;;,,,/", None),
]

# id, a body, and the status under GraphQL's own media type; under JSON it is 200 (request errors).
_UNRUNNABLE = [
    ("syntax", document("{"), "Syntax Error"),
    ("empty", document(""), "Syntax Error"),
    ("validation", document("{ nobody }"), "Cannot query field"),
    ("coercion", document(_NODE, variables={}), "$id"),
    ("coercion-2", document(_NODE, variables={"id": [1]}), "$id"),
    ("no such operation", document(_TWO, operationName="C"), "operationName"),
    ("which operation", document(_TWO), "operationName"),
    ("no operation", document("fragment F on Query { __typename }"), "No operation"),
    ("unknown document", '{"documentId": "sha256:0"}', "documentId"),
    ("too large", document("{ " + "a: __typename " * 40 + "}"), "too much"),
]

# id and a body that is no well-formed GraphQL-over-HTTP request: 400 in any form.
_MALFORMED = [
    *((f"{name}", body) for name, body in (("nonsense", "NONSENSE"), ("cut", '{"query":'))),
    *((f"scalar {body}", body) for body in ("null", "1", '"text"', "true", "[]", "[{}]", "")),
    ("typo", '{"qeury": "{ __typename }"}'),
    ("batch", f"[{TYPENAME}, {TYPENAME}]"),
    *(
        (f"{name} {value}", f'{{"query": "{{ __typename }}", "{name}": {value}}}')
        for name in ("variables", "extensions")
        for value in ('"string"', "0", "false", '["array"]')
    ),
    *(
        (f"operationName {value}", f'{{"query": "{{ __typename }}", "operationName": {value}}}')
        for value in ('{"obj": "ect"}', "0", "false", '["array"]')
    ),
    *((f"query {value}", f'{{"query": {value}}}') for value in ('{"obj": "ect"}', "0", '["a"]')),
    ("query null", '{"query": null}'),
]


def _accept(value: str | None) -> tuple[str, ...]:
    return () if value is None else (f"Accept: {value}",)


def _forms() -> list[Row]:
    rows = []
    for name, accept, kind in _ACCEPTS:
        wanted = Wanted(200, "data", kind) if kind else Wanted(406, "errors")
        sent = post(TYPENAME, *_accept(accept))
        rows.append(row(f"accept: {name}", "the best acceptable media type, or 406", sent, wanted))
    return rows


def _statuses() -> list[Row]:
    rows = []
    for name, body, says in _UNRUNNABLE:
        for kind, status in ((GRAPHQL, 400), (JSON, 200)):
            wanted = Wanted(status, "errors", kind, says=says)
            rule = f"a request error is {status} without data"
            rows.append(row(f"{name}: {kind}", rule, post(body, f"Accept: {kind}"), wanted))
    for name, body in _MALFORMED:
        for kind in (GRAPHQL, JSON):
            sent = post(body, f"Accept: {kind}")
            rows.append(
                row(f"{name}: {kind}", "no request: 400", sent, Wanted(400, "errors", kind))
            )
    return rows


def _by_get() -> list[Row]:
    query = f"query={quote('{ __typename }')}"
    named = f"query={quote(_TWO)}"
    mutation = f"query={quote('mutation { logout }')}"
    variables = quote('{"id": "account_00000000000000000000000000000000"}')
    wrong, post_only = Wanted(400, "errors"), Wanted(405, "errors", header=("allow", "POST"))
    found = [
        ("a query", get(query), _DATA),
        ("variables", get(f"query={quote(_NODE)}&variables={variables}"), _DATA),
        ("variables null", get(f"{query}&variables=null&extensions=null"), _DATA),
        ("operationName", get(f"{named}&operationName=B"), Wanted(200, says='"b"')),
        ("operationName empty", get(f"{query}&operationName="), _DATA),
        ("operationName empty, of two", get(f"{named}&operationName="), wrong),
        ("variables no JSON", get(f"{query}&variables=%7B"), wrong),
        ("variables empty", get(f"{query}&variables="), wrong),
        ("variables no object", get(f"{query}&variables=[1]"), wrong),
        ("extensions no object", get(f"{query}&extensions=1"), wrong),
        ("nothing", get(""), wrong),
        ("query twice", get(f"{query}&{query}"), wrong),
        ("invalid UTF-8", get("query=%7B%20__typename%20%7D%23%ff"), wrong),
        ("many fields", get(query + "&a=1" * 30), wrong),
        ("a mutation", get(mutation), post_only),
        ("a mutation by JSON", get(mutation, f"Accept: {JSON}"), post_only),
        ("a mutation among queries", get(f"{mutation}%20query%20Q%7Ba%7D&operationName=Q"), wrong),
        ("a receipt", get(f"query={quote(_RECEIPT)}"), post_only),
        ("a subscription", get(f"query={quote('subscription{queueStatus{waiting}}')}"), wrong),
    ]
    return [
        row(f"GET {name}", "GraphQL over HTTP, GET", sent, wanted) for name, sent, wanted in found
    ]


def _methods() -> list[Row]:
    both = Wanted(405, "errors", header=("allow", "GET, POST"))
    silent = Wanted(405, header=("allow", "GET, POST"))
    others = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY")
    methods = [
        row(f"method {one}", "RFC 9110 §15.5.6", request(f"{one} /graphql"), both) for one in others
    ]
    head = row("method HEAD", "RFC 9110 §9.3.2: no body", request("HEAD /graphql"), silent)
    kinds = ("text/plain", "application/graphql", "", "multipart/form-data; boundary=x",
             "application/x-www-form-urlencoded", "text/plain, application/json",
             "application/json; charset=utf-16", "application/json, text/plain", "json",
             "application/jsonp", "application/graphql-response+json")  # fmt: skip
    unknown = Wanted(415, "errors")
    good = (
        "application/json",
        "application/json;charset=utf-8",
        'Application/JSON; charset="UTF-8"',
    )
    return [
        *methods,
        head,
        *(row(f"body as {one!r}", "415", post(TYPENAME, kind=one), unknown) for one in kinds),
        *(row(f"body as {one!r}", "taken", post(TYPENAME, kind=one), _DATA) for one in good),
        *(
            row(f"{name} null", "null is as good as nothing", post(
                f'{{"query": "{{ __typename }}", "{name}": null}}'), _DATA)
            for name in ("variables", "operationName", "extensions")
        ),
        row("extensions", "any object",
            post(document("{ __typename }", extensions={"a": 1})), _DATA),
        row("unknown field", "reserved, left alone", post(document("{ __typename }", a=1)), _DATA),
        row("operationName", "one of several",
            post(document(_TWO, operationName="B")), Wanted(200, says='"b"')),
        row("partial data", "200 with data and errors",
            post(document(_PARTIAL), f"Accept: {GRAPHQL}"),
            Wanted(200, "data errors", GRAPHQL)),
        row("charset of answers", "SHOULD be indicated", post(TYPENAME, f"Accept: {GRAPHQL}"),
            Wanted(200, header=("content-type", f"{GRAPHQL}; charset=utf-8"))),
        row("no caching", "answers are nobody else's", post(TYPENAME),
            Wanted(200, header=("cache-control", "no-store"))),
    ]  # fmt: skip


ROWS = [*_forms(), *_statuses(), *_by_get(), *_methods()]
