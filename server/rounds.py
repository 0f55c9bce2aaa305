"""Work that is done again and again beside the requests, and survives what goes wrong in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from server import logs

# How long rounds that are at work may take to finish, all together, when the block ends.
FINISH_WITHIN = 5.0
log = structlog.get_logger("server.rounds")


@dataclass(frozen=True)
class Round:
    """Some work, and after how many seconds it is done again."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


@asynccontextmanager
async def going(rounds: Iterable[Round]) -> AsyncIterator[None]:
    """Do them all while the block runs; failures are logged and tried again."""
    over = asyncio.Event()
    tasks = [
        asyncio.create_task(_again_and_again(one, over), name=f"round {one.name}") for one in rounds
    ]
    try:
        yield
    finally:
        over.set()
        # A mail that is being handed over, and is cut off, would be sent again.
        await asyncio.wait(tasks, timeout=FINISH_WITHIN)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _again_and_again(one: Round, over: asyncio.Event) -> None:
    failing = False
    while not over.is_set():
        failing = not await _once(one, failing)
        with suppress(TimeoutError):
            async with asyncio.timeout(one.seconds):
                await over.wait()


async def _once(one: Round, failing: bool) -> bool:
    try:
        await one.work()
    except Exception as error:
        if not failing:
            log.error("round failed", work=one.name, **logs.crash(error))
        return False
    if failing:
        log.info("round works again", work=one.name)
    return True
