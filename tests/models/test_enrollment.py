"""Binding an authenticator app by a challenge: nothing is left to chance until its first code."""

import asyncio
from datetime import timedelta

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from tortoise.context import TortoiseContext

from models.errors import ChallengeExpired, CodeHint, CodeRejected, NotAllowed, Reason
from models.mail import Kind
from models.policy import Policy
from models.second_factor import enrollment, pending, two_factor
from models.second_factor.enrollment import Offer
from models.second_factor.pending import Enrollment
from models.second_factor.two_factor import Authenticator
from models.signing_in import session
from models.signing_in.challenge import SignIn
from models.signing_in.session import Session
from models.signing_in.sign_in import SignedIn
from tests.support import databases, owners
from tests.support.clock import Clock
from tests.support.owners import HOME, Owner


@pytest.fixture
async def sam(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    """Someone without a second factor, at the begin of a time step."""
    await owners.next_step(clock)
    return await owners.added(policy)


async def begin(owner: Owner, token: str | None) -> Offer:
    offer = await enrollment.begin(owner.policy, HOME, token, None)
    owner.secret = offer.secret
    return offer


async def confirm(owner: Owner, token: str | None, code: str) -> SignedIn:
    return await enrollment.confirm(owner.policy, HOME, token, None, code)


async def no_factor(owner: Owner) -> None:
    assert await two_factor.find(owner.account) is None
    assert await Session.all().count() == 0


class TestBegin:
    async def test_offers_what_an_app_needs(self, sam: Owner) -> None:
        token = await sam.challenge()
        offer = await begin(sam, token)
        entry = pyotp.parse_uri(offer.uri)
        assert isinstance(entry, pyotp.TOTP)
        assert (entry.secret, entry.issuer, entry.name) == (
            offer.secret,
            "Sparekey",
            "sam@example.com",
        )
        assert (entry.digits, entry.interval, len(entry.byte_secret())) == (6, 30, 20)
        assert offer.expires_at == (await SignIn.get()).expires_at
        await no_factor(sam)

    async def test_the_same_when_the_page_is_loaded_again(self, sam: Owner) -> None:
        token = await sam.challenge()
        first = await begin(sam, token)
        assert [await begin(sam, token) for _ in range(3)] == [first] * 3

    async def test_another_for_another_challenge(self, sam: Owner) -> None:
        first = await begin(sam, await sam.challenge())
        second = await begin(sam, await sam.challenge())
        assert first.secret != second.secret

    async def test_tabs_that_open_at_once_show_one(self, sam: Owner) -> None:
        """One that is a little late must not sweep away what another shows already."""

        async def tab(token: str, late: int) -> Offer:
            for _ in range(late):
                await SignIn.all().count()
            return await begin(sam, token)

        for _ in range(12):
            token = await sam.challenge()
            offers = await asyncio.gather(*(tab(token, late) for late in range(5)))
            assert len({offer.secret for offer in offers}) == 1
        await confirm(sam, token, sam.code())

    @pytest.mark.parametrize("token", ["", "unknown", "\0", "\ud800"])
    async def test_nothing_without_a_challenge(self, sam: Owner, token: str) -> None:
        with pytest.raises(ChallengeExpired):
            await begin(sam, token)
        assert await Enrollment.all().count() == 0

    async def test_nor_without_a_session(self, sam: Owner) -> None:
        with pytest.raises(NotAllowed) as refusal:
            await begin(sam, None)
        assert refusal.value.reason is Reason.NO_SESSION


class TestConfirm:
    async def test_binds_and_signs_in(self, sam: Owner) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        signed = await confirm(sam, token, sam.code())
        found = await session.find(sam.policy, signed.token)
        assert found and found.id == signed.session.id
        assert found.verified_at and found.delivery is session.Delivery.BEARER
        assert signed.browser
        (letter,) = await sam.letters()
        assert letter.kind is Kind.SECOND_FACTOR_CONFIRMED
        assert (letter.params["ip"], letter.params["user_agent"]) == (HOME.ip, HOME.user_agent)

    async def test_its_code_counts_as_used(self, sam: Owner, clock: Clock) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        await confirm(sam, token, sam.code())
        with pytest.raises(CodeRejected) as refusal:
            await sam.verify(sam.code())
        assert refusal.value.hint is CodeHint.ALREADY_USED
        await owners.next_step(clock)
        await sam.verify(sam.code())

    async def test_works_once(self, sam: Owner) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        tries = (confirm(sam, token, sam.code(steps)) for steps in (0, 1, -1, 0))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, SignedIn) for one in outcomes) == 1
        assert sum(isinstance(one, ChallengeExpired) for one in outcomes) == 3
        assert await Session.all().count() == 1

    async def test_needs_a_begin(self, sam: Owner) -> None:
        with pytest.raises(ChallengeExpired):
            await confirm(sam, await sam.challenge(), sam.code())
        await no_factor(sam)

    async def test_anothers_secret_does_not_serve(self, sam: Owner, policy: Policy) -> None:
        eve = await owners.added(policy, "eve@example.com")
        await begin(eve, await eve.challenge())
        token = await sam.challenge()
        await begin(sam, token)
        with pytest.raises(CodeRejected):
            await confirm(sam, token, eve.code())
        await no_factor(sam)


