"""Half signed in: for how long, for what, and what ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tortoise.context import TortoiseContext

from models.accounts import account as accounts
from models.accounts import closing, owner
from models.errors import ChallengeExpired, CodeRejected
from models.policy import Policy
from models.reset import grant, recovery
from models.reset.recovery import Form
from models.reset.ticket import ResetReason
from models.second_factor import enrollment, two_factor
from models.signing_in import challenge, sign_in
from models.signing_in.challenge import SignIn, Step
from models.signing_in.session import Session
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, PASSWORD, Owner

A_SECOND = timedelta(seconds=1)
UNKNOWN = ["", "unknown", "\0", "\ud800", "🔑" * 1000, "' OR 1=1 --"]


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def is_dead(owner: Owner, token: str) -> None:
    """A right code on it must not sign in, nor cost an attempt."""
    before = (await owner.factor()).failures_in_a_row
    with pytest.raises(ChallengeExpired):
        await owner.verify(owner.code(), challenge=token)
    assert (await owner.factor()).failures_in_a_row == before


class TestDead:
    @pytest.mark.parametrize("token", UNKNOWN)
    async def test_unknown(self, ada: Owner, token: str) -> None:
        await is_dead(ada, token)

    async def test_after_ten_minutes(self, ada: Owner, clock: Clock) -> None:
        token = await ada.challenge()
        half = await SignIn.get()
        await clock.travel_to(half.expires_at - A_SECOND)
        with pytest.raises(CodeRejected):
            await ada.verify(ada.wrong_code(), challenge=token)
        await clock.travel_to(half.expires_at)
        await is_dead(ada, token)

    async def test_used_up(self, ada: Owner, clock: Clock) -> None:
        token = await ada.challenge()
        await ada.verify(ada.code(), challenge=token)
        await owners.next_step(clock)
        await is_dead(ada, token)

    async def test_its_hash_opens_nothing(self, ada: Owner) -> None:
        await ada.challenge()
        await is_dead(ada, (await SignIn.get()).token_hash)

    async def test_it_is_of_one_account(self, ada: Owner, policy: Policy, clock: Clock) -> None:
        eve = await owners.enrolled(policy, clock, "eve@example.com")
        token = await eve.challenge()
        with pytest.raises(CodeRejected):
            await ada.verify(ada.code(), challenge=token)
        signed = await eve.verify(eve.code(), challenge=token)
        assert signed.account.id == eve.account.id


class TestStep:
    async def test_one_for_a_code_does_not_enrol(self, ada: Owner) -> None:
        token = await ada.challenge()
        with pytest.raises(ChallengeExpired):
            await enrollment.begin(ada.policy, HOME, token, None)
        with pytest.raises(ChallengeExpired):
            await enrollment.confirm(ada.policy, HOME, token, None, ada.code())
        with pytest.raises(ChallengeExpired):
            await grant.resend(ada.policy, token)

    async def test_one_for_enrolling_does_nothing_else(
        self, policy: Policy, connected: TortoiseContext
    ) -> None:
        sam = await owners.added(policy)
        token = await sam.challenge()
        for other in (
            sign_in.verify_code(policy, HOME, token, "123456"),
            grant.resend(policy, token),
            recovery.submit(policy, HOME, token, Form(ResetReason.PHONE_LOST)),
        ):
            with pytest.raises(ChallengeExpired):
                await other
        assert (await SignIn.get()).attempts_left == 5


class TestVersion:
    """What changes the account ends whatever was half done elsewhere."""

    async def change_password(self, ada: Owner) -> None:
        session = await ada.session()
        await owner.change_password(ada.policy, HOME, session, PASSWORD, "nine loud compressors")

    async def enrol(self, ada: Owner) -> None:
        session = await ada.session()
        offer = await enrollment.begin(ada.policy, HOME, None, session)
        ada.secret = offer.secret
        await enrollment.confirm(ada.policy, HOME, None, session, ada.code())

    async def disable(self, ada: Owner) -> None:
        await closing.disable(ada.policy, await ada.row(), "Left us.")

    async def report_stolen(self, ada: Owner) -> None:
        token = await ada.challenge()
        await recovery.submit(ada.policy, HOME, token, Form(ResetReason.PHONE_STOLEN))

    async def fail_too_often(self, ada: Owner) -> None:
        await two_factor.Authenticator.all().update(failures_in_a_row=99)
        await ada.fail(1, ada.known_browser())

    @pytest.mark.parametrize(
        "change", [change_password, enrol, disable, report_stolen, fail_too_often]
    )
    async def test_half_signed_in(
        self, ada: Owner, change: Callable[["TestVersion", Owner], Awaitable[None]]
    ) -> None:
        token = await ada.challenge()
        await change(self, ada)
        before = await Session.all().count()
        await is_dead(ada, token)
        assert await Session.all().count() == before

    @pytest.mark.parametrize("change", [change_password, enrol, disable])
    async def test_a_pending_enrolment(
        self, ada: Owner, change: Callable[["TestVersion", Owner], Awaitable[None]]
    ) -> None:
        moving = await ada.session()
        offer = await enrollment.begin(ada.policy, HOME, None, moving)
        await change(self, ada)
        factor = await ada.factor()
        code = owners.code_of(offer.secret)
        with pytest.raises(ChallengeExpired):
            await enrollment.confirm(ada.policy, HOME, None, moving, code)
        assert owners.columns(await ada.factor()) == owners.columns(factor)

    async def test_the_first_sign_in_of_another_tab(
        self, policy: Policy, connected: TortoiseContext
    ) -> None:
        """Two challenges to enrol: confirming one ends the other."""
        sam = await owners.added(policy)
        one, other = await sam.challenge(), await sam.challenge()
        offers = [await enrollment.begin(policy, HOME, token, None) for token in (one, other)]
        assert offers[0].secret != offers[1].secret
        codes = [owners.code_of(offer.secret) for offer in offers]
        await enrollment.confirm(policy, HOME, one, None, codes[0])
        with pytest.raises(ChallengeExpired):
            await enrollment.confirm(policy, HOME, other, None, codes[1])

    async def test_a_sign_in_that_was_overtaken_at_the_last_moment(self, ada: Owner) -> None:
        """The account changes after the code was looked at: nothing is completed any more."""
        half = await challenge.find(await ada.challenge(), Step.CODE)
        assert await accounts.hold_version(half.account, locale="de")
        await self.change_password(ada)
        before = owners.columns(await ada.row())
        assert not await accounts.hold_version(half.account, last_sign_in_at=None, locale="sv")
        assert not await accounts.raise_version(half.account, disabled_at=half.expires_at)
        assert owners.columns(await ada.row()) == before


class TestComplete:
    async def test_of_eight_at_once_one_does(self, ada: Owner) -> None:
        token = await ada.challenge()
        half = await challenge.find(token, Step.CODE)
        tries = (challenge.complete(half) for _ in range(8))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert outcomes.count(None) == 1
        assert sum(isinstance(one, ChallengeExpired) for one in outcomes) == 7

    async def test_of_eight_charges_at_once_five_are_taken(self, ada: Owner) -> None:
        token = await ada.challenge()
        halves = [await challenge.find(token, Step.CODE) for _ in range(8)]
        tries = (challenge.charge(half) for half in halves)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, int) for one in outcomes) == 5
        assert (await SignIn.get()).attempts_left == 0

    async def test_dead_ones_are_dropped_after_a_day(self, ada: Owner, clock: Clock) -> None:
        await ada.challenge()
        await clock.travel(timedelta(hours=24))
        await challenge.purge()
        assert await SignIn.all().count() == 1
        await clock.travel(timedelta(minutes=11))
        await challenge.purge()
        assert await SignIn.all().count() == 0
