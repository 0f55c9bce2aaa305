"""Enrolling from within a session: early, or to move to a new phone while the old one works."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.context import TortoiseContext

from models.accounts import account as accounts
from models.accounts import owner
from models.errors import (
    ChallengeExpired,
    CodeRejected,
    NotAllowed,
    Reason,
    StepUpRequired,
)
from models.mail import Kind
from models.policy import Policy
from models.reset import grant
from models.second_factor import enrollment, two_factor
from models.second_factor.pending import Enrollment
from models.second_factor.two_factor import Suspension
from models.signing_in import session, step_up
from models.signing_in.session import Session
from models.signing_in.sign_in import CodeRequired, SignedIn
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, PASSWORD, Owner

A_SECOND = timedelta(seconds=1)


@pytest.fixture
async def newcomer(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    """Someone without a second factor, in the session of the first sign-in."""
    await owners.next_step(clock)
    return await owners.registered(policy)


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def begin(ada: Owner, signed_in: Session | None) -> str:
    """Ask for a secret from within; returns it."""
    return (await enrollment.begin(ada.policy, HOME, None, signed_in)).secret


async def confirm(ada: Owner, signed_in: Session, secret: str) -> SignedIn:
    code = owners.code_of(secret)
    return await enrollment.confirm(ada.policy, HOME, None, signed_in, code)


class TestEarly:
    async def test_not_once_the_session_was_ended(self, newcomer: Owner) -> None:
        own, other = [await newcomer.session(verified=False) for _ in range(2)]
        secret = await begin(newcomer, own)
        assert await session.revoke(newcomer.policy, other, own.id)
        with pytest.raises(NotAllowed) as refusal:
            await confirm(newcomer, own, secret)
        assert refusal.value.reason is Reason.NO_SESSION
        assert await two_factor.find(newcomer.account) is None
        assert await session.reread(newcomer.policy, other.id)

    async def test_freely_while_there_is_no_factor(self, newcomer: Owner) -> None:
        first = await newcomer.login()
        assert isinstance(first, SignedIn)
        secret = await begin(newcomer, first.session)
        signed = await confirm(newcomer, first.session, secret)
        assert signed.session.id == first.session.id and signed.session.verified_at
        assert await session.find(newcomer.policy, first.token) is None
        assert await session.find(newcomer.policy, signed.token)
        assert isinstance(await newcomer.login(), CodeRequired)

    async def test_the_same_secret_again(self, newcomer: Owner) -> None:
        own = await newcomer.session(verified=False)
        other = await newcomer.session(verified=False)
        assert await begin(newcomer, own) == await begin(newcomer, own)
        assert await begin(newcomer, other) != await begin(newcomer, own)

    async def test_a_factor_bound_meanwhile_is_not_replaced(self, newcomer: Owner) -> None:
        """A thief's session waits with a secret; the owner enrols first."""
        thief = await newcomer.session(verified=False)
        secret = await begin(newcomer, thief)
        own = await newcomer.session(verified=False)
        await confirm(newcomer, own, await begin(newcomer, own))
        before = owners.columns(await newcomer.factor())
        with pytest.raises(StepUpRequired):
            await confirm(newcomer, thief, secret)
        with pytest.raises(StepUpRequired):
            await begin(newcomer, thief)
        assert owners.columns(await newcomer.factor()) == before

    async def test_not_while_a_grant_is_unused(self, newcomer: Owner) -> None:
        """A reset was granted to somebody: a session without a code must not be faster."""
        own = await newcomer.session(verified=False)
        secret = await begin(newcomer, own)
        account = await newcomer.row()
        await accounts.raise_version(account)
        await grant.give(newcomer.policy, account, None, "R-7K3M-Q94T")
        with pytest.raises(StepUpRequired):
            await begin(newcomer, own)
        with pytest.raises(StepUpRequired):
            await confirm(newcomer, own, secret)
        assert await two_factor.find(account) is None

    async def test_expires_after_ten_minutes(self, newcomer: Owner, clock: Clock) -> None:
        own = await newcomer.session(verified=False)
        secret = await begin(newcomer, own)
        await clock.travel(timedelta(minutes=10))
        with pytest.raises(ChallengeExpired):
            await confirm(newcomer, own, secret)
        assert await begin(newcomer, own) != secret


