"""Registering tells nobody whether the address had an account, and its owner in any case."""

import asyncio
from datetime import timedelta

import pytest

from models.accounts import account as accounts
from models.accounts import closing, registration
from models.accounts.account import Account, Device, Role
from models.dashboard import search
from models.errors import ChallengeExpired, InvalidCredentials, InvalidInput, Reason, Throttled
from models.mail import Kind, OutboxMail
from models.policy import Policy
from models.record import audit
from models.reset.links import MailLink
from models.reset.ticket import RecoveryTicket
from models.second_factor import enrollment, two_factor
from models.signing_in import session, sign_in
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Delivery, Session
from tests.support import owners, rows
from tests.support.clock import Clock
from tests.support.owners import HOME, PASSWORD, Owner

pytestmark = pytest.mark.usefixtures("connected")
OTHER = "nine loud compressors"


async def register(policy: Policy, email: str, password: str = OTHER, serial: str = "X-9") -> str:
    return await registration.register(policy, HOME, email, password, serial, "Cellar")


async def login(policy: Policy, email: str, password: str) -> sign_in.Outcome:
    return await sign_in.login(policy, HOME, email, password, Delivery.BEARER)


class TestFree:
    async def test_makes_an_account_with_its_unit_and_no_session(self, policy: Policy) -> None:
        assert await register(policy, " Ada@Example.COM ") == "Ada@example.com"
        account = await Account.get()
        assert (account.email_key, account.role, account.first_sign_in) == (
            "ada@example.com",
            accounts.Role.CUSTOMER,
            True,
        )
        assert (await Device.get()).account_id == account.id
        assert await Session.all().count() == 0
        assert PASSWORD not in account.password_hash

    async def test_a_unit_known_elsewhere_is_taken_in_silence(self, policy: Policy) -> None:
        await owners.registered(policy)
        await register(policy, "kim@example.com", serial="AHU-1")
        assert await Device.filter(serial_key="AHU1").count() == 2

    async def test_of_eight_at_once_one_makes_it(self, policy: Policy) -> None:
        forms = ["ada@example.com", "ADA@example.com"] * 4
        answers = await asyncio.gather(*(register(policy, email) for email in forms))
        assert sorted(answers) == sorted(forms)
        assert await Account.all().count() == await Device.all().count() == 1
        assert await OutboxMail.all().count() == 8


