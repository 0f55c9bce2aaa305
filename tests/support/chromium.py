"""The Chromium that `make setup` unpacked, or the one that SPAREKEY_TEST_CHROMIUM names."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

NAMED_BY = "SPAREKEY_TEST_CHROMIUM"
MODULES = Path(__file__).parents[1] / "browser" / "node_modules"
_PLACE = MODULES / ".chromium"
_FLAGS = [
    "--headless",
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser, ended with the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launching())
        try:
            yield browser
        finally:
            await browser.close()


def launching(*flags: str) -> dict[str, Any]:
    """How Playwright is to launch it, with further flags. Raises FileNotFoundError."""
    named = os.environ.get(NAMED_BY)
    if not (named or _PLACE.exists()):
        raise FileNotFoundError("Chromium is not unpacked: run make setup, with Node.js installed.")
    return {
        "executable_path": named or _PLACE / "chromium",
        "args": [*_FLAGS, *flags],
        "env": dict(os.environ) if named else _own_environment(),
    }


def _own_environment() -> dict[str, str | float | bool]:
    libraries = [str(_PLACE / "libraries" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return {
        **os.environ,
        "LD_LIBRARY_PATH": ":".join(filter(None, libraries)),
        "FONTCONFIG_PATH": str(_PLACE / "fonts"),
    }
