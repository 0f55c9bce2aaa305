"""The second step: which code signs in, and what the others cost."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise.context import TortoiseContext

from models.errors import ChallengeExpired, CodeHint, CodeRejected, Refusal, Throttled
from models.policy import Policy
from models.second_factor import attempts, two_factor
from models.signing_in import session
from models.signing_in.challenge import SignIn
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import SignedIn
from models.signing_in.throttle import Throttle
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, Owner


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def rejected(owner: Owner, code: str, challenge: str | None = None) -> CodeRejected:
    """Enter a code that must not sign in."""
    before = await Session.all().count()
    with pytest.raises(CodeRejected) as refusal:
        await owner.verify(code, challenge=challenge)
    assert await Session.all().count() == before
    return refusal.value


async def failures(owner: Owner) -> int:
    """How many failures are remembered of the account."""
    row = await Throttle.get_or_none(key=f"code:{owner.account.id}")
    return row.failures.count(";") if row else 0


class TestAccepted:
    async def test_a_code_signs_in(self, ada: Owner) -> None:
        signed = await ada.verify(ada.code())
        found = await session.find(ada.policy, signed.token)
        assert found and found.id == signed.session.id and found.account_id == ada.account.id
        assert found.verified_at and found.delivery is Delivery.BEARER
        assert (await ada.row()).last_sign_in_at == found.verified_at

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    async def test_one_step_of_drift(self, ada: Owner, steps: int) -> None:
        await ada.verify(ada.code(steps))

    async def test_with_spaces(self, ada: Owner) -> None:
        code = ada.code()
        await ada.verify(f" {code[:3]} {code[3:]}")

    async def test_the_next_code_later(self, ada: Owner, clock: Clock) -> None:
        await ada.verify(ada.code())
        await owners.next_step(clock)
        await ada.verify(ada.code())

    async def test_the_attempt_is_given_back(self, ada: Owner, clock: Clock) -> None:
        await ada.fail(2)
        await ada.verify(ada.code())
        assert await failures(ada) == 2
        assert (await ada.factor()).failures_in_a_row == 0


class TestHints:
    @pytest.mark.parametrize("steps", [-10, -2, 2, 10])
    async def test_another_time(self, ada: Owner, steps: int) -> None:
        assert (await rejected(ada, ada.code(steps))).hint is CodeHint.CLOCK_OFF

    @pytest.mark.parametrize("steps", [-11, 11])
    async def test_beyond(self, ada: Owner, steps: int) -> None:
        assert (await rejected(ada, ada.code(steps))).hint is CodeHint.NONE

    async def test_used(self, ada: Owner) -> None:
        await ada.verify(ada.code())
        assert (await rejected(ada, ada.code())).hint is CodeHint.ALREADY_USED

    async def test_older_than_the_used_one(self, ada: Owner) -> None:
        await ada.verify(ada.code(1))
        assert (await rejected(ada, ada.code(0))).hint is CodeHint.ALREADY_USED

    async def test_what_a_hint_disclosed_is_refused_in_its_time(
        self, ada: Owner, clock: Clock
    ) -> None:
        code = ada.code(4)
        assert (await rejected(ada, code)).hint is CodeHint.CLOCK_OFF
        await owners.next_step(clock, 3)
        for _ in ("a step early", "in time", "a step late"):
            assert (await rejected(ada, code)).hint is CodeHint.ALREADY_USED
            await owners.next_step(clock)
        await ada.verify(ada.code())

    async def test_it_is_refused_after_a_purge_too(self, ada: Owner, clock: Clock) -> None:
        code = ada.code(10)
        await rejected(ada, code)
        await owners.next_step(clock, 10)
        await two_factor.purge()
        assert (await rejected(ada, code)).hint is CodeHint.ALREADY_USED

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "\0" * 6, "🔑" * 6])
    async def test_no_code_at_all(self, ada: Owner, typed: str) -> None:
        # It was looked at, so it counts.
        before = await failures(ada)
        assert (await rejected(ada, typed)).hint is CodeHint.NONE
        assert await failures(ada) == before + 1


class TestCharge:
    async def test_a_challenge_takes_five(self, ada: Owner, clock: Clock) -> None:
        token = await ada.challenge()
        for left in (4, 3, 2, 1, 0):
            assert (await rejected(ada, ada.wrong_code(), token)).attempts_left == left
        await clock.travel(timedelta(minutes=5))
        with pytest.raises(ChallengeExpired):
            await ada.verify(ada.code(), challenge=token)
        assert await failures(ada) == 5, "a dead challenge costs the account nothing"
        await ada.verify(ada.code())

    async def test_paid_before_it_is_looked_at(self, ada: Owner) -> None:
        """What dies in the middle of a look has paid for it."""
        half = await SignIn.get(id=(await self._open(ada)).id).select_related("account")
        await attempts.pay(ada.policy, HOME, half.account)
        assert await failures(ada) == 1
        assert (await ada.factor()).failures_in_a_row == 1

    async def test_kept_where_a_right_code_comes_too_late(self, ada: Owner) -> None:
        """The account changes between the look and the sign-in: nothing is undone but that."""
        half = await self._open(ada)
        attempt = await attempts.pay(ada.policy, HOME, half.account)
        entry = await attempts.check(ada.policy, attempt, ada.code(), 4)
        await ada.verify(ada.code())
        with pytest.raises(CodeRejected) as refusal:
            await attempts.use(entry, 4)
        assert refusal.value.hint is CodeHint.ALREADY_USED
        assert await failures(ada) == 1

    async def test_none_for_a_challenge_that_is_not_there(self, ada: Owner) -> None:
        with pytest.raises(ChallengeExpired):
            await ada.verify(ada.wrong_code(), challenge=str(uuid4()))
        assert await failures(ada) == 0

    async def _open(self, ada: Owner) -> SignIn:
        await ada.challenge()
        return await SignIn.filter(account_id=ada.account.id).select_related("account").get()


class TestAtOnce:
    async def test_24_challenges_one_code(self, ada: Owner) -> None:
        tokens = [await ada.challenge() for _ in range(24)]
        tries = (ada.verify(ada.code(), challenge=token) for token in tokens)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, SignedIn) for one in outcomes) == 1
        others = [one for one in outcomes if not isinstance(one, SignedIn)]
        assert all(isinstance(one, CodeRejected | Throttled) for one in others)
        assert await Session.all().count() == 1

    async def test_24_browsers_one_code(self, ada: Owner) -> None:
        """Each with a budget of its own, so that no throttle keeps them apart."""
        places = [(await ada.challenge(), ada.known_browser()) for _ in range(24)]
        tries = (ada.verify(ada.code(), at, token) for token, at in places)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, SignedIn) for one in outcomes) == 1
        lost = [one for one in outcomes if isinstance(one, CodeRejected)]
        assert len(lost) == 23
        assert {one.hint for one in lost} == {CodeHint.ALREADY_USED}
        assert await Session.all().count() == 1

    async def test_one_challenge_two_codes(self, ada: Owner) -> None:
        token = await ada.challenge()
        tries = (ada.verify(ada.code(steps), challenge=token) for steps in (0, 1))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, SignedIn) for one in outcomes) == 1
        assert sum(isinstance(one, Refusal) for one in outcomes) == 1
        assert await Session.all().count() == 1
