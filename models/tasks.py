"""Tasks that run beside others."""

import asyncio
from contextlib import suppress


async def end(task: asyncio.Task[None] | None) -> None:
    """Cancel a task, if there is one, and wait until it is over. Raises what else had ended it."""
    if task:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
