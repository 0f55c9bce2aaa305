"""The way in, at both apps, as a person uses it: found by what it calls things."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

from tests.browser.words import Words
from tests.support.people import Person
from tests.support.window import picture_of

Look = Callable[[Page], Awaitable[None]]


async def look_away(page: Page) -> None:
    """Look at nothing in particular."""


class Signing:
    """The way in, on a page: the customers' or the desk's. `look` is done on each screen of it."""

    def __init__(self, page: Page, person: Person, language: str = "en", look: Look = look_away):
        self.page = page
        self.person = person
        self.say = Words(language)
        self.look = look

    def field(self, key: str) -> Locator:
        """The input of that label."""
        return self.page.get_by_label(self.say(key), exact=True)

    def button(self, key: str) -> Locator:
        """The button of that name."""
        return self.page.get_by_role("button", name=self.say(key), exact=True)

    def button_named(self, key: str, **values: object) -> Locator:
        """The button of a name that says of what."""
        return self.page.get_by_role("button", name=self.say(key, **values), exact=True)

    async def shows(self, key: str, **values: object) -> None:
        """Wait for the screen with that heading."""
        heading = self.page.get_by_role(
            "heading", name=self.say(key, **values), exact=True, level=1
        )
        await heading.wait_for()
        await self.look(self.page)

    async def says(self, words: str) -> None:
        """Wait until a screen reader is told these words."""
        told = self.page.get_by_role("alert").or_(self.page.get_by_role("status"))
        await expect(told.filter(has_text=words).first).to_be_visible()

    async def enter_password(self, password: str | None = None) -> None:
        """E-mail and password."""
        await self.shows("signIn:signIn")
        await self.field("signIn:email").fill(self.person.email)
        await self.field("signIn:password").fill(password or self.person.password)
        await self.button("signIn:signIn").click()

    async def enter_code(self, code: str | None = None) -> None:
        """The phone's next code, or that one; six digits need no button."""
        await self.field("signIn:code").fill(code or await self.person.next_code())

    async def set_up_phone(self) -> None:
        """Install the app, scan what is on the screen, and enter the first code."""
        await self.shows("signIn:install")
        await self.button("signIn:toQrCode").click()
        await self.scan()
        await self.enter_code()

    async def scan(self) -> None:
        """Hold the phone before the screen."""
        await self.shows("signIn:scan")
        code = self.page.get_by_role("img", name=self.say("signIn:qrCode"), exact=True)
        self.person.scan(await picture_of(code))

    async def sign_in(self) -> None:
        """E-mail, password and code."""
        await self.enter_password()
        await self.shows("signIn:enterCode")
        await self.enter_code()

    async def step_up(self) -> None:
        """Enter a fresh code where it is asked for."""
        question = self.page.get_by_role("dialog", name=self.say("signIn:stepUp"))
        await question.wait_for()
        await self.look(self.page)
        await question.get_by_label(self.say("signIn:code")).fill(await self.person.next_code())
        await question.wait_for(state="detached")
