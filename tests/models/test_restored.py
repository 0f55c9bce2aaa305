"""A database that was restored: what had been used once is of no use again."""

import pytest

from models import clock
from models.accounts import account as accounts
from models.accounts.account import Role
from models.errors import ChallengeExpired, CodeRejected, CursorExpired
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.reset.grant import ResetGrant
from models.second_factor import totp
from models.second_factor.two_factor import Authenticator
from models.signing_in.session import Session
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired
from models.storage import restored
from models.stream.feed import Cursor, check, head
from tests.support.scenes import PASSWORD, Customer, Scene


async def test_ends_whatever_a_backup_brings_back(scene: Scene) -> None:
    ada = await scene.customer()
    half = await ada.challenge()
    await scene.granted(ada)
    ended = await restored.settle(scene.policy.keyring)
    assert (ended.sessions, ended.grants) == (1, 1)
    assert ended.links > 0
    assert await Session.filter(ended_at=None).count() == 0
    assert await ResetGrant.filter(ended_at=None).count() == 0
    with pytest.raises(ChallengeExpired):
        await ada.verify(half)
    assert await AuditEntry.filter(action=Action.BACKUP_RESTORED.value).count() == 1


async def test_no_first_sign_in_is_given_twice(scene: Scene) -> None:
    await accounts.add(scene.policy, "bea@example.com", PASSWORD, Role.CUSTOMER, first_sign_in=True)
    await restored.settle(scene.policy.keyring)
    bea = Customer(scene.policy, "bea@example.com", "")
    assert isinstance(await bea.login(), EnrollmentRequired)


async def test_takes_no_code_that_may_have_been_used(scene: Scene) -> None:
    ada = await scene.customer()
    await restored.settle(scene.policy.keyring)
    factor = await Authenticator.get(account_id=(await ada.account()).id)
    assert factor.last_step == totp.step_at(clock.now()) + 1
    with pytest.raises(CodeRejected):
        await ada.verify(await ada.challenge())
    await scene.travel(seconds=60)
    await ada.verify(await ada.challenge())
    assert isinstance(await ada.login(), CodeRequired)


async def test_whoever_follows_the_queue_begins_anew(scene: Scene) -> None:
    before: Cursor = await head()
    await restored.settle(scene.policy.keyring)
    with pytest.raises(CursorExpired):
        await check(before)
    assert (await head()).number == before.number
