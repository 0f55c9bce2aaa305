"""A fresh code for a session."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.context import TortoiseContext

from models.accounts import closing
from models.errors import (
    CodeHint,
    CodeRejected,
    FactorSuspended,
    NotAllowed,
    Reason,
    Refusal,
    StepUpRequired,
    Throttled,
)
from models.policy import Policy
from models.second_factor import two_factor
from models.second_factor.two_factor import Suspension
from models.signing_in import session, step_up
from models.signing_in.session import Delivery, Session
from models.signing_in.step_up import SteppedUp
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, Owner


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def opened(owner: Owner, delivery: Delivery) -> tuple[Session, str]:
    """A session whose last code is long ago, and its token."""
    return await session.open_for(owner.policy, HOME, await owner.row(), delivery, None)


async def enter(owner: Owner, own: Session, code: str) -> SteppedUp:
    return await step_up.step_up(owner.policy, HOME, own, code)


class TestToken:
    async def test_a_cookies_is_exchanged(self, ada: Owner) -> None:
        own, before = await opened(ada, Delivery.COOKIE)
        after = (await enter(ada, own, ada.code())).token
        assert after and after != before
        assert await session.find(ada.policy, before) is None
        found = await session.find(ada.policy, after)
        assert found and found.id == own.id and found.code_is_recent

    async def test_a_bearers_stays(self, ada: Owner) -> None:
        own, token = await opened(ada, Delivery.BEARER)
        assert (await enter(ada, own, ada.code())).token is None
        found = await session.find(ada.policy, token)
        assert found and found.code_is_recent

    async def test_no_other_session_is_confirmed(self, ada: Owner) -> None:
        own, _ = await opened(ada, Delivery.COOKIE)
        other, _ = await opened(ada, Delivery.COOKIE)
        await enter(ada, own, ada.code())
        assert (await Session.get(id=other.id)).verified_at is None


class TestRequire:
    async def test_a_code_is_recent_for_fifteen_minutes(self, ada: Owner, clock: Clock) -> None:
        own, _ = await opened(ada, Delivery.BEARER)
        with pytest.raises(StepUpRequired):
            await step_up.require(own)
        own = (await enter(ada, own, ada.code())).session
        assert own.verified_at
        await clock.travel_to(own.verified_at + timedelta(minutes=15) - timedelta(seconds=1))
        await step_up.require(own)
        await clock.travel_to(own.verified_at + timedelta(minutes=15))
        with pytest.raises(StepUpRequired):
            await step_up.require(own)

    async def test_without_a_factor_there_is_none_to_ask_for(self, ada: Owner) -> None:
        own, _ = await opened(ada, Delivery.BEARER)
        await step_up.require(own, has_factor=False)


class TestRefused:
    async def refused(
        self, ada: Owner, own: Session, code: str, refusal: type[Refusal]
    ) -> pytest.ExceptionInfo[Refusal]:
        before = owners.columns(await Session.get(id=own.id))
        with pytest.raises(refusal) as raised:
            await enter(ada, own, code)
        assert owners.columns(await Session.get(id=own.id)) == before
        return raised

    async def test_codes_share_the_accounts_limit(self, ada: Owner) -> None:
        own, _ = await opened(ada, Delivery.COOKIE)
        await ada.fail(2)
        for left in (2, 1, 0):
            with pytest.raises(CodeRejected) as rejected:
                await enter(ada, own, ada.wrong_code())
            assert rejected.value.attempts_left == left
        await self.refused(ada, own, ada.code(), Throttled)
        with pytest.raises(Throttled):
            await ada.verify(ada.code())

    async def test_a_code_that_signed_in_does_not_confirm(self, ada: Owner) -> None:
        await ada.verify(ada.code())
        own, _ = await opened(ada, Delivery.COOKIE)
        with pytest.raises(CodeRejected) as rejected:
            await enter(ada, own, ada.code())
        assert rejected.value.hint is CodeHint.ALREADY_USED

    async def test_one_that_confirmed_does_not_sign_in(self, ada: Owner) -> None:
        own, _ = await opened(ada, Delivery.COOKIE)
        await enter(ada, own, ada.code())
        with pytest.raises(CodeRejected):
            await ada.verify(ada.code())

    async def test_one_code_at_once_in_many_sessions(self, ada: Owner) -> None:
        own = [(await opened(ada, Delivery.COOKIE))[0] for _ in range(5)]
        tries = (enter(ada, one, ada.code()) for one in own)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, SteppedUp) for one in outcomes) == 1
        assert sum(isinstance(one, CodeRejected) for one in outcomes) == 4
        assert await Session.exclude(verified_at=None).count() == 1

    async def test_a_suspended_factor(self, ada: Owner) -> None:
        own, _ = await opened(ada, Delivery.COOKIE)
        await two_factor.suspend(ada.policy, ada.account, Suspension.FAILURES)
        await self.refused(ada, own, ada.code(), FactorSuspended)

    @pytest.mark.parametrize("delivery", Delivery)
    async def test_a_session_that_ended_meanwhile(self, ada: Owner, delivery: Delivery) -> None:
        own, _ = await opened(ada, delivery)
        assert await session.revoke(ada.policy, await ada.session(), own.id)
        with pytest.raises(NotAllowed) as refusal:
            await enter(ada, own, ada.code())
        assert refusal.value.reason == Reason.NO_SESSION
        await ada.verify(ada.code())  # it was not used

    async def test_a_disabled_account(self, ada: Owner) -> None:
        own, _ = await opened(ada, Delivery.COOKIE)
        await closing.disable(ada.policy, await ada.row(), "Left us.")
        raised = await self.refused(ada, own, ada.code(), NotAllowed)
        assert isinstance(raised.value, NotAllowed) and raised.value.reason is Reason.NO_SESSION

    async def test_without_a_factor(self, policy: Policy, connected: TortoiseContext) -> None:
        sam = await owners.added(policy)
        own, _ = await opened(sam, Delivery.COOKIE)
        raised = await self.refused(sam, own, "123456", NotAllowed)
        assert isinstance(raised.value, NotAllowed) and raised.value.reason is Reason.NO_FACTOR
