"""A person without a mouse: Tab leads to everything, and what has the focus shows it."""

from typing import Literal

from playwright.async_api import Locator, Page

_MOST_TABS = 60
_HAS_FOCUS = "one => one === document.activeElement"
# Looked at once it is painted: a change may be on its way for a moment.
_SHOWS_IT = """one => new Promise(resolve => {
  const look = () => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    resolve((outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none');
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
})"""
Role = Literal["button", "checkbox", "link", "radio"]


class Keyboard:
    """The keys, on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, key: str) -> None:
        """A key, wherever the focus is."""
        await self.page.keyboard.press(key)

    async def focus(self, wanted: Locator) -> None:
        """Go there by Tab; fails where that does not lead there, or where it is not seen."""
        await wanted.wait_for()
        for _ in range(_MOST_TABS):
            if await wanted.evaluate(_HAS_FOCUS):
                break
            await self.press("Tab")
        assert await wanted.evaluate(_HAS_FOCUS), f"Tab does not lead to {wanted}"
        assert await wanted.evaluate(_SHOWS_IT), f"Nobody sees that the focus is on {wanted}"

    async def type_into(self, field: Locator, text: str) -> None:
        """Go to that field and type; a line break sends the form."""
        await self.focus(field)
        await self.page.keyboard.type(text)

    async def press_on(self, role: Role, name: str, key: str = "Enter") -> None:
        """Go to what is called that, and press the key."""
        await self.focus(self.page.get_by_role(role, name=name, exact=True))
        await self.press(key)
