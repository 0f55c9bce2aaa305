"""`sparekey queue list` and `watch`: what an operator sees, as it happens."""

import asyncio
import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import cast

import pytest
from rich.console import Console

from models.dashboard.listed import Listed
from models.stream.tailer import Tailer
from server.commands import board, queue
from tests.conftest import StartProcess
from tests.support import people, rows
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.terminal import Terminal

SOON = 20.0
SCREEN = {"COLUMNS": "160", "LINES": "50", "TERM": "xterm"}


class Screen:
    """What a program has written to a terminal."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._seen = ""

    async def shows(self, words: str) -> None:
        """Returns once these words were written."""
        async with asyncio.timeout(SOON):
            while words not in self._seen:
                read = await asyncio.to_thread(os.read, self._handle, 65536)
                self._seen += read.decode(errors="replace")


@contextmanager
def terminal() -> Iterator[tuple[int, Screen]]:
    """A terminal: the program's end of it, and its screen."""
    ours, theirs = pty.openpty()
    try:
        yield theirs, Screen(ours)
    finally:
        os.close(ours)
        os.close(theirs)


async def line(output: asyncio.StreamReader | None) -> str:
    assert output
    async with asyncio.timeout(SOON):
        return (await output.readline()).decode()


class TestList:
    def test_an_empty_queue(self, settled: Terminal) -> None:
        assert settled.does("queue", "list") == "Nobody waits.\n"

    async def test_what_is_open(self, start_process: StartProcess, clock: Clock) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        reference = (await ada.request_reset("PHONE_BROKEN"))["ticket"]["reference"]
        async with place.beside("queue", "list", environment=SCREEN) as listing:
            listed, _ = await listing.communicate()
        for shown in (reference, "ada@example.com", "PHONE_BROKEN", "WAITING", "in "):
            assert shown in listed.decode()

    async def test_a_narrow_terminal_cuts_nothing_off(
        self, start_process: StartProcess, clock: Clock
    ) -> None:
        place = await start_process()
        ada = await people.customer(place, clock, "ada.of.the.northern.halls@example.com")
        reference = (await ada.request_reset())["ticket"]["reference"]
        async with place.beside("queue", "list", environment=SCREEN | {"COLUMNS": "80"}) as listing:
            listed, _ = await listing.communicate()
        cells = [line.split("│") for line in listed.decode().splitlines() if "│" in line]
        assert cells[0][1].strip() == reference
        address = "".join(row[2].strip() for row in cells)
        assert address == "ada.of.the.northern.halls@example.com"


class TestWatch:
    async def test_a_line_for_each_event(self, start_process: StartProcess, clock: Clock) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        async with place.beside("queue", "watch") as watching:
            assert await line(watching.stdout) == "0 waiting, 0 claimed, 0 overdue\n"
            asked = await ada.request_reset()
            reference = asked["ticket"]["reference"]
            assert (await line(watching.stdout)).endswith(f" SUBMITTED {reference}\n")
            told = await ada.client.run("CancelReset", input={"receipt": asked["receipt"]})
            expect(told, "ResetStatus")
            assert (await line(watching.stdout)).endswith(f" CANCELLED {reference}\n")

    async def test_in_a_terminal_the_queue_as_it_is(
        self, start_process: StartProcess, clock: Clock
    ) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        with terminal() as (theirs, screen):
            async with place.beside("queue", "watch", stdout=theirs, environment=SCREEN):
                await screen.shows("0 waiting")
                asked = await ada.request_reset()
                await screen.shows(asked["ticket"]["reference"])
                await screen.shows("1 waiting")


@pytest.mark.usefixtures("connected", "policy")
class TestTheScreen:
    @pytest.fixture
    def console(self) -> Console:
        return Console(file=StringIO(), force_terminal=True, width=160, height=40)

    async def test_what_happens_while_it_is_read(
        self, console: Console, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        references: list[str] = []
        read = board.open_rows

        async def and_then(most: int) -> list[Listed]:
            found = await read(most)
            if not references:
                (ticket,) = await rows.tickets(await rows.accounts(1))
                references.append(ticket.reference)
                await rows.tell(ticket.id)
            return found

        monkeypatch.setattr(board, "open_rows", and_then)
        async with Tailer() as tailer, asyncio.timeout(SOON):
            showing = asyncio.create_task(queue._show(tailer, console))
            written = cast(StringIO, console.file)
            while not references or references[0] not in written.getvalue():
                await asyncio.sleep(0.05)
            showing.cancel()
            await asyncio.wait([showing])

    async def test_a_database_that_goes_away(
        self, console: Console, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(queue, "_follow_events", broken)
        async with Tailer() as tailer:
            with pytest.raises(ConnectionRefusedError):
                await queue._show(tailer, console)
