"""The counter of SQL hears what a request sends, and nothing else."""

import asyncio

from tests.support import people, statements
from tests.support.clock import Clock
from tests.support.served import Running

LONGER_THAN_ANY_ROUND = 2.5


async def test_a_request_is_heard(served: Running, clock: Clock) -> None:
    ada = await people.newcomer(served, clock)
    with statements.of_requests() as heard:
        await ada.client.run("Viewer")
        first = len(heard)
        await ada.client.run("Viewer")
    assert 0 < first < 20
    assert len(heard) == 2 * first
    assert any("SELECT" in statement for statement in heard)


async def test_what_runs_beside_is_not(served: Running) -> None:
    with statements.of_requests() as heard:
        await asyncio.sleep(LONGER_THAN_ANY_ROUND)
    assert heard == []
