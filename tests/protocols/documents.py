"""Hostile documents: each is refused, or answered at once, over HTTP and over a socket alike."""

from graphql import get_introspection_query

from tests.protocols.http import GRAPHQL, Wanted, document, post, row
from tests.protocols.row import Row
from tests.protocols.socket import INIT, Hear, Say, Works, subscribe
from tests.protocols.socket import row as socket_row

_DEEP_SCHEMA = (
    "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
)
_BOMB = "query { ...F0 } " + "".join(
    f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(40)
)
_LOGIN = 'login(input: {email: "a@b.example", password: "x"}) { __typename }'
_CODE = 'verifyCode(input: {challenge: "x", code: "000000"}) { __typename }'

# Name, document, and whether it runs.
TABLE: list[tuple[str, str, bool]] = [
    ("1,100 tokens", "{" + " a" * 1_100 + "}", False),
    ("a field 900 times", "{" + " __typename" * 900 + "}", False),
    ("40 aliases", "{" + "".join(f" a{n}: __typename" for n in range(40)) + "}", False),
    ("aliases in fragments",
     "{ ...A ...B }" + "".join(f" fragment {f} on Query {{"
     + "".join(f" {f}{n}: __typename" for n in range(20)) + "}" for f in "AB"), False),
    ("25 levels", "{" + "viewer {" * 24 + "id" + "}" * 25, False),
    ("400 levels", "{" + "a {" * 400 + "b" + "}" * 401, False),
    ("levels of inline fragments", "{" + "... {" * 300 + "__typename" + "}" * 301, False),
    ("levels in fragments", "{ viewer { ...F0 } } " + "".join(
        f"fragment F{n} on Account {{ a {{ ...F{n + 1} }} }} " for n in range(30)), False),
    ("fragments doubled 40 times", _BOMB + "fragment F40 on Query { __typename }", False),
    ("fragments doubled, empty at the end", _BOMB + "fragment F40 on Query { a: nobody }", False),
    ("a fragment of itself", "{ ...A } fragment A on Query { ...A }", False),
    ("two fragments of each other",
     "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", False),
    ("an unknown fragment", "{ ...Nobody }", False),
    ("60 fragments", "{ __typename }" + "".join(
        f" fragment F{n} on Query {{ a }}" for n in range(60)), False),
    ("20 operations", " ".join(f"query Q{n} {{ __typename }}" for n in range(20)), False),
    ("two anonymous operations", "{ __typename } { __typename }", False),
    ("two operations of one name", "query A { __typename } query A { __typename }", False),
    ("a directive 100 times", "{ __typename" + " @skip(if: false)" * 100 + "}", False),
    ("unknown directives", "{ __typename" + " @a" * 300 + "}", False),
    ("directives on the operation", "query Q" + " @a" * 300 + "{ __typename }", False),
    ("directives on a fragment", "{ ..." + " @include(if: true)" * 9 + "{ __typename } }", False),
    ("60 variables", "query Q(" + "".join(f"$v{n}: Int " for n in range(60)) + ") { a }", False),
    ("300 arguments", "{ node(" + "".join(f"a{n}: 1 " for n in range(300)) + ") { id } }", False),
    ("a list of 900", "{ node(id: [" + "1 " * 900 + "]) { id } }", False),
    ("lists 300 deep", "{ node(id: " + "[" * 300 + "1" + "]" * 300 + ") { id } }", False),
    ("objects 200 deep", "{ node(id: " + "{a: " * 200 + "1" + "}" * 200 + ") { id } }", False),
    ("a type 300 deep", "query Q($a: " + "[" * 300 + "Int" + "]" * 300 + ") { a }", False),
    ("a number of 5,000 digits", "{ node(id: " + "9" * 5_000 + ") { id } }", False),
    ("a name of 5,000 letters", "{ " + "a" * 5_000 + " }", False),
    ("the schema, standard", get_introspection_query(), True),
    ("the schema, ever deeper", _DEEP_SCHEMA, False),
    ("the schema three times", "{" + "".join(
        f" a{n}: __schema {{ types {{ name }} }}" for n in range(3)) + "}", False),
    ("a suggestion", "{ viewr { id } }", False),
    ("definitions of types", "type Query { a: Int } { __typename }", False),
    ("an extension of the schema", "extend type Query { a: Int }", False),
    ("nothing selected, as the draft has it", "{ }", True),
    ("no selection", "{ viewer }", False),
    ("a string that never ends", '{ node(id: "', False),
    ("a block string that never ends", '{ node(id: """ \\""" ', False),
    ("an escape of no character", '{ node(id: "\\uD800") { id } }', False),
    ("a number that begins with 0", "{ node(id: 01) { id } }", False),
    ("a dollar alone", "{ node(id: $) { id } }", False),
    ("two logins", f"mutation {{ a: {_LOGIN} b: {_LOGIN} }}", False),
    ("two logins, the same", f"mutation {{ {_LOGIN} {_LOGIN} }}", False),
    ("a login and a code", f"mutation {{ {_LOGIN} {_CODE} }}", False),
    ("a login in a fragment", f"mutation {{ ...A b: {_LOGIN} }} "
     f"fragment A on Mutation {{ {_LOGIN} }}", False),
    ("a login in inline fragments",
     f"mutation {{ ... {{ ... on Mutation {{ a: {_LOGIN} }} }} {_LOGIN} }}", False),
    ("a login that is skipped",
     f"mutation {{ a: {_LOGIN.replace(') {', ') @skip(if: true) {')} {_LOGIN} }}", False),
    ("logins in two operations", f"mutation A {{ {_LOGIN} }} mutation B {{ {_LOGIN} }}", False),
    ("12 mutations", "mutation {" + "".join(f" a{n}: logout" for n in range(12)) + "}", False),
    ("a subscription of two fields",
     "subscription { queueStatus { waiting } a: queueStatus { waiting } }", False),
    ("deferred", "{ ... @defer { __typename } }", False),
]  # fmt: skip

# Never told: what the schema holds, by guessing; and what the server is made of.
_NEVER = ("Did you mean", "Traceback", "site-packages", "RecursionError")


def _over_http(name: str, text: str, runs: bool) -> Row:
    wanted = Wanted(200, "data", GRAPHQL) if runs else Wanted(400, "errors", GRAPHQL)
    sent = post(document(text, operationName=_first(text)), f"Accept: {GRAPHQL}")
    return row(f"{name}, over HTTP", "within bounds, or refused", sent, wanted, _NEVER)


def _over_a_socket(name: str, text: str, runs: bool) -> Row:
    payload = {"query": text, "operationName": _first(text)}
    answer = Hear(type="next", id="1") if runs else Hear(type="error", id="1")
    end = (Hear(type="complete", id="1"),) if runs else ()
    steps = (Say(INIT), Hear(type="connection_ack"), Say(subscribe("1", payload)), answer, *end)
    return socket_row(f"{name}, over a socket", "an error of its operation", *steps, Works())


def _first(text: str) -> str | None:
    """Names an operation where there are several, so that this is not what is refused."""
    return next((name for name in ("A", "Q0") if f" {name} " in f" {text.split('{')[0]}"), None)


ROWS = [make(*one) for make in (_over_http, _over_a_socket) for one in TABLE]
