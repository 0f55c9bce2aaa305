"""Cross-site requests: what a page elsewhere may make a browser send."""

from urllib.parse import quote

from tests.protocols.http import TYPENAME, Wanted, document, get, post, request, row
from tests.protocols.row import Row

_COOKIE = "Cookie: sparekey={token}"
_ASKED = f"query={quote('{ __typename }')}"
_REFUSED = Wanted(403, "errors", header=("access-control-allow-origin", None))
_DATA = Wanted(200, "data", header=("access-control-allow-origin", None))
_FOREIGN = (
    *("https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1", "nonsense"),
    *("{origin}.evil.example", "http://evil.example#{origin}", "{origin}@evil.example"),
    "{origin}, https://evil.example",
)
_LOGOUT = document("mutation { logout }")


def _foreign() -> list[Row]:
    return [
        row(f"POST with a cookie from {one!r}", "Origin must be ours",
            post(_LOGOUT, _COOKIE, f"Origin: {one}"), _REFUSED)
        for one in _FOREIGN
    ] + [
        row(f"events with a cookie from {one!r}", "Origin must be ours",
            post(TYPENAME, _COOKIE, f"Origin: {one}", "Accept: text/event-stream"), _REFUSED)
        for one in _FOREIGN[:3]
    ]  # fmt: skip


_OTHERS: list[tuple[str, bytes, Wanted]] = [
    ("POST from here", post(TYPENAME, _COOKIE, "Origin: {origin}"), _DATA),
    ("POST that names no site", post(TYPENAME, _COOKIE), _REFUSED),
    ("POST from the same origin", post(TYPENAME, _COOKIE, "Sec-Fetch-Site: same-origin"), _DATA),
    ("POST cross-site", post(TYPENAME, _COOKIE, "Sec-Fetch-Site: cross-site"), _REFUSED),
    ("POST same-site", post(TYPENAME, _COOKIE, "Sec-Fetch-Site: same-site"), _REFUSED),
    ("POST navigating", post(TYPENAME, _COOKIE, "Sec-Fetch-Site: cross-site",
                             "Sec-Fetch-Mode: navigate"), _REFUSED),
    ("POST from two origins", post(TYPENAME, _COOKIE, "Origin: {origin}",
                                   "Origin: https://evil.example"), _REFUSED),
    ("POST as text", post(TYPENAME, _COOKIE, "Origin: {origin}", kind="text/plain"),
     Wanted(415, "errors")),
    ("POST as a form", post("query=%7B__typename%7D", _COOKIE, "Origin: {origin}",
                            kind="application/x-www-form-urlencoded"), Wanted(415, "errors")),
    ("POST of the browser's mark", post(TYPENAME, "Cookie: sparekey-browser=x",
                                        "Origin: https://evil.example"), _REFUSED),
    ("POST of the mark by a program", post(TYPENAME, "Cookie: sparekey-browser=x"), _DATA),
    ("POST of others' cookies", post(TYPENAME, "Cookie: a=b",
                                     "Origin: https://evil.example"), _DATA),
    ("POST with a token", post(TYPENAME, "Authorization: Bearer {token}",
                               "Origin: https://partner.example"), _DATA),
    ("GET that names no site", get(_ASKED, _COOKIE), _REFUSED),
    ("GET from here", get(_ASKED, _COOKIE, "Sec-Fetch-Site: same-origin"), _DATA),
    ("GET typed", get(_ASKED, _COOKIE, "Sec-Fetch-Site: none"), _DATA),
    ("GET cross-site", get(_ASKED, _COOKIE, "Sec-Fetch-Site: cross-site",
                           "Sec-Fetch-Mode: no-cors"), _REFUSED),
    ("GET same-site", get(_ASKED, _COOKIE, "Sec-Fetch-Site: same-site",
                          "Sec-Fetch-Mode: cors"), _REFUSED),
    ("GET by a link", get(_ASKED, _COOKIE, "Sec-Fetch-Site: cross-site",
                          "Sec-Fetch-Mode: navigate"), _DATA),
    ("a mutation by a link", get(f"query={quote('mutation { logout }')}", _COOKIE,
                                 "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"),
     Wanted(405, "errors", header=("set-cookie", None))),
    ("a preflight", request("OPTIONS /graphql", "Origin: https://evil.example",
                            "Access-Control-Request-Method: POST"),
     Wanted(405, "errors", header=("access-control-allow-origin", None))),
    ("a preflight from nowhere", request("OPTIONS /graphql", "Origin: null",
                                         "Access-Control-Request-Method: POST"),
     Wanted(405, "errors", header=("access-control-allow-origin", None))),
    ("an allowed site's preflight", request("OPTIONS /graphql", "Origin: https://partner.test",
                                            "Access-Control-Request-Method: POST"),
     Wanted(204, header=("access-control-allow-origin", "https://partner.test"))),
    ("an allowed site", post(TYPENAME, _COOKIE, "Origin: https://partner.test",
                             "Sec-Fetch-Site: cross-site"),
     Wanted(200, "data", header=("access-control-allow-origin", "https://partner.test"))),
    ("an allowed site, told of errors", post("{", "Origin: https://partner.test"),
     Wanted(400, "errors", header=("access-control-allow-credentials", "true"))),
    ("an allowed site over http", post(TYPENAME, _COOKIE, "Origin: http://partner.test"), _REFUSED),
    ("a site below an allowed one", post(TYPENAME, _COOKIE, "Origin: https://a.partner.test"),
     _REFUSED),
    ("an allowed site's other pages", request("GET /healthz", "Origin: https://partner.test"),
     Wanted(200, header=("access-control-allow-origin", None))),
]  # fmt: skip

ROWS = [*_foreign(), *(row(name, "cross-site", sent, wanted) for name, sent, wanted in _OTHERS)]
