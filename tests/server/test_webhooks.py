"""Webhooks: every event, in order, signed, at least once; and nothing inside by accident."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models.reset import calling_off
from models.storage import restored
from models.stream import webhook
from models.stream.webhook import WebhookPosition
from server import reaching
from server.reaching import Inside
from server.settings import Settings
from server.webhooks import Webhooks
from tests.conftest import StartProcess
from tests.support import hook, people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.hook import SECRET, Hook
from tests.support.scenes import Scene
from tests.support.terminal import Terminal


@pytest.fixture
async def desk() -> AsyncIterator[Hook]:
    async with hook.listening() as listening:
        yield listening


def named(desk: Hook, **more: Any) -> Webhooks:
    """What tells this desk."""
    settings: dict[str, Any] = {
        "webhook_url": desk.url,
        "webhook_secret": SECRET,
        "webhook_inside": True,
    }
    return Webhooks(Settings(**settings | more))


async def asked_and_called_off(scene: Scene, email: str) -> str:
    ada = await scene.customer(email)
    submitted = await ada.request()
    await calling_off.cancel(scene.policy, submitted.receipt)
    return submitted.ticket.reference


class TestTold:
    async def test_each_event_in_order_and_once(self, scene: Scene, desk: Hook) -> None:
        hooks = named(desk)
        await hooks.round()
        references = [
            await asked_and_called_off(scene, f"{name}@example.com") for name in ("ada", "bea")
        ]
        await hooks.round()
        assert desk.kinds == ["ticket.submitted", "ticket.cancelled"] * 2
        assert [one["data"]["reference"] for one in desk.taken[::2]] == references
        assert len(set(desk.ids)) == 4
        await hooks.round()
        assert len(desk.taken) == 4

    async def test_it_names_nobody(self, scene: Scene, desk: Hook) -> None:
        hooks = named(desk)
        await hooks.round()
        await scene.ticket(message="It fell.", contact_phone="+46 8 1")
        await hooks.round()
        told = str(desk.taken)
        assert not [word for word in ("ada", "example", "fell", "+46") if word in told]

    async def test_a_new_one_begins_with_what_happens_then(self, scene: Scene, desk: Hook) -> None:
        await scene.ticket("ada@example.com")
        await named(desk).round()
        await scene.ticket("bea@example.com")
        await named(desk).round()
        assert desk.kinds == ["ticket.submitted"]

    async def test_a_restored_stream_is_told_from_then_on(self, scene: Scene, desk: Hook) -> None:
        await named(desk).round()
        await scene.ticket("ada@example.com")
        await restored.settle(scene.policy.keyring)
        await named(desk).round()
        assert desk.taken == []
        await scene.ticket("bea@example.com")
        await named(desk).round()
        assert desk.kinds == ["ticket.submitted"]


class TestRefused:
    async def test_it_is_tried_again_and_nothing_overtakes(self, scene: Scene, desk: Hook) -> None:
        hooks = named(desk)
        await hooks.round()
        await asked_and_called_off(scene, "ada@example.com")
        desk.answers = [500, 302]
        for wait in (5, 10):
            await hooks.round()
            await hooks.round()
            assert desk.taken == []
            await scene.travel(seconds=wait)
        await hooks.round()
        assert desk.kinds == ["ticket.submitted", "ticket.cancelled"]
        assert len(desk.ids) == 4 and len(set(desk.ids)) == 2

    async def test_after_three_days_the_next_one_has_its_turn(
        self, scene: Scene, desk: Hook
    ) -> None:
        hooks = named(desk)
        await hooks.round()
        await asked_and_called_off(scene, "ada@example.com")
        desk.answers = [500, 500]
        await hooks.round()
        await scene.travel(days=3)
        await hooks.round()
        assert desk.kinds == ["ticket.cancelled"]

    async def test_a_desk_that_is_away(self, scene: Scene) -> None:
        async with hook.listening() as desk:
            hooks = named(desk)
            await hooks.round()
            await scene.ticket()
        await hooks.round()
        position = await WebhookPosition.get()
        assert (position.attempts, position.number) == (1, 0)


class TestSeveralProcesses:
    async def test_one_of_them_tells(self, scene: Scene, desk: Hook) -> None:
        hooks = named(desk)
        await hooks.round()
        for number in range(5):
            await asked_and_called_off(scene, f"n{number}@example.com")
        await asyncio.gather(*(named(desk).round() for _ in range(6)))
        assert len(desk.ids) == len(set(desk.ids)) == 10

    async def test_one_that_dies_leaves_it_to_another(self, scene: Scene, desk: Hook) -> None:
        hooks = named(desk)
        await hooks.round()
        await scene.ticket()
        assert await webhook.turn(desk.url) is not None
        await hooks.round()
        assert desk.taken == []
        await scene.travel(seconds=webhook.LEASE.total_seconds())
        await hooks.round()
        assert desk.kinds == ["ticket.submitted"]

    async def test_a_turn_that_was_lost_moves_nothing(self, scene: Scene, desk: Hook) -> None:
        await named(desk).round()
        await scene.ticket()
        lost = await webhook.turn(desk.url)
        assert lost is not None
        await scene.travel(seconds=webhook.LEASE.total_seconds())
        await named(desk).round()
        assert not await webhook.taken(lost, lost.events[0])


class TestReaching:
    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "localhost",
         "[::ffff:127.0.0.1]", "0.0.0.0", "100.64.0.1", "[fe80::1]", "[ff02::1]", "224.0.0.1"],
    )  # fmt: skip
    async def test_nothing_inside(self, desk: Hook, host: str) -> None:
        with pytest.raises(Inside):
            await reaching.post(f"http://{host}:{desk.port}/", b"", {}, inside=False)
        assert desk.ids == []

    async def test_an_inside_address_counts_as_refused(self, scene: Scene, desk: Hook) -> None:
        hooks = named(desk, webhook_inside=False)
        await hooks.round()
        await scene.ticket()
        await hooks.round()
        assert desk.ids == []
        assert (await WebhookPosition.get()).attempts == 1


class TestServed:
    async def test_a_server_tells_within_seconds(
        self, start_process: StartProcess, clock: Clock, desk: Hook
    ) -> None:
        place = await start_process(
            WEBHOOK_URL=desk.url, WEBHOOK_SECRET=SECRET, WEBHOOK_INSIDE="true"
        )
        ada = await people.customer(place, clock)
        asked = await ada.request_reset()
        await desk.has(1)
        told = await ada.client.run("CancelReset", input={"receipt": asked["receipt"]})
        expect(told, "ResetStatus")
        await desk.has(2)
        assert desk.kinds == ["ticket.submitted", "ticket.cancelled"]
        assert desk.taken[0]["data"]["reference"] == asked["ticket"]["reference"]
        assert SECRET not in place.log.read_text()


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("URL", "hooks.example.org"), ("URL", "ftp://hooks.example.org"), ("SECRET", "whsec_"),
         ("SECRET", "whsec_short"), ("SECRET", "whsec_!!!!")],
    )  # fmt: skip
    def test_what_is_wrong_is_named_without_its_value(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(f"SPAREKEY_WEBHOOK_{name}", value)
        said = settled.cannot("retention")
        assert f"SPAREKEY_WEBHOOK_{name}" in said
        assert value not in said.replace("whsec_ and 24", "")

    def test_one_without_the_other(
        self, settled: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SPAREKEY_WEBHOOK_URL", "https://desk.example.com/")
        assert "one is of no use without the other" in settled.cannot("serve")


async def test_waiting_grows_to_an_hour(scene: Scene, desk: Hook) -> None:
    await named(desk).round()
    await scene.ticket()
    desk.answers = [500] * 20
    waits = []
    for _ in range(12):
        await named(desk).round()
        position = await WebhookPosition.get()
        waits.append(position.due_at - scene.clock.now())
        await scene.clock.travel(waits[-1] + timedelta(milliseconds=1))
    assert [round(one.total_seconds()) for one in waits[:3]] == [5, 10, 20]
    assert max(waits) <= timedelta(hours=1)
