"""Windows that people sit before, in one Chromium for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.chromium import chromium
from tests.support.clock import Clock
from tests.support.people import Place
from tests.support.served import Running, running
from tests.support.window import PATIENCE, Window, window

OpenWindow = Callable[..., Awaitable[Window]]

expect.set_options(timeout=PATIENCE)


@pytest.fixture
async def served(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> AsyncIterator[Running]:
    """The server, in this process; it runs the contract's own documents, and no others."""
    async with running(database_url, tmp_path, secret_keys, DOCUMENTS="trusted") as place:
        yield place


@pytest.fixture
async def browser(clock: Clock) -> AsyncIterator[Browser]:
    """A running Chromium."""
    async with chromium() as running:
        yield running


@pytest.fixture
async def open_window(browser: Browser, clock: Clock) -> AsyncIterator[OpenWindow]:
    """Opens windows on a server, each with cookies of its own; their clocks travel along.

    In the end each of them must be blameless: no word on the console, no other host.
    """
    windows: list[Window] = []
    async with AsyncExitStack() as stack:

        async def open(place: Place, **options: Any) -> Window:
            one = await stack.enter_async_context(window(browser, place.url, **options))
            await one.follow(clock.ahead)
            clock.followers.append(one)
            windows.append(one)
            return one

        yield open
        for one in windows:
            clock.followers.remove(one)
            one.blameless()
