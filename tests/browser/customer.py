"""The customers' app as a person uses it."""

from playwright.async_api import expect

from tests.browser.signing import Look, Signing, look_away
from tests.support.people import Person
from tests.support.window import Window


class CustomerApp(Signing):
    """The app at `/`, in a window of that person."""

    def __init__(
        self, window: Window, person: Person, language: str = "en", look: Look = look_away
    ) -> None:
        super().__init__(window.page, person, language, look)
        self.window = window

    async def open(self, path: str = "/") -> None:
        """Go to that address."""
        await self.window.go(path)

    async def register(self) -> None:
        """The first unit; what is typed is typed once."""
        await self.page.get_by_role("link", name=self.say("signIn:register")).click()
        await self.shows("signIn:register")
        await self.field("signIn:email").fill(self.person.email)
        await self.field("signIn:password").fill(self.person.password)
        await self.field("signIn:serialNumber").fill(self.person.serial_number)
        await self.field("signIn:unitName").fill("Roof, east")
        await self.button("signIn:registerNow").click()

    async def is_inside(self) -> None:
        """Wait for the account page."""
        await self.shows("customers:account.title")
        signed_in = self.say("customers:account.signedInAs", email=self.person.email)
        await expect(self.page.get_by_text(signed_in)).to_be_visible()

    async def leave(self) -> None:
        """Sign out."""
        await self.button("customers:account.signOut").click()
        await self.shows("signIn:signIn")

    async def ask_for_reset(self, reason: str = "PHONE_LOST", message: str = "") -> str:
        """From the code to the form, and send it; returns the reference."""
        await self.shows("signIn:enterCode")
        await self.button("signIn:reset").click()
        await self.shows("signIn:reset")
        await self.page.get_by_role("radio", name=self.say(f"signIn:reason_{reason}")).check()
        await self.field("signIn:message").fill(message)
        await self.field("signIn:unitSerial").fill(self.person.serial_number)
        await self.button("signIn:send").click()
        return await self.reference()

    async def reference(self) -> str:
        """The request's number on the waiting page."""
        await self.page.get_by_text(self.say("customers:waiting.reference"), exact=True).wait_for()
        await self.look(self.page)
        return await self.page.get_by_role("definition").first.inner_text()

    async def state(self, state: str) -> None:
        """Wait until the waiting page says so."""
        await self.says(self.say(f"customers:waiting.state.{state}"))

    async def enter_release_code(self, code: str) -> None:
        """The code from the mail."""
        await self.shows("signIn:releaseCode")
        await self.field("signIn:releaseCodeLabel").fill(code)
        await self.button("signIn:next").click()
