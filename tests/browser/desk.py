"""The support desk as an agent uses it."""

from copy import copy
from typing import Self

from playwright.async_api import Locator, expect

from tests.browser.signing import Look, Signing, look_away
from tests.support.people import Person
from tests.support.window import Window


class Desk(Signing):
    """The app at `/support`, in a window of that agent."""

    def __init__(
        self, window: Window, person: Person, language: str = "en", look: Look = look_away
    ) -> None:
        super().__init__(window.page, person, language, look)
        self.window = window

    async def open(self, path: str = "") -> None:
        """Go to that address below `/support`."""
        await self.window.go(f"/support{path}")

    async def enter(self, path: str = "") -> None:
        """Open it and sign in."""
        await self.open(path)
        await self.sign_in()
        await self.is_live()

    async def stay(self, path: str = "") -> None:
        """Open it in the session that this agent has already."""
        await self.window.take_session(self.person.client)
        await self.open(path)
        await self.is_live()

    async def in_another_tab(self, path: str = "") -> Self:
        """The desk once more, in a tab beside this one."""
        other = copy(self)
        other.page = await self.window.tab()
        await other.page.goto(f"{self.window.url}/support{path}")
        await other.is_live()
        return other

    async def is_live(self) -> None:
        """Wait until it says that it is connected."""
        await self.connection("live")

    async def connection(self, state: str) -> None:
        """Wait until it says so of its connection."""
        status = self.page.get_by_role("status", name=self.say("desk:connection.name"))
        await expect(status).to_have_text(self.say(f"desk:connection.{state}"))

    async def go_to(self, place: str) -> None:
        """By the navigation: `queue` or `history`."""
        links = self.page.get_by_role("navigation", name=self.say("desk:nav.name"))
        await links.get_by_role("link", name=self.say(f"desk:nav.{place}")).click()

    def row(self, words: str) -> Locator:
        """The row of the queue that holds these words."""
        return self.page.get_by_role("row").filter(has_text=words)

    async def open_ticket(self, reference: str) -> None:
        """By its link in the queue."""
        await self.page.get_by_role("link", name=reference).click()
        await self.is_at_ticket(reference)

    async def is_at_ticket(self, reference: str) -> None:
        """Wait for the ticket's page."""
        heading = self.page.get_by_role("heading", level=1).filter(has_text=reference)
        await heading.wait_for()
        await self.page.get_by_role("heading", name=self.say("ticket:evidence.title")).wait_for()
        await self.look(self.page)

    async def claim(self) -> None:
        """Take it."""
        await self.button("ticket:claim.take").click()
        await expect(self.page.get_by_text(self.say("ticket:claim.mine"))).to_be_visible()

    def evidence(self, kind: str) -> Locator:
        """The piece of evidence of that kind."""
        title = self.page.get_by_role("heading", name=self.say(f"ticket:kind.{kind}"))
        return self.page.get_by_role("listitem").filter(has=title)

    async def decide(self, how: str, note: str, checked: str = "DEVICE_SERIAL") -> None:
        """Say why, tick what was checked, and press `approve` or `reject`."""
        if checked:
            await self.page.get_by_role(
                "checkbox", name=self.say(f"ticket:kind.{checked}"), exact=True
            ).check()
        await self.field("ticket:decision.note").fill(note)
        await self.button(f"ticket:decision.{how}").click()

    async def has_decided(self, how: str) -> None:
        """Wait until the ticket says how it ended."""
        ended = self.say(f"ticket:decision.{how}", who=self.person.email)
        await expect(self.page.get_by_text(ended)).to_be_visible()
