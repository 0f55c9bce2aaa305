"""What a socket waits for, at next to no cost while it waits for nothing.

asyncio's Queue and Event hold deques from the first moment: 4 kB for each socket.
"""

import asyncio
from collections import deque
from typing import Any


class Messages:
    """What came in and was not received yet; for one who receives."""

    __slots__ = ("_kept", "_waiting")

    def __init__(self) -> None:
        self._kept: deque[Any] | None = None
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        """One more."""
        if self._kept is None:
            self._kept = deque()
        self._kept.append(message)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def empty(self) -> bool:
        """Whether there is none."""
        return self._kept is None

    def more(self) -> asyncio.Future[None]:
        """Done when there may be one."""
        self._waiting = asyncio.get_running_loop().create_future()
        return self._waiting

    def next(self) -> Any:
        """The oldest. There must be one."""
        assert self._kept is not None  # noqa: S101 # as `empty` says
        message = self._kept.popleft()
        if not self._kept:
            self._kept = self._waiting = None
        return message


class Gate:
    """An event that is set most of the time."""

    __slots__ = ("_shut",)

    def __init__(self) -> None:
        self._shut: asyncio.Event | None = None

    def is_set(self) -> bool:
        """Whether nobody has to wait."""
        return self._shut is None

    def clear(self) -> None:
        """Who comes now has to wait."""
        self._shut = self._shut or asyncio.Event()

    def set(self) -> None:
        """All may go on."""
        if self._shut is not None:
            self._shut.set()
            self._shut = None

    async def wait(self) -> None:
        """Until it is set."""
        if self._shut is not None:
            await self._shut.wait()
