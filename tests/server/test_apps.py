"""The web apps as they are served: a small build stands for the real one."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from server.http import refusals
from server.http.middleware import RequestLine
from server.settings import Settings
from server.site import apps, pages
from server.stopping import Stopping

HOST = "https://access.example.com"
CUSTOMERS = ("/", "/register", "/account", "/reset", "/confirm", "/cancel", "/not-me")
DESK = ("/support", "/support/", "/support/tickets/R-7K3M-Q94T", "/support/history")
NOWHERE = (
    *("/index.html", "/support.html", "/login", "/register/x", "/supporter"),
    *("/assets", "/assets/", "/assets/apps/", "/web/apps/index.html"),
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' wss://access.example.com; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILES = {
    "index-4f1a.js": b"customers",
    "index-4f1a.js.br": b"br",
    "index-4f1a.js.gz": gzip.compress(b"gz"),
    "face-9c2b.woff2": b"letters",
    "late-77aa.css": b"style",
    "late-77aa.css.gz": gzip.compress(b"packed"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    assets = tmp_path / "apps" / "assets" / "apps"
    assets.mkdir(parents=True)
    (tmp_path / "apps" / "index.html").write_text("the customers' app")
    (tmp_path / "apps" / "support.html").write_text("the desk")
    for name, content in FILES.items():
        (assets / name).write_bytes(content)
    (tmp_path / "secret.txt").write_text("nobody's business")
    return tmp_path / "apps"


def opened(site: Path, public_url: str = HOST) -> httpx.AsyncClient:
    """A browser at a server with this build."""
    settings = Settings(public_url=public_url)
    served = Starlette(
        routes=[*pages.routes(), *apps.routes(settings, site)],
        middleware=[Middleware(RequestLine, secure=settings.secure, stopping=Stopping())],
        exception_handlers={HTTPException: refusals.answer},
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=public_url)


@pytest.fixture
async def browser(site: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(site) as client:
        yield client


class TestPages:
    @pytest.mark.parametrize("path", CUSTOMERS)
    async def test_of_customers(self, browser: httpx.AsyncClient, path: str) -> None:
        page = await browser.get(path)
        assert (page.status_code, page.text) == (200, "the customers' app")
        assert page.headers["content-type"] == "text/html; charset=utf-8"

    @pytest.mark.parametrize("path", DESK)
    async def test_of_the_desk(self, browser: httpx.AsyncClient, path: str) -> None:
        page = await browser.get(path)
        assert (page.status_code, page.text) == (200, "the desk")

    @pytest.mark.parametrize("path", NOWHERE)
    async def test_nowhere_else(self, browser: httpx.AsyncClient, path: str) -> None:
        assert (await browser.get(path)).status_code == 404

    @pytest.mark.parametrize("path", ["/", "/support/history"])
    async def test_headers(self, browser: httpx.AsyncClient, path: str) -> None:
        headers = (await browser.get(path)).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["cache-control"] == "no-cache"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"] == "max-age=63072000"
        assert {"camera=()", "usb=()"} <= set(headers["permissions-policy"].split(", "))

    async def test_sockets_are_named_as_the_host_is_reached(self, site: Path) -> None:
        async with opened(site, "http://127.0.0.1:9001") as browser:
            headers = (await browser.get("/")).headers
        assert "connect-src 'self' ws://127.0.0.1:9001;" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers

    async def test_are_not_sent_twice(self, browser: httpx.AsyncClient, site: Path) -> None:
        first = await browser.get("/")
        known = {"if-none-match": first.headers["etag"]}
        again = await browser.get("/account", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["content-security-policy"] == POLICY
        (site / "index.html").write_text("the customers' newer app")
        assert (await browser.get("/", headers=known)).text == "the customers' newer app"

    @pytest.mark.parametrize("path", ["/", "/support/history", "/assets/apps/index-4f1a.js"])
    async def test_other_methods(self, browser: httpx.AsyncClient, path: str) -> None:
        got, head = await browser.get(path), await browser.head(path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-length", "content-type", "etag", "cache-control"):
            assert head.headers[name] == got.headers[name]
        for method in ("POST", "PUT", "DELETE"):
            assert (await browser.request(method, path)).status_code == 405


class TestAssets:
    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [
            *(("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("*", "br")),
            *(("BR", "br"), ("gzip;q=1.0, br;q=0.5", "br"), ("br ; q=0.001", "br")),
            *(("br;q=0, gzip", "gzip"), ("br;q=0.000, gzip;q=0", ""), ("*;q=0", "")),
            *(("*;q=0, gzip", "gzip"), ("br;q=0, *", "gzip"), ("identity", ""), ("", "")),
            *(("brotli, gz, x-br", ""), ("br;q=oops", ""), (";;,,=", ""), ("br" * 5000, "")),
        ],
    )
    async def test_are_packed_for_whoever_unpacks(
        self, browser: httpx.AsyncClient, accepted: str, coding: str
    ) -> None:
        path, headers = "/assets/apps/index-4f1a.js", {"accept-encoding": accepted}
        async with browser.stream("GET", path, headers=headers) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        ending = {"br": ".br", "gzip": ".gz", "": ""}[coding]
        assert raw == FILES[f"index-4f1a.js{ending}"]
        assert answer.headers.get("content-encoding", "") == coding
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["content-type"].startswith("text/javascript")

    @pytest.mark.parametrize("name", ["index-4f1a.js", "face-9c2b.woff2", "late-77aa.css"])
    async def test_are_kept_for_ever(self, browser: httpx.AsyncClient, name: str) -> None:
        answer = await browser.get(f"/assets/apps/{name}", headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        known = {"if-none-match": answer.headers["etag"], "accept-encoding": "gzip"}
        again = await browser.get(f"/assets/apps/{name}", headers=known)
        assert (again.status_code, again.headers["vary"]) == (304, "accept-encoding")

    async def test_packings_have_tags_of_their_own(self, browser: httpx.AsyncClient) -> None:
        path = "/assets/apps/index-4f1a.js"
        tags = set()
        for accepted in ("br", "gzip", "identity"):
            head = await browser.head(path, headers={"accept-encoding": accepted})
            tags.add(head.headers["etag"])
        assert len(tags) == 3

    @pytest.mark.parametrize(
        "path",
        [
            *("missing.js", "index-4f1a.js.br", "index-4f1a.js.gz", "missing.js.br", ".br", "x/"),
            *("../../index.html", "../../../secret.txt", "..%2f..%2f..%2fsecret.txt"),
            *("%2e%2e/%2e%2e/%2e%2e/secret.txt", "....//....//secret.txt", "%2fetc%2fpasswd"),
            *("..%5c..%5c..%5csecret.txt", "index-4f1a.js%00.css", "%c0%ae%c0%ae/secret.txt"),
        ],
    )
    async def test_nothing_else_is_there(self, browser: httpx.AsyncClient, path: str) -> None:
        answer = await browser.get(f"/assets/apps/{path}")
        assert answer.status_code == 404
        assert "immutable" not in answer.headers["cache-control"]
        assert "nobody's business" not in answer.text

    async def test_no_link_leads_out(self, browser: httpx.AsyncClient, site: Path) -> None:
        (site / "assets" / "apps" / "out.txt").symlink_to(site.parent / "secret.txt")
        assert (await browser.get("/assets/apps/out.txt")).status_code == 404


class TestWithoutTheBuild:
    @pytest.mark.parametrize("missing", ["index.html", "support.html", "assets/apps"])
    async def test_it_is_said_what_is_missing(self, site: Path, missing: str) -> None:
        (site / missing).rename(site / "elsewhere")
        async with opened(site) as browser:
            for path in (*CUSTOMERS, *DESK):
                page = await browser.get(path)
                assert page.status_code == 200
                assert "<code>make setup</code>" in page.text
                assert page.headers["content-security-policy"] == POLICY
            for path in (*NOWHERE, "/assets/apps/index-4f1a.js"):
                assert (await browser.get(path)).status_code == 404
