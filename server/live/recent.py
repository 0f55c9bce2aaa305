"""The last messages of a group, kept once for all of its members who are a little slow."""

from collections import deque

MOST = 500
MOST_CHARACTERS = 2**20


class Behind(Exception):
    """Raised where what is wanted is no longer kept."""


class Recent:
    """Messages by the number of their event; bounded, whoever waits for them."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, str]] = deque()
        self._characters = 0

    def keep(self, number: int, message: str) -> None:
        """The newest; the oldest make room for it."""
        self._kept.append((number, message))
        self._characters += len(message)
        while len(self._kept) > MOST or self._characters > MOST_CHARACTERS:
            _, dropped = self._kept.popleft()
            self._characters -= len(dropped)

    def next(self, seen: int) -> tuple[int, str]:
        """The message after the one of this number. Raises Behind."""
        place = seen + 1 - self._kept[0][0] if self._kept else -1
        if not 0 <= place < len(self._kept) or self._kept[place][0] != seen + 1:
            raise Behind
        return self._kept[place]
