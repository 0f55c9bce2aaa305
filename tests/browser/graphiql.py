"""GraphiQL as a person uses it: tabs, the variables, the execute button, what is answered."""

import json
from typing import Any

from playwright.async_api import Locator, Page, TimeoutError

from tests.support.window import Window

_PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


class GraphiQL:
    """The explorer on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def run(self, operation: str, variables: dict[str, Any] | None = None) -> None:
        """Go to that operation's tab; run it with these variables, or as they stand there."""
        await self.page.get_by_role("combobox", name="Operation").select_option(operation)
        if variables:
            await self._fill(variables)
        await self.page.get_by_role("button", name="Execute query").click()

    async def answers(self, line: str) -> None:
        """Wait until the answer shows that line; fails with the answer where it does not come."""
        lines = self.page.locator(".graphiql-response .view-line")
        try:
            await _first(lines, line).wait_for()
        except TimeoutError as late:
            answer = "\n".join(await lines.all_inner_texts())
            raise AssertionError(f"No {line} in:\n{answer}") from late

    async def listens(self) -> None:
        """Wait until a subscription is open."""
        await self.page.get_by_role("button", name="Stop query").wait_for()

    async def says(self, text: str) -> None:
        """Wait until the bar says that about who is signed in."""
        await self.page.get_by_role("status").filter(has_text=text).wait_for()

    async def sign_in(self, email: str, password: str, code: str) -> None:
        """Both steps, each in its tab."""
        await self.run("Login", {"input": {"email": email, "password": password}})
        await self.answers('"CodeRequired"')
        await self.run("VerifyCode", {"input": {"challenge": "{{challenge}}", "code": code}})
        await self.answers('"SignedIn"')
        await self.says(email)

    async def sign_out(self) -> None:
        """By the button."""
        await self.page.get_by_role("button", name="Sign out").click()
        await self.says("Not signed in")

    async def _fill(self, variables: dict[str, Any]) -> None:
        editor = self.page.locator(".graphiql-editor-tool .monaco-editor").first
        text = json.dumps(variables, indent=2)
        await editor.locator(".view-lines").click()
        await self.page.keyboard.press("ControlOrMeta+A")
        # Pasted: the editor closes brackets and quotes of its own accord behind what is typed.
        await self.page.evaluate(_PASTE, text)
        # It takes a moment until it is there, and anything pressed in between calls it off.
        for line in text.splitlines():
            await _first(editor.locator(".view-line"), line.strip()).wait_for()
        await self.page.keyboard.press("ControlOrMeta+Home")


async def opened(window: Window) -> GraphiQL:
    """The explorer, ready to be used."""
    page = await window.go("/graphql")
    await page.locator(".graphiql-query-editor .view-line").first.wait_for()
    return GraphiQL(page)


def _first(lines: Locator, text: str) -> Locator:
    return lines.filter(has_text=text).first