class TestCodes:
    async def test_five_wrong_ones_end_the_secret(self, sam: Owner) -> None:
        token = await sam.challenge()
        first = await begin(sam, token)
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(CodeRejected) as refusal:
                await confirm(sam, token, sam.wrong_code())
            assert (refusal.value.hint, refusal.value.attempts_left) == (CodeHint.NONE, left)
        with pytest.raises(ChallengeExpired):
            await confirm(sam, token, sam.code())
        await no_factor(sam)
        assert (await begin(sam, token)).secret != first.secret

    async def test_of_many_at_once_five_are_looked_at(self, sam: Owner) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        tries = (confirm(sam, token, sam.wrong_code()) for _ in range(12))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, CodeRejected) for one in outcomes) == 5
        assert sum(isinstance(one, ChallengeExpired) for one in outcomes) == 7

    async def test_they_count_against_their_challenge_only(
        self, policy: Policy, clock: Clock, connected: TortoiseContext
    ) -> None:
        ada = await owners.enrolled(policy, clock)
        moving = await ada.session()
        await enrollment.begin(policy, HOME, None, moving)
        for _ in range(5):
            with pytest.raises(CodeRejected):
                await enrollment.confirm(policy, HOME, None, moving, ada.wrong_code())
        await ada.fail(4)
        await ada.verify(ada.code())
        assert (await ada.factor()).failures_in_a_row == 0

    @pytest.mark.parametrize("steps", [-10, -2, 2, 10])
    async def test_a_phone_whose_clock_is_off(self, sam: Owner, steps: int) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        with pytest.raises(CodeRejected) as refusal:
            await confirm(sam, token, sam.code(steps))
        assert refusal.value.hint is CodeHint.CLOCK_OFF
        await no_factor(sam)

    @pytest.mark.parametrize("typed", ["", "12345", "abcdef", "\0", "🔑"])
    async def test_no_code_at_all(self, sam: Owner, typed: str) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        with pytest.raises(CodeRejected):
            await confirm(sam, token, typed)


class TestExpiry:
    async def test_ten_minutes_after_the_password(self, sam: Owner, clock: Clock) -> None:
        token = await sam.challenge()
        await clock.travel(timedelta(minutes=9))
        offer = await begin(sam, token)
        await clock.travel_to(offer.expires_at)
        for late in (confirm(sam, token, sam.code()), begin(sam, token)):
            with pytest.raises(ChallengeExpired):
                await late
        await no_factor(sam)

    async def test_what_nobody_confirmed_is_dropped(self, sam: Owner, clock: Clock) -> None:
        await begin(sam, await sam.challenge())
        await pending.purge()
        assert await Enrollment.all().count() == 1
        await clock.travel(timedelta(minutes=11))
        await pending.purge()
        assert await Enrollment.all().count() == 0


class TestAtRest:
    async def test_no_secret_is_readable(self, sam: Owner, database_url: str) -> None:
        token = await sam.challenge()
        await begin(sam, token)
        waiting = await databases.dump(database_url)
        await confirm(sam, token, sam.code())
        for kept in (waiting, await databases.dump(database_url)):
            assert sam.secret not in kept
            assert token not in kept
            assert pyotp.TOTP(sam.secret).byte_secret().hex() not in kept.lower()

    async def test_a_secret_serves_its_own_row_only(
        self, sam: Owner, policy: Policy, clock: Clock
    ) -> None:
        """Who can write to the database cannot give an account a secret that they know."""
        eve = await owners.enrolled(policy, clock, "eve@example.com")
        ada = await owners.enrolled(policy, clock, "ada@example.com")
        of_eve = (await eve.factor()).secret
        await Authenticator.filter(account_id=ada.account.id).update(secret=of_eve)
        with pytest.raises(InvalidTag):
            await ada.verify(eve.code())

    async def test_nor_does_one_that_waits(self, sam: Owner, policy: Policy) -> None:
        eve = await owners.added(policy, "eve@example.com")
        await begin(eve, await eve.challenge())
        token = await sam.challenge()
        await begin(sam, token)
        of_eve = await Enrollment.get(account_id=eve.account.id)
        await Enrollment.filter(account_id=sam.account.id).update(secret=of_eve.secret)
        with pytest.raises(InvalidTag):
            await confirm(sam, token, eve.code())
