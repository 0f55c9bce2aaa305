"""Documents made at random from the schema, right ones and wrong ones: none breaks the server."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from graphql import StringValueNode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema
from structlog.testing import capture_logs

import schema
from models.accounts.account import Account, Role
from tests.support import rows
from tests.support.databases import on_sqlite
from tests.support.served import Running, running

pytestmark = on_sqlite

EXAMPLES = 40
SCALARS = {
    "DateTime": st.datetimes().map(lambda one: StringValueNode(value=f"{one.isoformat()}Z")),
    "Date": st.dates().map(lambda one: StringValueNode(value=one.isoformat())),
}
Ask = Callable[[str], httpx.Response]


@pytest.fixture
def ask(database_url: str, tmp_path: Path, secret_keys: str) -> Iterator[Ask]:
    """Asks as a supervisor who has just signed in, whatever was done before."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        entering = stack.enter_async_context(running(database_url, tmp_path, secret_keys))
        place = runner.run(entering)
        session, _ = runner.run(rows.staff(place.policy, role=Role.SUPERVISOR))
        try:
            yield lambda text: runner.run(_ask(place, session.account, text))
        finally:
            runner.run(stack.aclose())


@pytest.mark.parametrize("mode", [Mode.POSITIVE, Mode.NEGATIVE])
def test_no_document_breaks_it(ask: Ask, mode: Mode) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema(schema.sdl(), custom_scalars=SCALARS, mode=mode))
    def answered(text: str) -> None:
        response = ask(text)
        assert response.status_code in (200, 400), response.text
        errors = response.json().get("errors", [])
        assert "INTERNAL" not in [one.get("extensions", {}).get("code") for one in errors]

    with capture_logs() as log:
        answered()
    assert not [line for line in log if line["log_level"] == "error"]


async def _ask(place: Running, account: Account, text: str) -> httpx.Response:
    _, token = await rows.signed_in(place.policy, account)
    client = place.program(token)
    try:
        return await client.post({"query": text})
    finally:
        await client.close()
