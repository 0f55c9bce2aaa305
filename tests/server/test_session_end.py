"""Sockets live as long as their session: within 5 seconds they close with 4401."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from models.accounts import closing
from models.accounts.account import Account, Role
from models.signing_in.session import Session
from schema import ids
from tests.support import rows
from tests.support.client import Client
from tests.support.served import Running
from tests.support.socket import Events

CLOSED_WITHIN = 5.0
ENDED = 4401


class Desk:
    """An agent with two sessions; each watches the queue."""

    def __init__(self, here: Session, one: Client, other: Client) -> None:
        self.here, self.one, self.other = here, one, other
        self.watched: list[Events] = []


@pytest.fixture
async def desk(served: Running) -> AsyncIterator[Desk]:
    here, token = await rows.staff(served.policy)
    _, other = await rows.signed_in(served.policy, here.account)
    desk = Desk(here, served.program(token), served.program(other))
    async with AsyncExitStack() as stack:
        for client in (desk.one, desk.other):
            events = await stack.enter_async_context(client.subscribe("WatchQueueStatus"))
            await events.next()
            desk.watched.append(events)
        yield desk


async def test_signing_out_closes_one_and_leaves_the_other(desk: Desk) -> None:
    await desk.one.run("Logout")
    ending, staying = desk.watched
    assert await ending.closed(CLOSED_WITHIN) == ENDED
    await staying.silent(0.2)
    await rows.tickets(await rows.accounts(1))
    assert (await staying.next())["waiting"] == 1


async def test_revoking_another_session(desk: Desk) -> None:
    answer = await desk.other.run("RevokeSession", id=ids.write("session", desk.here.id))
    assert answer is True
    assert await desk.watched[0].closed(CLOSED_WITHIN) == ENDED
    assert await desk.other.run("Viewer")


async def test_disabling_the_account(served: Running, desk: Desk) -> None:
    await closing.disable(served.policy, await Account.get(id=desk.here.account_id), "Left us.")
    codes = await asyncio.gather(*(one.closed(CLOSED_WITHIN) for one in desk.watched))
    assert codes == [ENDED, ENDED]
    assert await desk.one.run("Viewer") is None


async def test_losing_the_role(desk: Desk) -> None:
    await Account.filter(id=desk.here.account_id).update(role=Role.CUSTOMER)
    codes = await asyncio.gather(*(one.closed(CLOSED_WITHIN) for one in desk.watched))
    assert codes == [ENDED, ENDED]


async def test_nothing_is_told_after_the_end(served: Running, desk: Desk) -> None:
    """Not even an operation begun before the watch has looked."""
    await closing.disable(served.policy, await Account.get(id=desk.here.account_id), "Left us.")
    async with desk.one.subscribe("RecoveryQueue") as late:
        (error,) = await late.errors()
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}
