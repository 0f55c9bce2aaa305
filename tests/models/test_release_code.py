"""The mailed release code: what it must be, how it may be typed, how often, and again."""

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from models.errors import (
    ChallengeExpired,
    CodeRejected,
    ReleaseCodeRejected,
    Throttled,
)
from models.keys.keyring import Keyring
from models.mail import Kind
from models.origin import Origin
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.reset import calling_off, grant
from models.reset.grant import ResetGrant
from models.second_factor import enrollment
from models.signing_in import browser
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired
from tests.support import databases
from tests.support.scenes import ORIGIN, Customer, Scene

DAY = timedelta(hours=24)
SOON = timedelta(seconds=5)
WRONG = "2222-2222-2222"


async def begin(scene: Scene, token: str, code: str | None) -> enrollment.Offer:
    """Ask for the QR code with that release code."""
    return await enrollment.begin(scene.policy, ORIGIN, token, None, code)


async def known_browser(ada: Customer) -> Origin:
    """One in which a code was entered before."""
    return replace(ORIGIN, browser=browser.mark(ada.policy.keyring, ORIGIN, ada.email))


async def alive() -> int:
    """How many grants can still be used, by what their own rows say."""
    return await ResetGrant.filter(ended_at=None).count()


class TestTheReleaseCode:
    async def test_it_has_sixty_bits_that_can_be_read_aloud(
        self, scene: Scene, database_url: str
    ) -> None:
        await scene.granted(await scene.customer())
        code = await scene.release_code()
        assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}", code)
        rows = await databases.dump(database_url)
        assert code not in rows and code.replace("-", "") not in rows

    async def test_login_asks_for_it(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        outcome = await ada.login()
        assert isinstance(outcome, EnrollmentRequired)
        assert outcome.release_code_required

    async def test_with_it_a_new_phone_takes_over(self, scene: Scene) -> None:
        ada = await scene.customer()
        old = ada.secret
        await scene.granted(ada)
        signed = await ada.enroll(await ada.released(), await scene.release_code())
        assert signed.session.verified_at and ada.secret != old
        assert await alive() == 0
        await scene.travel(seconds=30)
        await ada.verify(await ada.challenge())
        lost = Customer(scene.policy, ada.email, old)
        with pytest.raises(CodeRejected):
            await lost.verify(await lost.challenge())

    @pytest.mark.parametrize("typed", [None, "", "  "])
    async def test_without_it_nothing_is_charged(self, scene: Scene, typed: str | None) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token = await ada.released()
        for _ in range(7):
            async with scene.refused(ReleaseCodeRejected) as refused:
                await begin(scene, token, typed)
            assert refused.value.attempts_left == 5

    async def test_five_wrong_ones_end_the_challenge_but_not_the_grant(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code, token = await scene.release_code(), await ada.released()
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(ReleaseCodeRejected) as refused:
                await begin(scene, token, WRONG)
            assert refused.value.attempts_left == left
        async with scene.refused(ChallengeExpired):
            await begin(scene, token, code)
        await ada.enroll(await ada.released(), code)

    async def test_ten_wrong_ones_at_once_are_five(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token = await ada.released()
        answers = await asyncio.gather(
            *(begin(scene, token, WRONG) for _ in range(10)), return_exceptions=True
        )
        left = [one.attempts_left for one in answers if isinstance(one, ReleaseCodeRejected)]
        assert len(left) == 5
        assert {type(one) for one in answers} == {ReleaseCodeRejected, ChallengeExpired}

    async def test_ten_wrong_ones_an_hour_over_all_challenges(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code, at, known = await scene.release_code(), scene.clock.now(), await known_browser(ada)
        for token in [await ada.released(), await ada.released()] * 5:
            with pytest.raises(ReleaseCodeRejected):
                await begin(scene, token, WRONG)
        token = await ada.released()
        async with scene.refused(Throttled) as refused:
            await begin(scene, token, code)
        assert at < refused.value.retry_at - timedelta(hours=1) < scene.clock.now()
        await enrollment.begin(scene.policy, known, token, None, code)
        await scene.clock.travel_to(refused.value.retry_at)
        await begin(scene, await ada.released(), code)

    async def test_thirty_a_day(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code, at = await scene.release_code(), scene.clock.now()
        for _ in range(6):
            token = await ada.released()
            for _ in range(5):
                with pytest.raises(ReleaseCodeRejected):
                    await begin(scene, token, WRONG)
            await scene.travel(minutes=31)
        with pytest.raises(Throttled) as refused:
            await begin(scene, await ada.released(), code)
        assert at < refused.value.retry_at - timedelta(days=1) < scene.clock.now()

    async def test_right_ones_count_for_nothing(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code = await scene.release_code()
        for _ in range(12):
            await begin(scene, await ada.released(), code)

    async def test_a_stolen_database_does_not_try_them_out(self, scene: Scene) -> None:
        ada, bea = await scene.customer(), await scene.customer("bea@example.com")
        await scene.granted(ada)
        code, (kept,) = await scene.release_code(), await ResetGrant.all()
        bare = code.replace("-", "")
        plain = {hashlib.sha256(typed.encode()).hexdigest() for typed in (code, bare)}
        assert kept.release_code_hash not in plain
        await scene.granted(bea)
        await ResetGrant.all().update(release_code_hash=kept.release_code_hash)
        with pytest.raises(ReleaseCodeRejected):
            await begin(scene, await bea.released(), code)

    async def test_it_outlives_a_new_key(self, scene: Scene, secret_keys: str) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code, token = await scene.release_code(), await ada.released()
        both = Keyring.parse(f"{Keyring.generate_text()},{secret_keys}")
        await enrollment.begin(replace(scene.policy, keyring=both), ORIGIN, token, None, code)

    @pytest.mark.parametrize(
        "typed",
        [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "],
        ids=["lower case", "without groups", "with spaces"],
    )
    async def test_however_it_is_typed(self, scene: Scene, typed: object) -> None:
        assert callable(typed)
        ada = await scene.customer()
        await scene.granted(ada)
        await ada.enroll(await ada.released(), typed(await scene.release_code()))

    @pytest.mark.parametrize("typed", ["½" * 12, "\0", "\ud800", "x" * 100_000, "%", "-"])
    async def test_what_is_none(self, scene: Scene, typed: str) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        with pytest.raises(ReleaseCodeRejected):
            await begin(scene, await ada.released(), typed)

    async def test_somebody_elses(self, scene: Scene) -> None:
        ada, bea = await scene.customer(), await scene.customer("bea@example.com")
        await scene.granted(ada)
        await scene.granted(bea)
        with pytest.raises(ReleaseCodeRejected):
            await begin(scene, await bea.released(), await scene.release_code())

    async def test_the_last_attempt_may_be_right(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        code, token = await scene.release_code(), await ada.released()
        for _ in range(4):
            with pytest.raises(ReleaseCodeRejected):
                await begin(scene, token, WRONG)
        await ada.enroll(token, code)


class TestResend:
    async def test_the_earlier_one_stops(self, scene: Scene) -> None:
        ada = await scene.customer()
        ticket = await scene.granted(ada)
        first, token = await scene.release_code(), await ada.released()
        expires_at = await grant.resend(scene.policy, token)
        assert [expires_at] == [one.expires_at for one in await ResetGrant.all()]
        second = await scene.release_code()
        assert second != first
        with pytest.raises(ReleaseCodeRejected):
            await begin(scene, token, first)
        await ada.enroll(token, second)
        (entry,) = await AuditEntry.filter(action=Action.RELEASE_CODE_RESENT)
        assert (entry.account_id, entry.ticket_id) == ((await ada.account()).id, ticket.id)

    async def test_three_times_an_hour(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        at = scene.clock.now()
        for _ in range(3):
            await grant.resend(scene.policy, await ada.released())
        token = await ada.released()
        async with scene.refused(Throttled) as refused:
            await grant.resend(scene.policy, token)
        assert at < refused.value.retry_at - timedelta(hours=1) < scene.clock.now()
        await scene.clock.travel_to(refused.value.retry_at)
        await grant.resend(scene.policy, await ada.released())
        assert len(await scene.letters(Kind.RESET_APPROVED)) == 5

    async def test_eight_at_once_are_three(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token = await ada.released()
        answers = await asyncio.gather(
            *(grant.resend(scene.policy, token) for _ in range(8)), return_exceptions=True
        )
        assert [type(one) for one in answers].count(Throttled) == 5
        codes = {one.params["release_code"] for one in await scene.letters(Kind.RESET_APPROVED)}
        assert len(codes) == 4

    async def test_it_does_not_make_the_grant_last_longer(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        await scene.clock.travel(DAY - SOON)
        await grant.resend(scene.policy, await ada.released())
        await scene.clock.travel(SOON)
        assert isinstance(await ada.login(), CodeRequired)

    async def test_only_on_a_challenge_that_needs_it(self, scene: Scene) -> None:
        ada = await scene.customer()
        token = await ada.challenge()
        async with scene.refused(ChallengeExpired):
            await grant.resend(scene.policy, token)
        await scene.granted(ada)
        released = await ada.released()
        await calling_off.cancel(
            scene.policy, await scene.linked(Kind.RESET_APPROVED, "cancel_link")
        )
        for dead in (token, released, "", "\ud800"):
            async with scene.refused(ChallengeExpired):
                await grant.resend(scene.policy, dead)