class TestTaken:
    async def test_nothing_changes(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        before, unit = owners.columns(await ada.row()), owners.columns(await Device.get())
        assert await register(policy, "ADA@example.com") == "ADA@example.com"
        assert owners.columns(await ada.row()) == before
        assert owners.columns(await Device.get()) == unit
        with pytest.raises(InvalidCredentials):
            await login(policy, "ada@example.com", OTHER)
        assert isinstance(await ada.login(), sign_in.SignedIn)

    async def test_owner_is_mailed_either_way(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        await register(policy, "ada@example.com")
        first, again = sorted(await ada.letters(), key=lambda letter: letter.written_at)
        assert (first.kind, again.kind) == (Kind.REGISTERED, Kind.REGISTERED_AGAIN)
        for letter in (first, again):
            assert letter.params["link"].startswith("http://127.0.0.1:8000/not-me#")

    async def test_leaves_as_many_traces(self, policy: Policy) -> None:
        traces = []
        for _ in range(2):
            await register(policy, "ada@example.com")
            rooms = (MailLink, OutboxMail, audit.AuditEntry)
            traces.append([await room.all().count() for room in rooms])
        assert traces == [[1, 1, 1], [2, 2, 2]]

    @pytest.mark.parametrize("email", ["ada@example.com", "free@example.com"])
    async def test_costs_a_hash_all_the_same(self, policy: Policy, email: str) -> None:
        """Where no hash can be made, both are refused: so both needed one."""
        await owners.registered(policy)
        full = Passwords(memory_kib=64, time_cost=1, queue=0)
        with pytest.raises(Throttled):
            await register(_changed(policy, passwords=full), email)
        full.close()
        assert await Account.all().count() == 1

    @pytest.mark.parametrize("email", ["ada@example.com", "free@example.com"])
    async def test_is_limited_by_network_all_the_same(self, policy: Policy, email: str) -> None:
        await owners.registered(policy)
        narrow = _changed(policy, network=NetworkLimits(registrations="2/hour"))
        for _ in range(2):
            await register(narrow, email)
        with pytest.raises(Throttled):
            await register(narrow, email)


class TestInput:
    @pytest.mark.parametrize(
        "email",
        ["", "ada", "ada@", "@example.com", "ada@exa mple.com", "a\0da@example.com", "ada@-x.com",
         "ada@example.com\n.evil.com", "ada@\ud800.com", "x" * 250 + "@example.com",
         "a" * 1_000_000, "ada\u202e@example.com", "<ada@example.com>"],
    )  # fmt: skip
    async def test_no_address(self, policy: Policy, email: str) -> None:
        await self.refused(policy, "email", Reason.EMAIL, email=email)

    async def test_passwords_go_by_the_rules(self, policy: Policy) -> None:
        await self.refused(policy, "password", Reason.PASSWORD_COMMON, password="password1")
        await self.refused(policy, "password", Reason.PASSWORD_PERSONAL, password="sparekey2027")

    @pytest.mark.parametrize("serial", ["", " - ", "AHU\0", "AHU;1", "🔑", "A" * 65])
    async def test_no_serial_number(self, policy: Policy, serial: str) -> None:
        await self.refused(policy, "serialNumber", None, serial_number=serial)

    @pytest.mark.parametrize("name", ["", "\0", "Roof\u202eeast", "x" * 101])
    async def test_no_name(self, policy: Policy, name: str) -> None:
        await self.refused(policy, "name", None, device_name=name)

    async def refused(
        self, policy: Policy, field: str, reason: Reason | None, **changes: str
    ) -> None:
        form = {"email": "ada@example.com", "password": OTHER, "serial_number": "1",
                "device_name": "Roof"}  # fmt: skip
        with pytest.raises(InvalidInput) as refusal:
            await registration.register(policy, HOME, **form | changes)
        assert refusal.value.field == field
        assert reason in (None, refusal.value.reason)
        assert not await Account.exists() and not await OutboxMail.exists()


class TestNotMe:
    async def test_closes_it_and_frees_the_address(self, policy: Policy) -> None:
        eve = await owners.registered(policy)
        signed = await eve.login()
        assert isinstance(signed, sign_in.SignedIn)
        token = await self.link(eve)
        await closing.close(policy, token)
        with pytest.raises(InvalidCredentials):
            await eve.login()
        assert await session.find(policy, signed.token) is None
        assert [letter.kind for letter in await eve.letters()] == [Kind.ACCOUNT_CLOSED]
        await register(policy, "ada@example.com")
        assert isinstance(await login(policy, "ada@example.com", OTHER), sign_in.SignedIn)

    async def test_no_ticket_keeps_the_address(self, policy: Policy) -> None:
        eve = await owners.registered(policy)
        await rows.tickets([eve.account])
        assert await RecoveryTicket.filter(await search.matching("ada@"))
        await closing.close(policy, await self.link(eve))
        assert not await RecoveryTicket.filter(await search.matching("ada@"))

    async def test_works_once(self, policy: Policy) -> None:
        eve = await owners.registered(policy)
        token = await self.link(eve)
        closings = (closing.close(policy, token) for _ in range(4))
        outcomes = await asyncio.gather(*closings, return_exceptions=True)
        assert sum(isinstance(one, ChallengeExpired) for one in outcomes) == 3
        await register(policy, "ada@example.com")
        with pytest.raises(ChallengeExpired):
            await closing.close(policy, token)
        assert await accounts.find("ada@example.com")

    async def test_another_purposes_link_closes_nothing(self, policy: Policy) -> None:
        eve = await owners.registered(policy)
        token = await self.link(eve)
        await MailLink.all().update(purpose="confirm")
        for dead in (token, "", "unknown", "\0"):
            with pytest.raises(ChallengeExpired):
                await closing.close(policy, dead)
        assert (await eve.row()).disabled_at is None

    async def test_expires_after_30_days(self, policy: Policy, clock: Clock) -> None:
        eve = await owners.registered(policy)
        token = await self.link(eve)
        await clock.travel(timedelta(days=30))
        with pytest.raises(ChallengeExpired):
            await closing.close(policy, token)

    async def test_not_once_there_is_a_second_factor(self, policy: Policy) -> None:
        eve = await owners.registered(policy)
        token = await self.link(eve)
        await two_factor.bind(policy, eve.account, eve.secret, 0)
        await self.refused(eve, token)
        await register(policy, "ada@example.com")
        await self.refused(eve, (await eve.letters())[-1].params["link"].partition("#")[2])

    @pytest.mark.parametrize("role", Role)
    async def test_not_what_was_made_otherwise(self, policy: Policy, role: Role) -> None:
        eve = await owners.added(policy, "ada@example.com", role)
        await register(policy, "ada@example.com")
        await self.refused(eve, await self.link(eve))

    async def test_nor_staffs(self, policy: Policy) -> None:
        eve = await owners.registered(policy)
        token = await self.link(eve)
        await Account.filter(id=eve.account.id).update(role=Role.SUPPORT)
        await self.refused(eve, token)

    @pytest.mark.parametrize("number", range(4))
    async def test_at_the_moment_of_a_first_app_one_of_them_wins(
        self, policy: Policy, number: int
    ) -> None:
        eve = await owners.registered(policy)
        token, first = await self.link(eve), await eve.login()
        assert isinstance(first, sign_in.SignedIn)
        offer = await enrollment.begin(policy, HOME, None, first.session)
        code = owners.code_of(offer.secret)
        outcomes = await asyncio.gather(
            closing.close(policy, token),
            enrollment.confirm(policy, HOME, None, first.session, code),
            return_exceptions=True,
        )
        assert [isinstance(one, ChallengeExpired) for one in outcomes].count(True) == 1
        closed = (await eve.row()).disabled_at is not None
        assert closed is (await two_factor.find(eve.account) is None)

    async def refused(self, owner: Owner, token: str) -> None:
        """Expired, for all that it tells; neither link nor account is used up."""
        before = owners.columns(await owner.row())
        with pytest.raises(ChallengeExpired):
            await closing.close(owner.policy, token)
        assert owners.columns(await owner.row()) == before
        assert await MailLink.filter(used_at=None).count() == await MailLink.all().count()

    async def link(self, owner: Owner) -> str:
        (letter,) = await owner.letters()
        return letter.params["link"].partition("#")[2]


def _changed(policy: Policy, **changes: object) -> Policy:
    return Policy(**vars(policy) | changes)
