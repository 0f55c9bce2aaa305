"""How many codes an account takes, across challenges, and what a known browser has of its own."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tortoise.context import TortoiseContext

from models.errors import ChallengeExpired, CodeRejected, FactorSuspended, Throttled
from models.mail import Kind
from models.origin import Origin
from models.policy import Policy
from models.reset.recovery import Form, submit
from models.reset.ticket import ResetReason
from models.second_factor import attempts, two_factor
from models.second_factor.attempts import FAILURES_IN_A_ROW
from models.second_factor.two_factor import Authenticator, Suspension
from models.signing_in import sign_in
from models.signing_in.challenge import SignIn
from models.signing_in.sign_in import CodeRequired
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, Owner

MINUTE, A_SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def throttled(owner: Owner, origin: Origin = HOME) -> datetime:
    """A right code that is refused all the same; returns when the next one is looked at."""
    with pytest.raises(Throttled) as refusal:
        await owner.verify(owner.code(), origin)
    return refusal.value.retry_at


class TestFiveInFiveMinutes:
    async def test_then_even_the_right_code_waits(self, ada: Owner, clock: Clock) -> None:
        begun = clock.now()
        await ada.fail(1)
        first = clock.now()
        await ada.fail(4)
        retry_at = await throttled(ada)
        assert begun <= retry_at - 5 * MINUTE <= first
        await clock.travel_to(retry_at - A_SECOND)
        assert await throttled(ada) == retry_at
        await clock.travel_to(retry_at)
        await ada.verify(ada.code())

    async def test_across_challenges(self, ada: Owner) -> None:
        begun_before = await ada.challenge()
        await ada.fail(5)
        with pytest.raises(Throttled):
            await ada.verify(ada.code(), challenge=begun_before)

    async def test_a_refused_try_costs_the_challenge_nothing(self, ada: Owner) -> None:
        await ada.fail(5)
        await throttled(ada)
        half = await SignIn.filter(account_id=ada.account.id).order_by("-expires_at").first()
        assert half and half.attempts_left == 5
        assert (await ada.factor()).failures_in_a_row == 5

    async def test_login_goes_on_asking_for_a_code(self, ada: Owner) -> None:
        await ada.fail(5)
        assert isinstance(await ada.login(), CodeRequired)

    async def test_a_success_between_does_not_wipe_them(self, ada: Owner, clock: Clock) -> None:
        await ada.fail(4)
        await ada.verify(ada.code())
        await ada.fail(1)
        await owners.next_step(clock)
        await throttled(ada)

    async def test_successes_count_for_nothing(self, ada: Owner, clock: Clock) -> None:
        for _ in range(8):
            await ada.verify(ada.code())
            await owners.next_step(clock)
        await ada.fail(5)

    async def test_of_many_at_once_no_more_are_looked_at(self, ada: Owner) -> None:
        tokens = [await ada.challenge() for _ in range(20)]
        wrong = ada.wrong_code()
        tries = (ada.verify(wrong, challenge=token) for token in tokens)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, CodeRejected) for one in outcomes) == 5
        assert sum(isinstance(one, Throttled) for one in outcomes) == 15

    async def test_anothers_failures_are_not_mine(
        self, ada: Owner, policy: Policy, clock: Clock
    ) -> None:
        await ada.fail(5)
        kim = await owners.enrolled(policy, clock, "kim@example.com")
        await kim.verify(kim.code())


class TestLonger:
    async def test_twenty_in_an_hour(self, ada: Owner, clock: Clock) -> None:
        begun = clock.now()
        for _ in range(4):
            await ada.fail(5)
            await clock.travel(6 * MINUTE)
        retry_at = await throttled(ada)
        assert begun <= retry_at - 60 * MINUTE <= begun + MINUTE
        await clock.travel_to(retry_at)
        await ada.verify(ada.code())

    async def test_fifty_in_a_day(self, ada: Owner, clock: Clock) -> None:
        begun = clock.now()
        for _ in range(10):
            await ada.fail(5)
            await clock.travel(61 * MINUTE)
        retry_at = await throttled(ada)
        assert begun <= retry_at - timedelta(days=1) <= begun + MINUTE
        await clock.travel_to(retry_at)
        await ada.verify(ada.code())


class TestKnownBrowser:
    async def test_has_a_budget_of_its_own(self, ada: Owner) -> None:
        at_home = ada.known_browser()
        await ada.fail(5)
        await throttled(ada)
        await ada.verify(ada.code(), at_home)

    async def test_which_ends_too_and_is_nobody_elses(self, ada: Owner) -> None:
        at_home, at_work = ada.known_browser(), ada.known_browser()
        await ada.fail(5, at_home)
        await throttled(ada, at_home)
        await ada.verify(ada.code(-1), at_work)
        await ada.verify(ada.code())

    async def test_a_sign_in_makes_one(self, ada: Owner, clock: Clock) -> None:
        signed = await ada.verify(ada.code())
        await owners.next_step(clock)
        await ada.fail(5)
        await throttled(ada)
        await ada.verify(ada.code(), replace(HOME, browser=signed.browser))

    async def test_a_mark_of_another_account_gives_none(
        self, ada: Owner, policy: Policy, clock: Clock
    ) -> None:
        eve = await owners.enrolled(policy, clock, "eve@example.com")
        await ada.fail(5)
        await throttled(ada, eve.known_browser())

    async def test_nor_does_a_forged_one(self, ada: Owner) -> None:
        await ada.fail(5)
        name, day, _ = (ada.known_browser().browser or "").split(".")
        for forged in (f"{name}.{day}.{'0' * 64}", f"{name}.{day}.", "x", ""):
            await throttled(ada, replace(HOME, browser=forged))


class TestHundredInARow:
    @pytest.fixture
    async def almost(self, ada: Owner) -> Owner:
        """One failure away: 99 in a row, over the browsers that Ada has signed in with."""
        for _ in range(19):
            await ada.fail(5, ada.known_browser())
        await ada.fail(4, ada.known_browser())
        return ada

    async def test_one_less_still_signs_in(self, almost: Owner) -> None:
        assert (await almost.factor()).failures_in_a_row == 99
        await almost.verify(almost.code())
        assert (await almost.factor()).failures_in_a_row == 0
        await almost.fail(1)
        assert (await almost.factor()).suspended_at is None

    async def test_they_suspend_the_factor(self, almost: Owner, clock: Clock) -> None:
        open_before = await almost.challenge()
        await almost.fail(1)
        factor = await almost.factor()
        assert factor.suspended_at and factor.suspension is Suspension.FAILURES
        assert [one.kind for one in await almost.letters()] == [Kind.SECOND_FACTOR_SUSPENDED]
        with pytest.raises(ChallengeExpired):
            await almost.verify(almost.code(), challenge=open_before)
        await clock.travel(timedelta(days=2))
        assert isinstance(await almost.login(), CodeRequired)
        for origin in (HOME, almost.known_browser()):
            with pytest.raises(FactorSuspended):
                await almost.verify(almost.code(), origin)

    async def test_of_five_at_once_no_more_are_looked_at(self, almost: Owner) -> None:
        rows = Authenticator.filter(account_id=almost.account.id)
        await rows.update(failures_in_a_row=FAILURES_IN_A_ROW - 3)
        tokens, wrong = [await almost.challenge() for _ in range(5)], almost.wrong_code()
        at_work = almost.known_browser()
        tries = (almost.verify(wrong, at_work, token) for token in tokens)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, CodeRejected) for one in outcomes) == 3
        refusals = {type(one) for one in outcomes} - {CodeRejected}
        assert refusals <= {FactorSuspended, ChallengeExpired}
        assert (await almost.factor()).failures_in_a_row == FAILURES_IN_A_ROW
        assert (await almost.factor()).suspension is Suspension.FAILURES
        assert [one.kind for one in await almost.letters()] == [Kind.SECOND_FACTOR_SUSPENDED]

    async def test_nor_paid_for_before_any_is_looked_at(self, almost: Owner) -> None:
        rows = Authenticator.filter(account_id=almost.account.id)
        await rows.update(failures_in_a_row=FAILURES_IN_A_ROW - 3)
        at_work = almost.known_browser()
        tries = (attempts.pay(almost.policy, at_work, await almost.row()) for _ in range(5))
        outcomes = await asyncio.gather(*[one async for one in tries], return_exceptions=True)
        assert sum(isinstance(one, attempts.Attempt) for one in outcomes) == 3
        assert sum(isinstance(one, FactorSuspended) for one in outcomes) == 2

    async def test_what_was_paid_for_and_never_looked_at_counts(self, almost: Owner) -> None:
        """As where a process died between the two."""
        await attempts.pay(almost.policy, HOME, almost.account)
        assert (await almost.factor()).suspended_at is None
        token = await almost.challenge()
        with pytest.raises(FactorSuspended):
            await almost.verify(almost.code(), challenge=token)
        assert (await almost.factor()).suspension is Suspension.FAILURES


class TestSuspended:
    @pytest.fixture
    async def locked(self, ada: Owner) -> Owner:
        await two_factor.suspend(ada.policy, ada.account, Suspension.FAILURES)
        return ada

    async def test_every_code_is_refused_without_a_look(self, locked: Owner) -> None:
        for code in (locked.code(), locked.wrong_code(), ""):
            with pytest.raises(FactorSuspended):
                await locked.verify(code)
        assert (await locked.factor()).failures_in_a_row == 0

    async def test_a_code_that_was_looked_at_before_is_refused_after(self, ada: Owner) -> None:
        attempt = await attempts.pay(ada.policy, HOME, ada.account)
        entry = await attempts.check(ada.policy, attempt, ada.code(), 4)
        await two_factor.suspend(ada.policy, ada.account, Suspension.STOLEN)
        with pytest.raises(CodeRejected):
            await attempts.use(entry, 4)

    async def test_a_reset_can_be_asked_for(self, locked: Owner) -> None:
        token = await locked.challenge()
        asked = await submit(locked.policy, HOME, token, Form(ResetReason.PHONE_LOST))
        assert asked.ticket.account_id == locked.account.id

    async def test_it_is_not_taken_for_no_factor(self, locked: Owner) -> None:
        assert await Authenticator.filter(account_id=locked.account.id).count() == 1
        for _ in range(3):
            assert isinstance(await locked.login(), sign_in.CodeRequired)
