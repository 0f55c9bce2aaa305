"""axe-core holds a page to WCAG 2.2 AA and to what is good practice beyond."""

from typing import Any

from playwright.async_api import Page

from tests.support.chromium import MODULES
from tests.support.window import Scheme

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
# What is on its way in or out would be judged half drawn.
_QUIET = """new Promise(resolve => {
  let timer;
  const observer = new MutationObserver(() => wait());
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (observer.disconnect(), resolve()), 100);
  };
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  wait();
})"""


async def axe(page: Page) -> None:
    """Fail with what axe-core finds on the page as it stands, in the dark and in the light."""
    await _judge(page, "dark", {"type": "rule", "values": _OF_COLOURS})
    await _judge(page, "light", {"type": "tag", "values": _TAGS})


async def _judge(page: Page, scheme: Scheme, only: dict[str, object]) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.evaluate(_QUIET)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = await page.evaluate(
        "runOnly => axe.run(document, { runOnly, resultTypes: ['violations'] })", only
    )
    assert found["violations"] == [], "\n".join([scheme, *map(_told, found["violations"])])


def _told(violation: dict[str, Any]) -> str:
    nodes = "\n".join(f"    {node['html']}\n    {_why(node)}" for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']}\n{nodes}"


def _why(node: dict[str, Any]) -> str:
    return str(node["failureSummary"]).replace("\n", " ")
