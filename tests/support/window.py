"""A person's browser, with cookies of its own; it writes down whatever goes wrong in it."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
)

from tests.support.client import Client
from tests.support.operations import trusted
from tests.support.page_scripts import APPEARS, MACHINE_NOW, TRAVEL

Scheme = Literal["light", "dark"]
PATIENCE = 30_000  # milliseconds, of a machine that does other things too
LIVE = 2_000  # milliseconds, in which what happens elsewhere is to be on the screen
_FAULTS = ("error", "warning")
_OF_NO_HOST = ("data", "blob", "about")


class Window:
    """A browser's window on the server at `url`: `page` is its first tab.

    `faults`: what the console, the network and the scripts complained of, other hosts included.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.faults: list[str] = []
        self.asked: list[Request] = []
        self._forgiven: list[str] = []
        self._init_script = AsyncExitStack()
        self.page: Page
        context.on("page", self._watch)

    async def tab(self) -> Page:
        """One more tab, empty."""
        return await self.context.new_page()

    async def go(self, path: str = "/") -> Page:
        """Open that path of the server in the first tab."""
        await self.page.goto(self.url + path)
        return self.page

    async def take_session(self, client: Client) -> None:
        """Be signed in as that client is, with its cookies."""
        cookies = client.http.cookies.jar
        for one in cookies:
            await self.context.add_cookies(
                [{"name": one.name, "value": one.value or "", "url": self.url}]
            )

    async def follow(self, ahead: timedelta) -> None:
        """Set the clock of all pages, now and later, that far ahead of the machine's."""
        script = TRAVEL % (ahead / timedelta(milliseconds=1))
        await self._init_script.aclose()
        await self._init_script.enter_async_context(await self.context.add_init_script(script))
        for page in self.context.pages:
            await page.evaluate(script)

    def count(self, operation: str) -> int:
        """How often the pages asked by that name."""
        return sum(_name(request) == operation for request in self.asked)

    def forgive(self, *words: str) -> None:
        """Faults that hold any of these words are what this test is about."""
        self._forgiven += words

    def blameless(self) -> None:
        """Fail with whatever went wrong that was not forgiven."""
        faults = [one for one in self.faults if not any(word in one for word in self._forgiven)]
        assert faults == [], "\n".join(faults)

    @asynccontextmanager
    async def sees_live(self, words: str, within: int = LIVE) -> AsyncIterator[None]:
        """What the block does puts these words on this screen within two seconds of its end.

        By the page's own doing: it is not loaded anew.
        """
        assert words not in await self.page.inner_text("body"), f"{words!r} is there already"
        loaded = await self.page.evaluate("performance.timeOrigin")
        seen = await self.page.evaluate_handle(f"words => ({{ at: ({APPEARS})(words) }})", words)
        yield
        done = await self.page.evaluate(MACHINE_NOW)
        await self.page.get_by_text(words).first.wait_for()
        at = await seen.evaluate("seen => seen.at")
        assert at - done <= within, f"{words!r} came after {at - done:.0f} ms"
        assert loaded == await self.page.evaluate("performance.timeOrigin"), "The page was reloaded"

    @asynccontextmanager
    async def holding_back(self, operation: str) -> AsyncIterator[asyncio.Event]:
        """What the first tab asks by that name waits for the end of the block.

        The event is set once something waits.
        """
        held, over = asyncio.Event(), asyncio.Event()

        async def hold(route: Route) -> None:
            if _name(route.request) == operation:
                held.set()
                await over.wait()
            await route.continue_()

        await self.page.route("**/graphql", hold)
        yield held
        over.set()

    def _watch(self, page: Page) -> None:
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"{error}\n{error.stack}"))
        page.on("crash", lambda _: self.faults.append("The page crashed"))
        page.on("requestfailed", self._miss)
        page.on("request", self._note)
        page.on("websocket", lambda socket: self._check_host(socket.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in _FAULTS:
            self.faults.append(f"{message.text} ({message.location['url']})")

    def _miss(self, request: Request) -> None:
        # A page that is left, or no longer wants an answer, aborts by itself.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.url}: {request.failure}")

    def _note(self, request: Request) -> None:
        self.asked.append(request)
        self._check_host(request.url)

    def _check_host(self, address: str) -> None:
        asked = urlsplit(address)
        if asked.scheme not in _OF_NO_HOST and asked.netloc != urlsplit(self.url).netloc:
            self.faults.append(f"Another host was asked: {address}")


@asynccontextmanager
async def window(
    browser: Browser,
    url: str,
    *,
    locale: str = "en-GB",
    scheme: Scheme = "light",
    width: int = 1280,
    height: int = 900,
    zoom: float = 1,
) -> AsyncIterator[Window]:
    """A fresh window; nothing is judged at the end of the block."""
    context = await browser.new_context(
        locale=locale,
        timezone_id="Europe/Berlin",
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
        device_scale_factor=zoom,
    )
    async with context:
        opened = Window(context, url)
        opened.page = await context.new_page()
        yield opened


async def picture_of(shown: Locator) -> str:
    """What is seen there, as a phone held before the screen would: a `data:` URI of its pixels."""
    pixels = await shown.screenshot()
    return "data:image/png;base64," + base64.b64encode(pixels).decode()


def _name(request: Request) -> str | None:
    """Which operation an app asks for."""
    return trusted().get(json.loads(request.post_data or "{}").get("documentId", ""))
