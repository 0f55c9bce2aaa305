"""What /graphql shows to a person who opens its address."""

from pathlib import Path

import pytest
from httpx import Response

from server.site import explorer
from tests.support import people
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running, running

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PRODUCTION = {
    "MODE": "production",
    "PUBLIC_URL": "https://access.example.com",
    "ARGON2_MEMORY_KIB": "19456",
    "ARGON2_TIME": "2",
}


async def opened(client: Client) -> Response:
    """The endpoint's address in a browser's address bar."""
    headers = PAGE | ({"authorization": f"Bearer {client.bearer}"} if client.bearer else {})
    return await client.http.get("/graphql", headers=headers)


def policy_of(page: Response) -> dict[str, str]:
    """The directives of the page's Content-Security-Policy."""
    parts = page.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@on_sqlite
class TestThePage:
    async def test_its_policy_allows_this_host_only(self, served: Running) -> None:
        page = await opened(served.browser())
        assert 'id="explorer"' in page.text
        assert page.headers["cache-control"] == "no-cache"
        policy = policy_of(page)
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
        assert policy["base-uri"] == policy["form-action"] == "'none'"
        assert policy["script-src"] == policy["worker-src"] == "'self'"
        assert policy["connect-src"] == f"'self' {served.url.replace('http', 'ws')}"

    async def test_nothing_stands_in_it_that_runs(self, served: Running) -> None:
        page = await opened(served.browser())
        assert page.text.count("<script") == page.text.count('src="/assets/explorer/')
        assert "http:" not in page.text
        assert "https:" not in page.text

    async def test_a_question_by_get_is_still_answered(self, served: Running) -> None:
        asked = await served.browser().http.get(
            "/graphql", params={"query": "{ __typename }"}, headers=PAGE
        )
        assert "Query" in asked.text

    async def test_where_it_was_not_built(
        self, served: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(explorer, "_SITE", tmp_path)
        assert explorer.routes() == []
        page = await opened(served.browser())
        assert page.status_code == 200
        assert "<code>make setup</code>" in page.text


@on_sqlite
class TestAssets:
    @pytest.mark.parametrize("packing", ["gzip", "identity"])
    async def test_are_kept_for_ever(self, served: Running, packing: str) -> None:
        http = served.browser().http
        for file in explorer.folder().iterdir():
            if file.suffix in (".gz", ".br"):
                continue
            answer = await http.get(
                f"/assets/explorer/{file.name}", headers={"accept-encoding": packing}
            )
            assert answer.content == file.read_bytes()
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["vary"] == "accept-encoding"
            assert ("content-encoding" in answer.headers) == (packing == "gzip"), file.name

    async def test_nothing_else_is_there(self, served: Running) -> None:
        http = served.browser().http
        for path in ("missing.js", "..%2f..%2findex.html", "%2e%2e/%2e%2e/index.html", ""):
            answer = await http.get(f"/assets/explorer/{path}")
            assert answer.status_code == 404
            assert "immutable" not in answer.headers["cache-control"]


@on_sqlite
class TestInProduction:
    async def test_only_whoever_is_signed_in_explores(
        self, database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
    ) -> None:
        async with running(database_url, tmp_path, secret_keys, **PRODUCTION) as place:
            stranger, program = place.browser(), place.program()
            assert (await opened(stranger)).status_code == 421
            for client in (stranger, program):
                client.http.headers["host"] = "access.example.com"
            assert "Sign in first" in (await opened(stranger)).text
            ada = await people.newcomer(place, clock, client=program)
            assert 'id="explorer"' in (await opened(ada.client)).text
            await ada.sign_out()
            assert "Sign in first" in (await opened(ada.client)).text


@on_sqlite
async def test_where_only_known_documents_run(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> None:
    async with running(database_url, tmp_path, secret_keys, DOCUMENTS="trusted") as place:
        page = await opened(place.browser())
        assert "Only known documents run here" in page.text
        assert 'id="explorer"' not in page.text
