"""Exchanging keys while people sign in, and finding a missing one before they do."""

import pytest
from cryptography.exceptions import InvalidTag
from tortoise.context import TortoiseContext

from models import mail, outbox
from models.accounts import account
from models.accounts.account import Account, Role
from models.keys import key_check, rotation
from models.keys.key_check import KeyMissing, KeyWrong
from models.keys.keyring import Keyring
from models.mail import Kind, OutboxMail
from models.policy import Policy
from models.second_factor import totp, two_factor
from models.second_factor.two_factor import Authenticator

PASSWORD = "seven quiet turbines"
OLD = Keyring.generate_text()
NEW = Keyring.generate_text()
BOTH = Keyring.parse(f"{NEW},{OLD}")


@pytest.fixture
def secret_keys() -> str:
    return OLD


async def enrolled(policy: Policy, number: int) -> tuple[Account, str]:
    owner = await account.add(policy, f"c{number}@example.com", PASSWORD, Role.CUSTOMER)
    secret = totp.new_secret()
    await two_factor.bind(policy, owner, secret, step=0)
    return owner, secret


class TestRotate:
    async def test_puts_everything_under_the_newest_key(
        self, connected: TortoiseContext, policy: Policy
    ) -> None:
        owners = [await enrolled(policy, number) for number in range(3)]
        await mail.post(policy.keyring, owners[0][0], Kind.PASSWORD_CHANGED, at="now", ip="")
        assert await rotation.waiting(BOTH) == 4
        assert sum([done async for done in rotation.rotate(BOTH)]) == 4
        assert await rotation.waiting(BOTH) == 0
        newest = Keyring.parse(NEW)
        for owner, secret in owners:
            row = await Authenticator.get(account_id=owner.id)
            assert newest.decrypt(row.secret, f"authenticator:{owner.id}") == secret
        assert [letter.kind for letter in await outbox.due(newest)] == [Kind.PASSWORD_CHANGED]

    async def test_goes_on_where_it_was_stopped(
        self, connected: TortoiseContext, policy: Policy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rotation, "_BATCH", 2)
        for number in range(5):
            await enrolled(policy, number)
        stopped = rotation.rotate(BOTH)
        assert await anext(stopped) == 2
        await stopped.aclose()
        assert await rotation.waiting(BOTH) == 3
        assert [done async for done in rotation.rotate(BOTH)] == [2, 1]

    async def test_keeps_what_somebody_changed_meanwhile(
        self, connected: TortoiseContext, policy: Policy
    ) -> None:
        owner, _ = await enrolled(policy, 1)
        row = await Authenticator.get(account_id=owner.id)
        room = rotation.ROOMS[0]
        await two_factor.bind(policy, owner, "NEWSECRET", step=0)
        await rotation._exchange(room, BOTH, {"account_id": owner.id, "secret": row.secret})
        now = await Authenticator.get(account_id=owner.id)
        assert BOTH.decrypt(now.secret, f"authenticator:{owner.id}") == "NEWSECRET"

    async def test_an_altered_secret_is_not_passed_over(
        self, connected: TortoiseContext, policy: Policy
    ) -> None:
        one, _ = await enrolled(policy, 1)
        other, _ = await enrolled(policy, 2)
        stolen = await Authenticator.get(account_id=one.id)
        await Authenticator.filter(account_id=other.id).update(secret=stolen.secret)
        with pytest.raises(InvalidTag):
            assert [done async for done in rotation.rotate(BOTH)]

    async def test_delivered_mails_have_nothing_to_exchange(
        self, connected: TortoiseContext, policy: Policy
    ) -> None:
        owner, _ = await enrolled(policy, 1)
        await mail.post(policy.keyring, owner, Kind.PASSWORD_CHANGED, at="now", ip="")
        for letter in await outbox.due(policy.keyring):
            await outbox.delivered(letter)
        assert await OutboxMail.filter(payload=None).count() == 1
        assert await rotation.waiting(BOTH) == 1


class TestCheck:
    async def test_a_first_start_notes_the_key(self, connected: TortoiseContext) -> None:
        await key_check.check(Keyring.parse(OLD))
        await key_check.check(Keyring.parse(OLD))

    async def test_a_key_still_in_use_may_not_go(self, connected: TortoiseContext) -> None:
        await key_check.check(Keyring.parse(OLD))
        with pytest.raises(KeyMissing, match=OLD.partition(":")[0]):
            await key_check.check(Keyring.parse(NEW))

    async def test_after_a_rotation_it_may(self, connected: TortoiseContext) -> None:
        await key_check.check(Keyring.parse(OLD))
        await key_check.check(BOTH)
        assert await key_check.retire(BOTH) == [OLD.partition(":")[0]]
        await key_check.check(Keyring.parse(NEW))

    async def test_the_order_of_the_ring_does_not_matter_to_reading(
        self, connected: TortoiseContext
    ) -> None:
        await key_check.check(BOTH)
        await key_check.check(Keyring.parse(f"{OLD},{NEW}"))

    async def test_another_key_under_the_same_id_is_found(self, connected: TortoiseContext) -> None:
        await key_check.check(Keyring.parse(OLD))
        impostor = f"{OLD.partition(':')[0]}:{NEW.partition(':')[2]}"
        with pytest.raises(KeyWrong):
            await key_check.check(Keyring.parse(impostor))
