"""Work that is done again and again beside the requests, and survives what goes wrong in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from server import logs

# How long a round that is at work may take to finish when the block ends.
FINISH_WITHIN = 5.0
log = structlog.get_logger("server.rounds")


@asynccontextmanager
async def rounds(
    name: str, seconds: float, work: Callable[[], Awaitable[object]]
) -> AsyncIterator[None]:
    """Do `work` every so many seconds while the block runs; failures are logged and tried again."""
    over = asyncio.Event()
    task = asyncio.create_task(_again_and_again(name, seconds, work, over), name=name)
    try:
        yield
    finally:
        over.set()
        # A mail that is being handed over, and is cut off, would be sent again.
        await asyncio.wait([task], timeout=FINISH_WITHIN)
        task.cancel()
        await asyncio.wait([task])


async def _again_and_again(
    name: str, seconds: float, work: Callable[[], Awaitable[object]], over: asyncio.Event
) -> None:
    failing = False
    while not over.is_set():
        failing = not await _once(name, work, failing)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await over.wait()


async def _once(name: str, work: Callable[[], Awaitable[object]], failing: bool) -> bool:
    try:
        await work()
    except Exception as error:
        if not failing:
            log.error("round failed", work=name, **logs.crash(error))
        return False
    if failing:
        log.info("round works again", work=name)
    return True
