"""Mails through a relay that refuses, stalls and cuts off: each arrives, or is told of."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from models import mail, outbox
from models.accounts.account import Account
from models.mail import Kind, OutboxMail
from models.record.audit import AuditEntry
from server.mail import postman, smtp
from server.mail.postman import Postman
from server.settings import Settings
from tests.support import relay as relays
from tests.support import rows
from tests.support.relay import Relay
from tests.support.scenes import Scene

HASTE = 0.4
GREYLISTED = "451 4.7.1 Greylisted, come back later"


@pytest.fixture
async def relay(scene: Scene) -> AsyncIterator[Relay]:
    """A relay without encryption, on this machine."""
    async with relays.running() as relay:
        yield relay


@pytest.fixture
def postman_(scene: Scene, relay: Relay) -> Postman:
    """Delivers to that relay."""
    return worker(scene, relay)


def worker(scene: Scene, relay: Relay, patience: float = smtp.PATIENCE) -> Postman:
    """Another who does."""
    settings = Settings.model_validate({"mail_url": relay.url})
    return Postman(settings, scene.policy, patience)


async def write(scene: Scene, *names: str) -> list[str]:
    """A mail to each of these people; returns their addresses."""
    for name in names:
        found = await Account.get_or_none(email=f"{name}@example.com")
        account = found or (await rows.accounts(1, name=name))[0]
        await Account.filter(id=account.id).update(email=f"{name}@example.com")
        account.email = f"{name}@example.com"
        await mail.post(scene.policy.keyring, account, Kind.RESET_REJECTED, reference="R-1")
    return [f"{name}@example.com" for name in names]


async def given_up() -> list[str | None]:
    """What the record says was given up."""
    return await AuditEntry.filter(action="mail:delivery:given_up").values_list("detail", flat=True)  # type: ignore[return-value]


async def open_mails() -> int:
    return await OutboxMail.filter(delivered_at=None).count()


class TestDelivery:
    async def test_a_mail_arrives_once(self, scene: Scene, relay: Relay, postman_: Postman) -> None:
        (ada,) = await write(scene, "ada")
        await postman_.round()
        await postman_.round()
        ((to, message),) = relay.received
        assert (to, message["To"], message["From"]) == (ada, ada, "Sparekey <no-reply@localhost>")
        plain = message.get_body(("plain",))
        assert plain and "R-1" in plain.get_content()
        row = await OutboxMail.get()
        assert message["Message-ID"] == f"<{row.id}@sparekey>"
        assert row.payload is None and row.delivered_at is not None

    async def test_connections_are_kept(
        self, scene: Scene, relay: Relay, postman_: Postman
    ) -> None:
        await write(scene, *["ada"] * 30)
        await postman_.round()
        assert len(relay.received) == 30
        assert relay.connections <= postman.AT_ONCE

    async def test_domains_in_other_letters(
        self, scene: Scene, relay: Relay, postman_: Postman
    ) -> None:
        (account,) = await rows.accounts(1)
        account.email = "kim@straße.example"
        await mail.post(scene.policy.keyring, account, Kind.REGISTERED, link="http://x/not-me#t")
        await postman_.round()
        assert relay.recipients == ["kim@xn--strae-oqa.example"]
        assert relay.received[0][1]["To"] == "kim@xn--strae-oqa.example"

    async def test_names_in_other_letters(
        self, scene: Scene, relay: Relay, postman_: Postman
    ) -> None:
        (account,) = await rows.accounts(1)
        account.email = "åsa@example.com"
        await mail.post(scene.policy.keyring, account, Kind.REGISTERED, link="http://x/not-me#t")
        await postman_.round()
        assert relay.recipients == ["åsa@example.com"]


class TestRefusedRecipients:
    @pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "553 no", "554 5.2.1 Disabled"])
    async def test_are_given_up_at_once_and_told_of(
        self, scene: Scene, relay: Relay, postman_: Postman, answer: str
    ) -> None:
        eve, ada = await write(scene, "eve", "ada")
        relay.answers[eve] = [answer]
        await postman_.round()
        assert relay.recipients == [ada]
        assert await given_up() == ["RESET_REJECTED"]
        row = await OutboxMail.get(delivered_at=None)
        assert row.given_up_at is not None and row.payload is not None
        await scene.travel(days=1)
        await postman_.round()
        assert relay.recipients == [ada]
        assert len(await given_up()) == 1

    @pytest.mark.parametrize(
        "answer",
        ["550 5.7.1 Relaying denied", "530 5.7.0 Authentication required", "503 AUTH first"],
    )
    async def test_not_for_a_fault_of_ours(
        self, scene: Scene, relay: Relay, postman_: Postman, answer: str
    ) -> None:
        (ada,) = await write(scene, "ada")
        relay.answers[ada] = [answer]
        await postman_.round()
        assert await given_up() == []
        await scene.travel(seconds=5)
        await postman_.round()
        assert relay.recipients == [ada]

    async def test_an_operator_can_have_it_sent_again(
        self, scene: Scene, relay: Relay, postman_: Postman
    ) -> None:
        (ada,) = await write(scene, "ada")
        relay.answers[ada] = ["550 5.1.1 No such user"]
        await postman_.round()
        await OutboxMail.all().update(given_up_at=None)
        await scene.travel(minutes=1)
        await postman_.round()
        assert relay.recipients == [ada]


class TestWhatFailsForNow:
    async def test_greylisting(self, scene: Scene, relay: Relay, postman_: Postman) -> None:
        (ada,) = await write(scene, "ada")
        relay.answers[ada] = [GREYLISTED] * 3
        for seconds in (5, 10, 20):
            await postman_.round()
            await scene.travel(seconds=seconds - 2)
            await postman_.round()
            assert relay.recipients == []
            await scene.travel(seconds=2)
        await postman_.round()
        assert relay.recipients == [ada]
        assert relay.heard.count("RCPT") == 4

    @pytest.mark.parametrize("verdict", ["451 4.3.0 Disk full", "554 5.6.0 Do not like it", ""])
    async def test_after_data(
        self, scene: Scene, relay: Relay, postman_: Postman, verdict: str
    ) -> None:
        await write(scene, "ada")
        relay.verdicts = [verdict]
        await postman_.round()
        assert await open_mails() == 1
        await scene.travel(seconds=5)
        await postman_.round()
        assert await open_mails() == 0
        # Cut off after it was taken: nobody can know, so it comes twice under one id.
        assert list(relay.message_ids.values()) == [1 if verdict else 2]

    async def test_the_relay_is_down_for_an_hour(
        self, scene: Scene, relay: Relay, postman_: Postman
    ) -> None:
        await write(scene, "ada", "bo")
        await relay.kill()
        for _ in range(12):
            await postman_.round()
            await scene.travel(minutes=5)
        assert await given_up() == []
        await relay.start()
        await scene.clock.travel(postman.wait_after(99))
        await postman_.round()
        assert sorted(relay.message_ids.values()) == [1, 1]


class TestStalling:
    async def test_holds_up_nobody_else(self, scene: Scene, relay: Relay) -> None:
        slow, *_ = await write(scene, "slow", "ada")
        relay.stalling = {slow}
        patient = worker(scene, relay, 20)
        round_ = asyncio.create_task(patient.round())
        async with asyncio.timeout(5):
            while relay.recipients != ["ada@example.com"]:
                await asyncio.sleep(0.02)
            await write(scene, "bo")
            while relay.recipients != ["ada@example.com", "bo@example.com"]:
                await asyncio.sleep(0.02)
        assert not round_.done()
        round_.cancel()
        await asyncio.wait([round_])
        assert await open_mails() == 1

    async def test_ends_and_is_tried_again(self, scene: Scene, relay: Relay) -> None:
        (ada,) = await write(scene, "ada")
        relay.stalling = {ada}
        await worker(scene, relay, HASTE).round()
        relay.stalling = set()
        await scene.travel(seconds=5)
        await worker(scene, relay).round()
        assert relay.recipients == [ada]

    async def test_not_even_a_greeting(self, scene: Scene, relay: Relay) -> None:
        await write(scene, "ada")
        relay.mute = True
        await worker(scene, relay, HASTE).round()
        assert await open_mails() == 1
        relay.mute = False
        await scene.travel(seconds=5)
        await worker(scene, relay).round()
        assert await open_mails() == 0


class TestGivingUp:
    async def test_after_three_days(self, scene: Scene, relay: Relay, postman_: Postman) -> None:
        await write(scene, "ada")
        await relay.kill()
        await scene.clock.travel(outbox.GIVEN_UP_AFTER - timedelta(minutes=1))
        await postman_.round()
        assert await given_up() == []
        await scene.travel(minutes=15)
        await postman_.round()
        assert await given_up() == ["RESET_REJECTED"]
        await relay.start()
        await scene.travel(days=1)
        await postman_.round()
        assert relay.received == []

    async def test_a_first_try_after_three_days_may_succeed(
        self, scene: Scene, relay: Relay, postman_: Postman
    ) -> None:
        await write(scene, "ada")
        await scene.travel(days=4)
        await postman_.round()
        assert relay.recipients == ["ada@example.com"]

    async def test_what_nobody_can_read(self, scene: Scene, postman_: Postman) -> None:
        await write(scene, "ada")
        await OutboxMail.all().update(payload="lost:AAAA")
        await postman_.round()
        assert await given_up() == []
        await scene.travel(days=3)
        await postman_.round()
        await scene.travel(days=1)
        await postman_.round()
        assert await given_up() == ["unreadable"]


class TestSeveralPostmen:
    async def test_do_not_deliver_the_same(self, scene: Scene, relay: Relay) -> None:
        await write(scene, *["ada"] * 40)
        await asyncio.gather(*(worker(scene, relay).round() for _ in range(3)))
        assert sorted(relay.message_ids.values()) == [1] * 40

    async def test_the_lease_outlasts_any_attempt(self) -> None:
        assert outbox.LEASE.total_seconds() >= 2 * smtp.LONGEST_ATTEMPT

    async def test_one_who_lost_the_mail_decides_nothing(self, scene: Scene) -> None:
        await write(scene, "ada")
        (late,) = await outbox.due(scene.policy.keyring)
        await scene.clock.travel(outbox.LEASE)
        (held,) = await outbox.due(scene.policy.keyring)
        await outbox.postpone(late, scene.clock.now())
        await outbox.give_up(scene.policy.keyring, late)
        assert await outbox.due(scene.policy.keyring) == []
        assert await given_up() == []
        await outbox.delivered(held)
        assert await open_mails() == 0
