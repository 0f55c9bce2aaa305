"""Who may look at `/metrics`, and how the address answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.settings import Settings, Unsettled, read
from tests.support.house import House
from tests.support.served import running

TOKEN = "a-long-token-for-scrapes"
PRODUCTION = {"MODE": "production", "PUBLIC_URL": "https://access.example.com",
              "ARGON2_MEMORY_KIB": "19456", "ARGON2_TIME": "2"}  # fmt: skip


class Place:
    """A server, and how to ask it."""

    def __init__(self, database_url: str, folder: Path, secret_keys: str) -> None:
        self._database, self._folder, self._keys = database_url, folder, secret_keys

    @asynccontextmanager
    async def serving(self, **changes: str) -> AsyncIterator[httpx.AsyncClient]:
        async with (
            running(self._database, self._folder, self._keys, **changes) as served,
            httpx.AsyncClient(base_url=served.url, trust_env=False) as http,
        ):
            yield http


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def place(database_url: str, tmp_path: Path, secret_keys: str) -> Place:
    return Place(database_url, tmp_path, secret_keys)


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def told_nothing(http: httpx.AsyncClient, headers: dict[str, str], method: str) -> bool:
    """Whether the answer is that of an address where nothing is."""
    nowhere = await http.request(method, "/metrics/nowhere", headers=headers)
    answer = await http.request(method, "/metrics", headers=headers)
    assert nowhere.status_code == 404
    return (answer.status_code, answer.content) == (nowhere.status_code, nowhere.content)


class TestDevelopment:
    async def test_anybody(self, place: Place) -> None:
        async with place.serving() as http:
            answer = await http.get("/metrics", headers={"host": "prometheus.internal"})
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert answer.headers["cache-control"] == "no-store"

    async def test_not_without_a_token_that_is_set(self, place: Place) -> None:
        async with place.serving(METRICS_TOKEN=TOKEN) as http:
            assert await told_nothing(http, {}, "GET")
            assert (await http.get("/metrics", headers=bearing(TOKEN))).status_code == 200

    async def test_head(self, place: Place) -> None:
        async with place.serving() as http:
            answer = await http.head("/metrics")
            assert (answer.status_code, answer.content) == (200, b"")
            assert int(answer.headers["content-length"]) > 1000

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    async def test_other_methods(self, place: Place, method: str) -> None:
        async with place.serving() as http:
            answer = await http.request(method, "/metrics")
            assert answer.status_code == 405
            assert answer.headers["allow"] == "GET, HEAD"

    async def test_no_other_site_may_read_it(self, place: Place) -> None:
        async with place.serving(ALLOWED_ORIGINS="https://desk.example.com") as http:
            headers = {"origin": "https://desk.example.com"}
            answer = await http.get("/metrics", headers=headers)
            assert not [name for name in answer.headers if name.startswith("access-control")]
            asking = headers | {"access-control-request-method": "GET"}
            answer = await http.options("/metrics", headers=asking)
            assert answer.status_code == 405


class TestProduction:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
    async def test_nobody_where_no_token_is_set(self, place: Place, method: str) -> None:
        async with place.serving(**PRODUCTION) as http:
            host = {"host": "access.example.com"}
            for headers in (host, host | bearing(TOKEN), host | {"authorization": "Bearer"}):
                assert await told_nothing(http, headers, method)

    @pytest.mark.parametrize("given", ["wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "ß"])
    async def test_not_with_another_token(self, place: Place, given: str) -> None:
        async with place.serving(**PRODUCTION, METRICS_TOKEN=TOKEN) as http:
            wrong = {"host": "access.example.com", "authorization": f"Bearer {given}"}
            sent = [(name.encode(), value.encode("latin-1")) for name, value in wrong.items()]
            answer = await http.get("/metrics", headers=sent)
            assert answer.status_code == 404

    async def test_who_has_the_token(self, place: Place) -> None:
        async with place.serving(**PRODUCTION, METRICS_TOKEN=TOKEN) as http:
            answer = await http.get("/metrics", headers=bearing(TOKEN))
            assert answer.status_code == 200
            assert TOKEN not in answer.text

    async def test_the_token_signs_nobody_in(self, place: Place) -> None:
        async with place.serving(METRICS_TOKEN=TOKEN) as http:
            asked = {"query": "{ viewer { __typename } }"}
            answer = await http.post("/graphql", json=asked, headers=bearing(TOKEN))
            assert answer.json()["data"] == {"viewer": None}


class TestDoctor:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({}, "open to everybody"),
            ({"SPAREKEY_METRICS_TOKEN": TOKEN}, "for whoever has the token"),
            (
                {"SPAREKEY_MODE": "production"},
                "hidden from everybody: set SPAREKEY_METRICS_TOKEN to have them",
            ),
        ],
    )
    async def test_says_who_may_look(
        self, database_url: str, tmp_path: Path, secret_keys: str,
        changes: dict[str, str], text: str,
    ) -> None:  # fmt: skip
        found = (await House(database_url, tmp_path, secret_keys).examined(**changes))["metrics"]
        assert found.ok and found.text == text


class TestSetting:
    def test_a_short_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPAREKEY_METRICS_TOKEN", "short-and-secret"[:15])
        with pytest.raises(Unsettled) as refused:
            read()
        assert refused.value.faults[0].startswith("SPAREKEY_METRICS_TOKEN: ")
        assert "short" not in str(refused.value).replace("too_short", "")

    def test_it_is_kept_out_of_sight(self) -> None:
        assert TOKEN not in repr(Settings(metrics_token=TOKEN))