class TestToANewPhone:
    async def test_needs_a_recent_code(self, ada: Owner, clock: Clock) -> None:
        own = await ada.session()
        secret = await begin(ada, own)
        await clock.travel(timedelta(minutes=15))
        with pytest.raises(StepUpRequired):
            await begin(ada, own)
        with pytest.raises(StepUpRequired):
            await confirm(ada, own, secret)
        await step_up.step_up(ada.policy, HOME, own, ada.code())
        await confirm(ada, own, await begin(ada, own))

    async def test_begun_anew_after_the_account_has_changed(self, ada: Owner) -> None:
        own = await ada.session()
        secret = await begin(ada, own)
        await owner.change_password(ada.policy, HOME, own, PASSWORD, "nine loud compressors")
        with pytest.raises(ChallengeExpired):
            await confirm(ada, own, secret)
        anew = await begin(ada, own)
        assert anew != secret
        await confirm(ada, own, anew)

    async def test_fifteen_minutes_are_exact(self, ada: Owner, clock: Clock) -> None:
        own = await ada.session()
        assert own.verified_at
        await clock.travel_to(own.verified_at + timedelta(minutes=15) - A_SECOND)
        await begin(ada, own)
        await clock.travel_to(own.verified_at + timedelta(minutes=15))
        with pytest.raises(StepUpRequired):
            await begin(ada, own)

    async def test_replaces_the_old_one_at_that_moment(self, ada: Owner, clock: Clock) -> None:
        own, elsewhere = await ada.session(), await ada.session()
        challenge = await ada.challenge()
        secret = await begin(ada, own)
        await ada.verify(ada.code())  # until then the old phone works
        signed = await confirm(ada, await Session.get(id=own.id).select_related("account"), secret)
        assert (await Session.get(id=elsewhere.id)).ended_at
        assert await session.find(ada.policy, signed.token)
        assert await Session.filter(ended_at=None).count() == 1
        with pytest.raises(ChallengeExpired):
            await ada.verify(ada.code(1), challenge=challenge)
        await owners.next_step(clock)
        with pytest.raises(CodeRejected):
            await ada.verify(ada.code())
        await replace(ada, secret=secret).verify(owners.code_of(secret))
        kinds = [letter.kind for letter in await ada.letters()]
        assert kinds == [Kind.SECOND_FACTOR_CONFIRMED]

    async def test_the_old_codes_do_not_confirm(self, ada: Owner) -> None:
        own = await ada.session()
        await begin(ada, own)
        with pytest.raises(CodeRejected):
            await confirm(ada, own, ada.secret)
        assert (await Enrollment.get()).attempts_left == 4

    async def test_what_the_old_one_disclosed_is_forgotten(self, ada: Owner, clock: Clock) -> None:
        with pytest.raises(CodeRejected):
            await ada.verify(ada.code(3))
        own = await ada.session()
        secret = await begin(ada, own)
        await confirm(ada, own, secret)
        await owners.next_step(clock, 3)
        await replace(ada, secret=secret).verify(owners.code_of(secret))


class TestRefused:
    async def test_by_a_suspended_factor(self, ada: Owner) -> None:
        own = await ada.session()
        secret = await begin(ada, own)
        await two_factor.suspend(ada.policy, ada.account, Suspension.FAILURES)
        for attempt in (begin(ada, own), confirm(ada, own, secret)):
            with pytest.raises(NotAllowed) as refusal:
                await attempt
            assert refusal.value.reason is Reason.FACTOR_SUSPENDED

    async def test_without_a_session(self, ada: Owner) -> None:
        with pytest.raises(NotAllowed) as refusal:
            await begin(ada, None)
        assert refusal.value.reason is Reason.NO_SESSION
