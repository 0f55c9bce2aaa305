"""The tests' window: nothing that goes wrong in a page escapes it, and it keeps our time."""

from datetime import datetime, timedelta

import pytest
import segno

from tests.browser.conftest import OpenWindow
from tests.support import qr
from tests.support.axe import axe
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.served import Running
from tests.support.window import Window, picture_of

SECRET = "otpauth://totp/Sparekey:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Sparekey"

FAINT = """<html lang="en"><head><title>Faint</title><meta name="color-scheme" content="dark">
<style>p { color: light-dark(black, #333); background: light-dark(white, black) }
html { color-scheme: light dark }</style></head>
<body><main><h1>Hello</h1><p>Nobody can read this in the dark.</p></main></body></html>"""
HTML = "text/html"
COMPLAINTS = {
    "console.warn('careful')": "careful",
    "setTimeout(() => { throw new Error('oops') })": "oops",
    "fetch('http://localhost:9/x').catch(() => {})": "Another host was asked",
    "void new WebSocket('ws://localhost:9/x')": "Another host was asked",
    "fetch('/missing')": "404",
}


@pytest.fixture
async def window(served: Running, open_window: OpenWindow) -> Window:
    opened = await open_window(served)
    await opened.page.route("**/blank", lambda route: route.fulfill(body="", content_type=HTML))
    await opened.go("/blank")
    return opened


@on_sqlite
class TestFaults:
    async def test_are_heard(self, window: Window) -> None:
        for script, complaint in COMPLAINTS.items():
            await window.page.evaluate(script)
            await window.page.wait_for_timeout(100)
            with pytest.raises(AssertionError, match=complaint):
                window.blameless()
            window.faults.clear()

    async def test_of_a_second_tab_too(self, window: Window) -> None:
        tab = await window.tab()
        await tab.evaluate("console.error('second')")
        window.forgive("sec")
        window.blameless()
        assert len(window.faults) == 1


@on_sqlite
async def test_its_clock_travels_along(window: Window, clock: Clock) -> None:
    for by in (timedelta(days=40), timedelta(hours=-3)):
        await clock.travel(by)
        for shown in ("new Date().toISOString()", "new Date(Date.now()).toISOString()"):
            seen = datetime.fromisoformat(await window.page.evaluate(shown))
            assert abs(clock.now() - seen) < timedelta(seconds=2)
    await window.page.reload()
    assert await window.page.evaluate("new Date(0).getTime() + Date.UTC(1970, 0) + 1") == 1
    assert abs(await window.page.evaluate("Date.now()") / 1000 - clock.now().timestamp()) < 2


@on_sqlite
async def test_what_is_seen_live_is_timed(window: Window) -> None:
    late = "ms => setTimeout(() => { document.body.append(`after ${ms}`) }, ms)"
    async with window.sees_live("after 500"):
        await window.page.evaluate(late, 500)
    with pytest.raises(AssertionError, match="came after"):
        async with window.sees_live("after 2500"):
            await window.page.evaluate(late, 2500)


@on_sqlite
async def test_a_code_on_the_screen_is_read(window: Window) -> None:
    code = segno.make(SECRET).svg_data_uri(scale=4, light="white")
    await window.page.set_content(f'<img alt="code" src="{code}">')
    assert qr.read(await picture_of(window.page.get_by_role("img"))) == SECRET


@on_sqlite
async def test_what_bars_people_is_found(window: Window) -> None:
    await window.page.set_content("<main><h1>Hello</h1><img src='data:,'><input></main>")
    with pytest.raises(AssertionError, match="image-alt.*\n.*<img"):
        await axe(window.page)
    await window.page.set_content(FAINT)
    with pytest.raises(AssertionError, match="dark\ncolor-contrast"):
        await axe(window.page)
