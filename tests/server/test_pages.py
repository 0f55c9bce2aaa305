"""The pages of the process itself, and the headers of everything it answers."""

import re

import pytest
from httpx import Response

from tests.support import people
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running

pytestmark = on_sqlite

PAGES = ("/", "/support", "/confirm", "/cancel", "/not-me")
EVERYTHING = (*PAGES, "/healthz", "/readyz", "/graphql", "/nothing", "/pages/page.css")
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")


async def get(served: Running, path: str) -> Response:
    """An address, opened in a browser."""
    return await served.browser().http.get(path, headers={"accept": "text/html"})


class TestHeaders:
    @pytest.mark.parametrize("path", EVERYTHING)
    async def test_of_every_answer(self, served: Running, path: str) -> None:
        headers = (await get(served, path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        denied = headers["permissions-policy"].split(", ")
        assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(denied)
        assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
        assert headers["cache-control"] in ("no-store", "no-cache")
        assert "server" not in headers
        assert "strict-transport-security" not in headers

    async def test_of_answers_of_the_api(self, served: Running) -> None:
        response = await served.browser().post({"query": "{ viewer { id } }"})
        assert response.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("path", PAGES)
    async def test_of_pages(self, served: Running, path: str) -> None:
        headers = (await get(served, path)).headers
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "*" not in policy


class TestPages:
    @pytest.mark.parametrize("path", PAGES)
    async def test_need_no_other_host(self, served: Running, path: str) -> None:
        page = await get(served, path)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert not ELSEWHERE.search(page.text)
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", page.text)
        for part in re.findall(r'(?:src|href)="(/(?:pages|assets)/[^"]+)"', page.text):
            assert (await get(served, part)).status_code == 200

    @pytest.mark.parametrize("path", PAGES)
    async def test_take_no_post(self, served: Running, path: str) -> None:
        assert (await served.browser().http.post(path)).status_code == 405


class TestMailedLinks:
    async def open(self, client: Client, token: str) -> None:
        """All that a program may do which looks into mails: open addresses, not press buttons."""
        for page in ("confirm", "cancel", "not-me"):
            for address in (f"/{page}#{token}", f"/{page}?{token}", f"/{page}?token={token}"):
                assert (await client.http.get(address)).status_code == 200

    async def test_opening_one_changes_nothing(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        close = (await ada.letter("Your account with")).token("not-me")
        receipt = (await ada.request_reset())["receipt"]
        letter = await ada.letter("Your request")
        before = await ada.client.run("ResetStatus", receipt=receipt)
        stranger = served.browser()
        for token in (close, letter.token("confirm"), letter.token("cancel")):
            await self.open(stranger, token)
        assert await ada.client.run("ResetStatus", receipt=receipt) == before

        confirmed = await stranger.run("ConfirmMailbox", token=letter.token("confirm"))
        assert expect(confirmed, "ResetStatus")["state"] == "WAITING"
        cancelled = await stranger.run("CancelReset", receipt=letter.token("cancel"))
        assert expect(cancelled, "ResetStatus")["state"] == "CANCELLED"

    async def test_the_link_leads_to_the_page(self, served: Running, clock: Clock) -> None:
        ada = await people.newcomer(served, clock)
        letter = await ada.letter("Your account with")
        assert f"{served.url}/not-me#{letter.token('not-me')}" in letter.text
        closed = await served.browser().run("CloseAccount", token=letter.token("not-me"))
        expect(closed, "AccountClosed")
        assert await ada.client.run("Viewer") is None
