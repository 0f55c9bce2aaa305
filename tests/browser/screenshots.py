"""`python -m tests.browser.screenshots`: makes docs/pictures anew, for `make screenshots`."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser

from models.keys.keyring import Keyring
from tests.browser import graphiql
from tests.browser.customer import CustomerApp
from tests.browser.desk import Desk
from tests.support import databases, people, travelling
from tests.support.chromium import chromium
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running, running
from tests.support.window import Window, window

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
_AGENT = "agent@example.com"
_SETTLE = 1000  # milliseconds: colours and markers come a little later than the text
_NOW = datetime(2027, 3, 3, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
_ASKED = {
    "arne@example.com": (_NOW.replace(day=1, hour=16), "PHONE_LOST"),
    "petra@example.com": (_NOW.replace(day=2, hour=11, minute=20), "PHONE_BROKEN"),
    "quentin@example.com": (_NOW.replace(day=2, hour=13), "PHONE_REPLACED"),
    "ylva@example.com": (_NOW.replace(day=2, hour=17), "APP_REMOVED"),
    "otto@example.com": (_NOW.replace(hour=9, minute=30), "PHONE_LOST"),
}


@dataclass
class Scene:
    """A server with people, on a day in March, and a browser to look at it."""

    place: Running
    clock: Clock
    browser: Browser

    @asynccontextmanager
    async def window(self, **options: Any) -> AsyncIterator[Window]:
        """A window whose clock is right."""
        async with window(self.browser, self.place.url, **options) as one:
            await one.follow(self.clock.ahead)
            yield one

    async def asks(self, email: str) -> Person:
        """A customer asks for a reset, when and why it is told above."""
        at, reason = _ASKED[email]
        await self.clock.travel_to(at)
        customer = await people.customer(self.place, self.clock, email)
        await customer.request_reset(reason, deviceSerialNumber=customer.serial_number)
        return customer


async def _explorer(scene: Scene, picture: Path) -> None:
    """The agent has subscribed to the queue when somebody asks for a reset."""
    agent = await people.agent(scene.place, scene.clock, _AGENT)
    otto = await people.customer(scene.place, scene.clock, "otto@example.com")
    async with scene.window(width=1440) as one:
        explorer = await graphiql.opened(one)
        await explorer.sign_in(agent.email, agent.password, await agent.next_code())
        await explorer.run("RecoveryQueue")
        await explorer.answers('"recoveryQueue"')
        await explorer.run("RecoveryQueueEvents", {"after": "{{eventCursor}}"})
        await explorer.listens()
        await otto.request_reset(deviceSerialNumber=otto.serial_number)
        await explorer.answers('"TicketSubmitted"')
        await _draw(one, picture)


async def _enroll(scene: Scene, picture: Path) -> None:
    """The QR code at the second sign-in."""
    nina = await people.newcomer(scene.place, scene.clock, "nina@example.com")
    async with scene.window(width=1200) as one:
        app = CustomerApp(one, nina)
        await app.open()
        await app.enter_password()
        await app.shows("signIn:install")
        await app.button("signIn:toQrCode").click()
        await app.shows("signIn:scan")
        await _draw(one, picture)


async def _waiting(scene: Scene, picture: Path) -> None:
    """Support has begun to look at a request."""
    otto = await people.customer(scene.place, scene.clock, "otto@example.com")
    agent = await people.agent(scene.place, scene.clock, _AGENT)
    async with scene.window(width=1200) as one:
        app = CustomerApp(one, otto)
        await app.open()
        await app.enter_password()
        await app.ask_for_reset()
        await _claim(agent, otto.email)
        await app.state("CLAIMED")
        await _draw(one, picture)


async def _desk(scene: Scene, picture: Path) -> None:
    """One request is late, one will be soon, and somebody works on a third."""
    for email in _ASKED:
        await scene.asks(email)
    await scene.clock.travel_to(_NOW)
    colleague = await people.agent(scene.place, scene.clock, "mia@example.com")
    await _claim(colleague, "quentin@example.com")
    async with scene.window(width=1440) as one:
        desk = Desk(one, await people.agent(scene.place, scene.clock, _AGENT))
        await desk.stay()
        await desk.row("otto@example.com").wait_for()
        await _draw(one, picture)


_DRAWN: dict[str, Callable[[Scene, Path], Awaitable[None]]] = {
    "graphiql": _explorer,
    "enroll": _enroll,
    "waiting": _waiting,
    "desk": _desk,
}


async def draw_all() -> None:
    """Each on a server of its own."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with chromium() as browser:
        for name, draw in _DRAWN.items():
            picture = PICTURES / f"{name}.png"
            async with _scene(browser) as scene:
                await draw(scene, picture)
            sys.stdout.write(f"{picture}\n")


@asynccontextmanager
async def _scene(browser: Browser) -> AsyncIterator[Scene]:
    with tempfile.TemporaryDirectory() as folder, travelling.started() as traveller:
        url = f"sqlite://{folder}/sparekey.sqlite3"
        await databases.migrate(url)
        clock = Clock(traveller, url)
        await clock.travel_to(_NOW)
        async with running(url, Path(folder), Keyring.generate_text()) as place:
            yield Scene(place, clock, browser)


async def _claim(agent: Person, email: str) -> None:
    found = await agent.client.run("RecoveryQueue", first=1, filter={"search": email})
    await agent.client.run("ClaimTicket", ticketId=found["edges"][0]["node"]["id"])


async def _draw(one: Window, picture: Path) -> None:
    await one.page.wait_for_timeout(_SETTLE)
    await one.page.screenshot(path=picture)


if __name__ == "__main__":
    asyncio.run(draw_all())
