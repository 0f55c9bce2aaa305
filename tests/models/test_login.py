"""The first step: what each kind of account is answered, and what guessing costs."""

import asyncio
import hashlib
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import bcrypt
import pytest

from models.accounts import account as accounts
from models.accounts import closing
from models.accounts.account import Account
from models.errors import InvalidCredentials, InvalidInput, Throttled
from models.origin import Origin
from models.policy import Policy
from models.second_factor import enrollment
from models.signing_in import session, sign_in
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired, SignedIn
from models.signing_in.throttle import Throttle
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, PASSWORD, Owner

pytestmark = pytest.mark.usefixtures("connected")
A_SECOND = timedelta(seconds=1)


async def login(
    policy: Policy, email: str, password: str = PASSWORD, origin: Origin = HOME
) -> sign_in.Outcome:
    return await sign_in.login(policy, origin, email, password, Delivery.BEARER)


async def guess(policy: Policy, email: str, times: int, origin: Origin = HOME) -> None:
    """Wrong passwords, each of which has to be looked at."""
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            await login(policy, email, "a wrong password", origin)


class TestFirstSignIn:
    async def test_needs_no_second_step_once(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        first = await ada.login()
        assert isinstance(first, SignedIn)
        assert first.session.verified_at is None
        assert first.browser is None, "only a code makes a browser known"
        for _ in range(2):
            later = await ada.login()
            assert isinstance(later, EnrollmentRequired)
            assert not later.release_code_required

    async def test_of_eight_at_once_one_signs_in(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        outcomes = await asyncio.gather(*(ada.login() for _ in range(8)))
        assert sum(isinstance(one, SignedIn) for one in outcomes) == 1
        assert sum(isinstance(one, EnrollmentRequired) for one in outcomes) == 7
        assert await Session.all().count() == 1

    async def test_a_wrong_password_does_not_use_it_up(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        await guess(policy, "ada@example.com", 3)
        assert isinstance(await ada.login(), SignedIn)

    async def test_an_account_of_the_command_line_has_none(self, policy: Policy) -> None:
        sam = await owners.added(policy)
        assert isinstance(await sam.login(), EnrollmentRequired)

    async def test_enrolling_uses_it_up(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        first = await ada.login()
        assert isinstance(first, SignedIn)
        await Account.filter(id=ada.account.id).update(first_sign_in=True)
        offer = await enrollment.begin(policy, HOME, None, first.session)
        code = owners.code_of(offer.secret)
        await enrollment.confirm(policy, HOME, None, first.session, code)
        assert (await ada.row()).first_sign_in is False


class TestSecondStep:
    async def test_with_a_factor_a_code(self, policy: Policy, clock: Clock) -> None:
        ada = await owners.enrolled(policy, clock)
        outcome = await ada.login()
        assert isinstance(outcome, CodeRequired)
        assert await Session.all().count() == 0
        lasts = outcome.expires_at - clock.now()
        assert timedelta(minutes=9, seconds=50) < lasts <= timedelta(minutes=10)

    async def test_addresses_are_compared_without_capitals(
        self, policy: Policy, clock: Clock
    ) -> None:
        await owners.enrolled(policy, clock)
        assert isinstance(await login(policy, "  ADA@Example.com "), CodeRequired)


class TestDisabled:
    async def test_is_as_if_there_were_none(self, policy: Policy, clock: Clock) -> None:
        ada = await owners.enrolled(policy, clock)
        signed = await ada.verify(ada.code())
        await closing.disable(policy, await ada.row(), "Left us.")
        with pytest.raises(InvalidCredentials):
            await ada.login()
        assert await session.find(policy, signed.token) is None

    async def test_no_first_sign_in_comes_back(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        await closing.disable(policy, await ada.row(), "Left us.")
        await Account.all().update(disabled_at=None)
        assert isinstance(await ada.login(), EnrollmentRequired)


class TestGuessing:
    @pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
    async def test_ten_in_ten_minutes(self, policy: Policy, clock: Clock, email: str) -> None:
        """An address without an account throttles like one that has one."""
        await owners.enrolled(policy, clock)
        begun = clock.now()
        await guess(policy, email, 1)
        first = clock.now()
        await guess(policy, email.upper(), 9)
        with pytest.raises(Throttled) as refusal:
            await login(policy, email)
        retry_at = refusal.value.retry_at
        assert begun - timedelta(milliseconds=1) <= retry_at - timedelta(minutes=10) <= first
        await clock.travel_to(retry_at - A_SECOND)
        with pytest.raises(Throttled):
            await login(policy, email)
        await clock.travel_to(retry_at)
        await guess(policy, email, 1)

    async def test_right_passwords_count_for_nothing(self, policy: Policy, clock: Clock) -> None:
        ada = await owners.enrolled(policy, clock)
        for _ in range(12):
            await ada.login()
        await guess(policy, "ada@example.com", 10)

    async def test_of_many_at_once_ten_are_looked_at(self, policy: Policy) -> None:
        await owners.registered(policy)
        tries = (login(policy, "ada@example.com", f"guess {number}") for number in range(30))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, InvalidCredentials) for one in outcomes) == 10
        assert sum(isinstance(one, Throttled) for one in outcomes) == 20

    async def test_a_known_browser_has_its_own_budget(self, policy: Policy, clock: Clock) -> None:
        ada = await owners.enrolled(policy, clock)
        eve = await owners.enrolled(policy, clock, "eve@example.com")
        await guess(policy, "ada@example.com", 10)
        for stranger in (HOME, eve.known_browser(), replace(HOME, browser="x.20300101.y")):
            with pytest.raises(Throttled):
                await ada.login(stranger)
        assert isinstance(await ada.login(ada.known_browser()), CodeRequired)
        await guess(policy, "ada@example.com", 10, at_home := ada.known_browser())
        with pytest.raises(Throttled):
            await ada.login(at_home)

    async def test_the_database_does_not_say_which_address(self, policy: Policy) -> None:
        await guess(policy, "nobody@example.com", 1)
        (row,) = await Throttle.all()
        assert "nobody" not in row.key and "example" not in row.key
        plain = hashlib.sha256(b"nobody@example.com").hexdigest()
        assert plain not in row.key

    async def test_a_network_is_limited_across_addresses(self, policy: Policy) -> None:
        narrow = Policy(**vars(policy) | {"network": NetworkLimits(failed_logins="3/5minutes")})
        for number in range(3):
            await guess(narrow, f"{number}@example.com", 1)
        with pytest.raises(Throttled):
            await login(narrow, "3@example.com")
        await guess(narrow, "3@example.com", 1, replace(HOME, ip="198.51.100.1"))


class TestHashes:
    async def test_an_imported_one_is_understood_once(self, policy: Policy) -> None:
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"salt", 1000)
        for number, imported in enumerate(
            (
                bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
                f"pbkdf2_sha256$1000$salt${b64encode(salted).decode()}",
            )
        ):
            kim = await self.imported(policy, f"kim{number}@example.com", imported)
            await guess(policy, kim.account.email, 1)
            assert (await kim.row()).password_hash == imported
            assert isinstance(await kim.login(), EnrollmentRequired)
            upgraded = (await kim.row()).password_hash
            assert upgraded.startswith("$argon2id$")
            assert isinstance(await kim.login(), EnrollmentRequired)
            assert (await kim.row()).password_hash == upgraded

    async def test_a_full_queue_refuses_everybody_alike(self, policy: Policy) -> None:
        await owners.registered(policy)
        full = Passwords(memory_kib=64, time_cost=1, queue=0)
        for email in ("ada@example.com", "nobody@example.com"):
            with pytest.raises(Throttled):
                await login(Policy(**vars(policy) | {"passwords": full}), email)
        full.close()

    async def imported(self, policy: Policy, email: str, hashed: str) -> Owner:
        kim = await owners.added(policy, email)
        await Account.filter(id=kim.account.id).update(password_hash=hashed)
        return kim


class TestInput:
    @pytest.mark.parametrize("email", ["", "ada", "ada@example.com\0", "🔑", "a" * 1_000_000])
    async def test_no_address(self, policy: Policy, email: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            await login(policy, email)
        assert refusal.value.field == "email"

    @pytest.mark.parametrize("password", ["", "\0", "\ud800", "🔑", "\u202e", "x" * 1_000_000])
    async def test_any_password_is_compared(self, policy: Policy, password: str) -> None:
        await owners.registered(policy)
        with pytest.raises(InvalidCredentials):
            await login(policy, "ada@example.com", password)
        assert await accounts.find("ada@example.com")
