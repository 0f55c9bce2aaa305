"""What a page costs whoever opens it."""

import pytest

from tests.browser.conftest import OpenWindow
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running
from tests.support.window import Window

MOST = 120_000  # bytes of script as they travel


@pytest.fixture
async def window(served: Running, clock: Clock, open_window: OpenWindow) -> Window:
    return await open_window(served)


async def scripts(window: Window, path: str) -> dict[str, int]:
    """The scripts that a page loads by itself, and their bytes as they travelled."""
    window.asked.clear()
    await window.go(path)
    await window.page.get_by_role("heading", level=1).wait_for()
    await window.page.wait_for_load_state("networkidle")
    asked = [one for one in window.asked if one.resource_type == "script"]
    return {one.url: (await one.sizes())["responseBodySize"] for one in asked}


@on_sqlite
async def test_the_sign_in_page_is_light(window: Window) -> None:
    loaded = await scripts(window, "/")
    assert 10_000 < sum(loaded.values()) <= MOST, loaded


@on_sqlite
async def test_the_desk_and_the_explorer_come_apart(window: Window) -> None:
    here = (await scripts(window, "/")).keys()
    desk = (await scripts(window, "/support")).keys() - here
    assert desk, "The desk has no script of its own"
    assert not any("explorer" in url for url in here | desk)
    assert not any("graphql-ws" in url for url in here)
