"""Work that is done again and again beside the requests, and survives what goes wrong in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from server import logs

log = structlog.get_logger("server.rounds")


@asynccontextmanager
async def rounds(
    name: str, seconds: float, work: Callable[[], Awaitable[object]]
) -> AsyncIterator[None]:
    """Do `work` every so many seconds while the block runs; failures are logged and tried again."""
    task = asyncio.create_task(_again_and_again(name, seconds, work), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _again_and_again(
    name: str, seconds: float, work: Callable[[], Awaitable[object]]
) -> None:
    failing = False
    while True:
        failing = not await _once(name, work, failing)
        await asyncio.sleep(seconds)


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
