"""`sparekey queue`: the recovery queue in an operator's terminal, to look at only."""

import asyncio
from contextlib import aclosing, suppress

import typer
from rich.console import Console
from rich.live import Live

from models.dashboard import figures
from models.stream import feed
from models.stream.feed import Cursor, QueueEvent
from models.stream.tailer import Tailer
from server import settings
from server.commands import board
from server.commands.board import Board
from server.commands.migrate import connected
from server.commands.trouble import out
from server.settings import Settings

app = typer.Typer(help="The recovery queue, to look at.", no_args_is_help=True)
SHOWN = 25


@app.callback()
def _group() -> None:
    """The recovery queue, to look at."""


@app.command("list")
def list_(
    most: int = typer.Option(SHOWN, "--first", help="How many at most.", min=1),
) -> None:
    """List open requests, what is due next first."""
    out.print(asyncio.run(_list(settings.read(), most)))


@app.command()
def watch() -> None:
    """Watch the queue until Ctrl-C; into a file or a pipe, one line per event."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_watch(settings.read(), out))


async def _list(found: Settings, most: int) -> object:
    async with connected(found):
        rows = await board.open_rows(most)
        return board.table(rows) if rows else "Nobody waits."


async def _watch(found: Settings, console: Console) -> None:
    async with connected(found), Tailer() as tailer:
        if console.is_terminal:
            await _show(tailer, console)
        else:
            await _tell(tailer)


async def _tell(tailer: Tailer) -> None:
    start = await feed.head()
    typer.echo(board.counted(await figures.status()))
    async with aclosing(tailer.follow(start)) as events:
        async for event in events:
            typer.echo(_line(event))


def _line(event: QueueEvent) -> str:
    return f"{event.at:%Y-%m-%dT%H:%M:%SZ} {event.kind} {event.ticket.reference}"


async def _show(tailer: Tailer, console: Console) -> None:
    start = await feed.head()
    shown = Board(await figures.status(), await board.open_rows(SHOWN))
    try:
        with Live(get_renderable=shown.picture, console=console, screen=True, refresh_per_second=2):
            async with asyncio.TaskGroup() as beside:
                beside.create_task(_follow_status(tailer, shown))
                beside.create_task(_follow_events(tailer, start, shown))
    except ExceptionGroup as several:
        # Told in a sentence, as of any command.
        raise several.exceptions[0] from None


async def _follow_events(tailer: Tailer, start: Cursor, shown: Board) -> None:
    async with aclosing(tailer.follow(start)) as events:
        async for event in events:
            shown.news(_line(event))
            shown.rows = await board.open_rows(SHOWN)


async def _follow_status(tailer: Tailer, shown: Board) -> None:
    async with aclosing(tailer.statuses()) as statuses:
        async for status in statuses:
            shown.status = status
