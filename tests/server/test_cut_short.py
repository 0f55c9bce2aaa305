"""Requests that are not done when their server has to end are told so like every other crash."""

import asyncio
from typing import Any

import httpx
import pytest

from server.view import View
from tests.support.databases import on_sqlite
from tests.support.served import Running

pytestmark = on_sqlite
ASKED_AS = "asked-as-this"
HEADERS = {"x-request-id": ASKED_AS, "accept": "application/graphql-response+json"}


@pytest.mark.parametrize(("method", "how"), [
    ("POST", {"json": {"query": "{ __typename }"}}),
    ("GET", {"params": {"query": "{ __typename }"}}),
])  # fmt: skip
async def test_a_request_that_is_ended_is_answered_with_its_id(
    served: Running, monkeypatch: pytest.MonkeyPatch, method: str, how: dict[str, Any]
) -> None:
    begun: asyncio.Queue[asyncio.Task[Any] | None] = asyncio.Queue()

    async def never(*_: object) -> None:
        begun.put_nowait(asyncio.current_task())
        await asyncio.Event().wait()

    monkeypatch.setattr(View, "_whole", never)
    async with httpx.AsyncClient(base_url=served.url, trust_env=False, headers=HEADERS) as http:
        asking = asyncio.create_task(http.request(method, "/graphql", **how))
        task = await begun.get()
        assert task and task.cancel()
        response = await asking
    assert response.status_code == 500 and response.headers["x-request-id"] == ASKED_AS
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": ASKED_AS}
