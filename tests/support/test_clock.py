"""The clocks of process, database and server processes move together."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tortoise.context import TortoiseContext

from models import clock as models_clock
from models.storage import database
from tests.conftest import StartProcess
from tests.support import people
from tests.support.clock import Clock

AT_ONCE = timedelta(seconds=2)
FRIDAY = datetime(2027, 1, 8, 14, 0, tzinfo=UTC)


class TestTheDatabase:
    @pytest.mark.parametrize("by", [timedelta(days=40), timedelta(hours=-3)])
    async def test_travels_along(
        self, clock: Clock, connected: TortoiseContext, by: timedelta
    ) -> None:
        before = datetime.now(UTC)
        await clock.travel(by)
        for now in (clock.now(), models_clock.now(), await database.read_clock()):
            assert by <= now - before < by + AT_ONCE

    async def test_travels_to_an_instant(self, clock: Clock, connected: TortoiseContext) -> None:
        await clock.travel(timedelta(hours=1))
        await clock.travel_to(FRIDAY)
        assert FRIDAY <= await database.read_clock() < FRIDAY + AT_ONCE

    async def test_ticks(self, clock: Clock, connected: TortoiseContext) -> None:
        await clock.travel_to(FRIDAY)
        assert await database.read_clock() < await database.read_clock()


class TestAServerProcess:
    async def test_travels_along(self, clock: Clock, start_process: StartProcess) -> None:
        await clock.travel(timedelta(days=2))
        place = await start_process()
        await clock.travel_to(FRIDAY)
        ada = await people.newcomer(place, clock)
        (session,) = (await ada.client.run("Viewer"))["sessions"]
        assert FRIDAY <= datetime.fromisoformat(session["startedAt"]) <= clock.now()

    async def test_is_killed_and_comes_back(
        self, clock: Clock, start_process: StartProcess
    ) -> None:
        place = await start_process()
        await place.kill()
        with pytest.raises(httpx.TransportError):
            await place.browser().run("Viewer")
        await place.start(clock.ahead)
        assert await place.browser().run("Viewer") is None
