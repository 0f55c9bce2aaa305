"""What an approval gives: a release code that opens the way to a new phone, for a day."""

import asyncio
from datetime import timedelta

import pytest

from models.accounts import account as accounts
from models.accounts import closing
from models.errors import (
    ChallengeExpired,
    FactorSuspended,
    ReleaseCodeRejected,
)
from models.reset.grant import ResetGrant
from models.reset.ticket import ResetReason
from models.second_factor import enrollment, two_factor
from models.signing_in import sign_in
from models.signing_in.sign_in import CodeRequired
from tests.support.scenes import ORIGIN, Customer, Scene

DAY = timedelta(hours=24)
SOON = timedelta(seconds=5)
WRONG = "2222-2222-2222"


async def begin(scene: Scene, token: str, code: str | None) -> enrollment.Offer:
    """Ask for the QR code with that release code."""
    return await enrollment.begin(scene.policy, ORIGIN, token, None, code)


async def alive() -> int:
    """How many grants can still be used, by what their own rows say."""
    return await ResetGrant.filter(ended_at=None).count()


class TestTheChallenge:
    async def test_it_remembers_the_right_code(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token = await ada.released()
        offer = await begin(scene, token, await scene.release_code())
        for typed in (None, WRONG):
            assert (await begin(scene, token, typed)).secret == offer.secret

    async def test_others_do_not(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        here, there = await ada.released(), await ada.released()
        await begin(scene, here, await scene.release_code())
        async with scene.refused(ReleaseCodeRejected):
            await begin(scene, there, None)
        async with scene.refused(ChallengeExpired):
            await enrollment.confirm(scene.policy, ORIGIN, there, None, "123456")

    async def test_beginning_uses_nothing_up(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code = await scene.release_code()
        await begin(scene, await ada.released(), code)
        await scene.travel(minutes=30)
        assert await alive() == 1
        await ada.enroll(await ada.released(), code)

    async def test_two_phones_at_once_bind_one(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code = await scene.release_code()
        phones = [Customer(scene.policy, ada.email, "") for _ in range(2)]
        tokens = [await phone.released() for phone in phones]
        answers = await asyncio.gather(
            *(phone.enroll(token, code) for phone, token in zip(phones, tokens, strict=True)),
            return_exceptions=True,
        )
        assert [type(one) for one in answers].count(ChallengeExpired) == 1
        assert await alive() == 0
        bound = phones[[isinstance(one, sign_in.SignedIn) for one in answers].index(True)]
        await scene.travel(seconds=30)
        await bound.verify(await bound.challenge())


class TestTheOldFactor:
    async def test_it_still_signs_in_and_ends_the_grant(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        await ada.verify(await ada.released())
        assert await alive() == 0
        assert isinstance(await ada.login(), CodeRequired)

    async def test_not_if_it_was_stolen(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada, reason=ResetReason.PHONE_STOLEN)
        token = await ada.released()
        async with scene.refused(FactorSuspended):
            await ada.verify(token)
        await ada.enroll(token, await scene.release_code())
        factor = await two_factor.find(await ada.account())
        assert factor and factor.suspended_at is None

    async def test_before_the_new_one_is_confirmed(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token = await ada.released()
        offer = await begin(scene, token, await scene.release_code())
        await ada.verify(token)
        ada.secret = offer.secret
        async with scene.refused(ChallengeExpired):
            await enrollment.confirm(scene.policy, ORIGIN, token, None, ada.code())


class TestItsEnd:
    async def test_after_a_day(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code = await scene.release_code()
        await scene.clock.travel(DAY - SOON)
        late = await ada.released()
        await begin(scene, late, code)
        await scene.clock.travel(SOON)
        async with scene.refused(ChallengeExpired):
            await enrollment.confirm(scene.policy, ORIGIN, late, None, "123456")
        async with scene.refused(ChallengeExpired):
            await begin(scene, late, code)
        await ada.verify(await ada.challenge())

    async def test_with_the_account(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token, code = await ada.released(), await scene.release_code()
        await closing.disable(scene.policy, await ada.account(), "Left us.")
        async with scene.refused(ChallengeExpired):
            await begin(scene, token, code)

    async def test_with_whatever_moves_the_account_on(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token, code = await ada.released(), await scene.release_code()
        assert await accounts.raise_version(await ada.account())
        async with scene.refused(ChallengeExpired):
            await begin(scene, token, code)
        assert isinstance(await ada.login(), CodeRequired)

    async def test_by_a_newer_one(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        old = await scene.release_code()
        await scene.clock.travel(DAY)
        await scene.granted(ada)
        with pytest.raises(ReleaseCodeRejected):
            await begin(scene, await ada.released(), old)
