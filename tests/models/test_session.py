"""How long a session lasts, and who ends it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise.context import TortoiseContext

from models.accounts.account import Account, Role
from models.policy import Policy
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.signing_in import session
from models.signing_in.session import Delivery, Session
from tests.support import databases, owners
from tests.support.clock import Clock
from tests.support.owners import HOME, Owner

MINUTE, HOUR, A_SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
STAFF = [Role.SUPPORT, Role.SUPERVISOR]

pytestmark = pytest.mark.usefixtures("clock", "connected")


@pytest.fixture
async def ada(policy: Policy, connected: TortoiseContext) -> Owner:
    return await owners.added(policy, "ada@example.com")


async def opened(owner: Owner) -> tuple[Session, str]:
    account = await owner.row()
    return await session.open_for(owner.policy, HOME, account, Delivery.BEARER, None)


async def lives(owner: Owner, token: str) -> bool:
    return await session.find(owner.policy, token) is not None


async def on_record(owner: Owner) -> list[str]:
    """What the record tells of this account's sessions."""
    entries = AuditEntry.filter(
        account_id=owner.account.id, actor_id=owner.account.id, action__startswith="account:session"
    )
    return [entry.action for entry in await entries.order_by("id")]


class TestCustomers:
    async def test_thirty_days_used_or_not(self, ada: Owner, clock: Clock) -> None:
        own, token = await opened(ada)
        assert own.expires_at - own.started_at == timedelta(days=30)
        await clock.travel_to(own.expires_at - A_SECOND)
        assert await lives(ada, token)
        await clock.travel_to(own.expires_at)
        assert not await lives(ada, token)


class TestStaff:
    @pytest.mark.parametrize("role", STAFF)
    async def test_twelve_hours(self, policy: Policy, clock: Clock, role: Role) -> None:
        sam = await owners.added(policy, role=role)
        own, token = await opened(sam)
        assert own.expires_at - own.started_at == 12 * HOUR
        for _ in range(12):
            assert await lives(sam, token)
            await clock.travel(59 * MINUTE)
        assert await lives(sam, token)
        await clock.travel_to(own.expires_at)
        assert not await lives(sam, token)

    @pytest.mark.parametrize("role", STAFF)
    async def test_one_hour_without_use(self, policy: Policy, clock: Clock, role: Role) -> None:
        sam = await owners.added(policy, role=role)
        own, token = await opened(sam)
        await clock.travel_to(own.last_used_at + HOUR - A_SECOND)
        assert set(await session.live(policy, [own.id])) == {own.id}
        await clock.travel_to(own.last_used_at + HOUR)
        assert not await lives(sam, token)
        assert await session.live(policy, [own.id]) == {}
        assert await session.sessions_of(policy, [sam.account]) == {}

    async def test_an_idle_one_does_not_come_back(self, policy: Policy, clock: Clock) -> None:
        sam = await owners.added(policy, role=Role.SUPPORT)
        _, token = await opened(sam)
        await clock.travel(HOUR)
        for _ in range(2):
            assert not await lives(sam, token)

    async def test_a_touch_keeps_it(self, policy: Policy, clock: Clock) -> None:
        sam = await owners.added(policy, role=Role.SUPPORT)
        own, token = await opened(sam)
        for _ in range(3):
            await clock.travel(40 * MINUTE)
            await session.touch([own.id])
        assert await lives(sam, token)

    async def test_who_becomes_staff_is_idle_like_staff(
        self, ada: Owner, policy: Policy, clock: Clock
    ) -> None:
        own, token = await opened(ada)
        await Account.filter(id=ada.account.id).update(role=Role.SUPPORT)
        assert await session.live(policy, [own.id]) == {own.id: Role.SUPPORT}
        await clock.travel(HOUR)
        assert not await lives(ada, token)


class TestUse:
    async def test_is_noted_once_a_minute_at_most(self, ada: Owner, clock: Clock) -> None:
        own, token = await opened(ada)
        await clock.travel(59 * A_SECOND)
        await session.find(ada.policy, token)
        assert (await Session.get(id=own.id)).last_used_at == own.last_used_at
        await clock.travel(2 * A_SECOND)
        await session.find(ada.policy, token)
        assert (await Session.get(id=own.id)).last_used_at > own.last_used_at


class TestEnd:
    async def test_signing_out(self, ada: Owner) -> None:
        own, token = await opened(ada)
        _, other = await opened(ada)
        assert await session.end(ada.policy, own)
        assert not await lives(ada, token)
        assert await lives(ada, other)
        assert not await session.end(ada.policy, own), "it had ended"
        assert await on_record(ada) == [Action.SESSION_ENDED]

    async def test_revoking_ones_own(self, ada: Owner) -> None:
        own, _ = await opened(ada)
        other, token = await opened(ada)
        assert await session.revoke(ada.policy, own, other.id)
        assert not await lives(ada, token)
        assert not await session.revoke(ada.policy, own, other.id)
        assert await on_record(ada) == [Action.SESSION_REVOKED]

    async def test_not_somebody_elses(self, ada: Owner, policy: Policy) -> None:
        eve = await owners.added(policy, "eve@example.com", Role.SUPERVISOR)
        own, token = await opened(ada)
        hers, _ = await opened(eve)
        assert not await session.revoke(ada.policy, hers, own.id)
        assert not await session.revoke(ada.policy, hers, uuid4())
        assert await lives(ada, token)
        assert await on_record(ada) == []

    async def test_everywhere_or_everywhere_else(self, ada: Owner, policy: Policy) -> None:
        eve = await owners.added(policy, "eve@example.com")
        here, there, hers = await opened(ada), await opened(ada), await opened(eve)
        await session.end_all(ada.account, but=here[0])
        assert [await lives(ada, token) for _, token in (here, there, hers)] == [True, False, True]
        await session.end_all(ada.account)
        assert [await lives(ada, token) for _, token in (here, hers)] == [False, True]


class TestToken:
    @pytest.mark.parametrize("token", ["", "unknown", "\0", "\ud800", "🔑" * 1000])
    async def test_unknown(self, ada: Owner, token: str) -> None:
        await opened(ada)
        assert not await lives(ada, token)

    async def test_only_its_hash_is_kept(self, ada: Owner, database_url: str) -> None:
        own, token = await opened(ada)
        assert token not in await databases.dump(database_url)
        assert not await lives(ada, own.token_hash)


async def test_of_an_account_the_live_ones_last_used_first(ada: Owner, clock: Clock) -> None:
    first, token = await opened(ada)
    await clock.travel(5 * MINUTE)
    second, _ = await opened(ada)
    ended, _ = await opened(ada)
    await session.end(ada.policy, ended)
    await clock.travel(5 * MINUTE)
    await session.find(ada.policy, token)
    found = await session.sessions_of(ada.policy, [ada.account])
    assert [one.id for one in found[ada.account.id]] == [first.id, second.id]
