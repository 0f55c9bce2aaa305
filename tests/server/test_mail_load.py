"""Many mails while the relay, or the postman, is killed and comes back: none is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from models import mail, outbox
from models.mail import Kind, OutboxMail
from models.storage import database
from server.mail import postman
from server.mail.postman import Postman
from server.settings import Settings
from tests.conftest import StartProcess
from tests.support import relay as relays
from tests.support import rows
from tests.support.relay import Relay
from tests.support.scenes import Scene

MAILS = 200
KILLS = 6
WITHIN = 30.0


@pytest.fixture
async def relay(scene: Scene) -> AsyncIterator[Relay]:
    """A relay without encryption, on this machine."""
    async with relays.running() as relay:
        yield relay


async def write(scene: Scene, count: int = MAILS) -> None:
    """So many mails, one by one, to one person."""
    (account,) = await rows.accounts(1)
    for number in range(count):
        await mail.post(scene.policy.keyring, account, Kind.RESET_REJECTED, reference=str(number))


async def kill_and_restart(relay: Relay) -> None:
    """At any moment, and just after it has taken a mail without saying so."""
    await asyncio.sleep(0.15)
    relay.verdicts = [""]
    await asyncio.sleep(0.05)
    await relay.kill()
    await asyncio.sleep(0.1)
    await relay.start()


async def settle(scene: Scene, worker: Postman) -> None:
    """Go on until everything that was put off has been tried again."""
    for _ in range(20):
        await worker.round()
        if not await OutboxMail.filter(delivered_at=None).exists():
            return
        await scene.clock.travel(postman.wait_after(99))
    raise AssertionError("Some mails are still waiting.")


async def deliver(worker: Postman) -> None:
    while True:
        await worker.round()
        await asyncio.sleep(0.02)


def doubled(relay: Relay) -> int:
    """How many came more than was needed; each of the mails came."""
    assert len(relay.message_ids) == MAILS
    return sum(relay.message_ids.values()) - MAILS


class TestTheRelayIsKilled:
    async def test_under_load(
        self, scene: Scene, relay: Relay, record_property: Callable[[str, object], None]
    ) -> None:
        settings = Settings.model_validate({"mail_url": relay.url})
        worker = Postman(settings, scene.policy)
        delivering = asyncio.create_task(deliver(worker))
        writing = asyncio.create_task(write(scene))
        kills = 0
        while not writing.done() or kills < KILLS:
            await kill_and_restart(relay)
            kills += 1
        delivering.cancel()
        await asyncio.wait([delivering])
        relay.verdicts = []
        await settle(scene, worker)
        record_property("doubled", doubled(relay))
        assert doubled(relay) <= kills * postman.AT_ONCE


class TestThePostmanIsKilled:
    async def test_another_brings_the_rest(
        self,
        scene: Scene,
        relay: Relay,
        start_process: StartProcess,
        record_property: Callable[[str, object], None],
    ) -> None:
        async with database.transaction():
            await write(scene)
        first = await start_process(MAIL_URL=relay.url)
        async with asyncio.timeout(WITHIN):
            while len(relay.received) < MAILS // 4:
                await asyncio.sleep(0.005)
        await first.kill()
        assert len(relay.received) < MAILS
        await scene.clock.travel(outbox.LEASE)
        await first.start(scene.clock.ahead)
        async with asyncio.timeout(WITHIN):
            while await OutboxMail.filter(delivered_at=None).exists():
                await asyncio.sleep(0.05)
        record_property("doubled", doubled(relay))
        assert doubled(relay) <= postman.AT_ONCE
