"""Other sites cannot ask in a browser's name; over HTTP and over WebSocket."""

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.support import people, socket
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running, running

pytestmark = on_sqlite

FOREIGN = ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", "", "nonsense"]
LOGOUT = operation("Logout").payload({})
LOGIN: dict[str, Any] = operation("Login").payload({"email": "a@b.example", "password": "x"})


@pytest.fixture
async def ada(served: Running, clock: Clock) -> Person:
    return await people.newcomer(served, clock)


class TestOverHttp:
    @pytest.mark.parametrize("origin", FOREIGN)
    async def test_a_foreign_site(self, ada: Person, origin: str) -> None:
        own = ada.client.http.headers["origin"]
        ada.client.http.headers["origin"] = origin
        response = await ada.client.post(LOGOUT)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers
        ada.client.http.headers["origin"] = own
        assert await ada.client.run("Viewer")

    async def test_our_own(self, ada: Person) -> None:
        assert await ada.client.run("Logout") is True

    async def test_a_request_that_names_no_site(self, ada: Person) -> None:
        del ada.client.http.headers["origin"]
        assert await ada.client.run("Viewer")

    async def test_a_foreign_app_with_a_token_of_its_own(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.newcomer(served, clock, client=served.program())
        ada.client.http.headers["origin"] = "https://partner.example"
        assert (await ada.client.run("Viewer"))["email"] == ada.email

    async def test_nothing_is_said_to_scripts_of_other_sites(self, served: Running) -> None:
        headers = {"origin": "https://evil.example"}
        response = await served.browser().http.post("/graphql", json=LOGIN, headers=headers)
        assert not [name for name in response.headers if name.startswith("access-control-")]


class TestOverASocket:
    @pytest.mark.parametrize("origin", FOREIGN)
    async def test_a_foreign_site(self, ada: Person, origin: str) -> None:
        headers = ada.client.socket_headers() | {"origin": origin}
        with pytest.raises(InvalidStatus) as refused:
            async with socket.opened(ada.client.url, headers):
                pass
        assert refused.value.response.status_code == 403

    async def test_our_own(self, ada: Person) -> None:
        async with socket.opened(ada.client.url, ada.client.socket_headers()) as opened:
            assert opened.subprotocol == socket.PROTOCOL


async def test_the_public_address_counts_behind_a_proxy(
    database_url: str, tmp_path: Any, secret_keys: str, clock: Clock
) -> None:
    public = "https://access.example.com"
    async with running(database_url, tmp_path, secret_keys, PUBLIC_URL=public) as place:
        client = place.browser()
        client.http.headers.update({"origin": public, "cookie": "__Host-sparekey=nonsense"})
        assert (await client.post(LOGOUT)).status_code == 200
        client.http.headers["origin"] = "http://access.example.com"
        assert (await client.post(LOGOUT)).status_code == 403
