"""`python -m tests.browser.lighthouse`: what Lighthouse says of the sign-in page and of the desk.

Fetches Lighthouse from npm (it is too big for every test run). Prints the scores of accessibility
and best practices; status 1 where one is below 95.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import async_playwright

from tests.browser.demo import AGENT, PASSWORD, Demo, demo
from tests.support.chromium import launching
from tests.support.operations import operation

VERSION = "13.5.0"
LEAST = 95
_CATEGORIES = "accessibility,best-practices"


async def judge(url: str, port: int, report: Path) -> dict[str, int]:
    """The scores of that page in the browser at that port; prints what lowers them."""
    child = await asyncio.create_subprocess_exec(
        *("npx", "--yes", f"lighthouse@{VERSION}", url, "--quiet", f"--port={port}"),
        *("--disable-storage-reset", f"--only-categories={_CATEGORIES}"),
        *("--output=json", f"--output-path={report}"),
    )
    if await child.wait():
        raise RuntimeError(f"Lighthouse gave up on {url}.")
    return _read(report)


async def main() -> int:
    """Both pages, as an agent who is signed in sees them; `/` before that."""
    port = _free_port()
    with TemporaryDirectory(prefix="sparekey-") as folder:
        async with demo() as place, async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                folder, **launching(f"--remote-debugging-port={port}")
            )
            report = Path(folder, "report.json")
            scores = [await judge(place.url, port, report)]
            await _sign_in(context.request, place)
            scores.append(await judge(f"{place.url}/support", port, report))
            await context.close()
    for name, found in zip(("sign-in", "desk"), scores, strict=True):
        sys.stdout.write(f"{name}: {found}\n")
    return int(any(score < LEAST for found in scores for score in found.values()))


def _read(report: Path) -> dict[str, int]:
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    for audit in found["audits"].values():
        if audit["score"] not in (None, 1):
            sys.stdout.write(f"  {audit['id']}: {audit['title']}\n")
    return {name: round(one["score"] * 100) for name, one in found["categories"].items()}


async def _sign_in(http: Any, place: Demo) -> None:
    required = await _ask(http, place, "Login", email=AGENT, password=PASSWORD)
    challenge, code = required["challenge"]["token"], await place.code(AGENT)
    await _ask(http, place, "VerifyCode", challenge=challenge, code=code)


async def _ask(http: Any, place: Demo, name: str, **fields: str) -> Any:
    payload = operation(name).payload(fields)
    answer = await http.post(f"{place.url}/graphql", data=payload)
    return (await answer.json())["data"][operation(name).field]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
