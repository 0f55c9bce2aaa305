"""Time is travelled, not slept through."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import time_machine

from tests.support import postgres


class Follower(Protocol):
    """A server process that goes along."""

    async def follow(self, ahead: timedelta) -> None:
        """Set its clock that far ahead of the machine's."""


class Clock:
    """This process's wall clock, the PostgreSQL database's now(), and the followers', as one.

    Between travels the clock ticks. Event loops go by the monotonic clock, which stays as it is.
    """

    def __init__(self, traveller: time_machine.Traveller, database_url: str) -> None:
        self.ahead = timedelta()
        self.followers: list[Follower] = []
        self._traveller = traveller
        self._database_url = database_url

    def now(self) -> datetime:
        """The present instant, where the travels have led."""
        return datetime.now(UTC)

    async def travel(self, by: timedelta) -> datetime:
        """Move on by that much (or back); returns the instant reached."""
        self.ahead += by
        self._traveller.shift(by)
        if self._database_url.startswith("postgres"):
            await postgres.set_ahead(self._database_url, self.ahead)
        for follower in self.followers:
            await follower.follow(self.ahead)
        return self.now()

    async def travel_to(self, at: datetime) -> datetime:
        """Move to that instant; returns it as reached, microseconds later."""
        return await self.travel(at - self.now())
