"""What signed-in owners change: the password, and their units."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.context import TortoiseContext

from models.accounts import account as accounts
from models.accounts import owner
from models.accounts.account import Account, Device
from models.errors import (
    InvalidCredentials,
    InvalidInput,
    NotAllowed,
    Reason,
    Refusal,
    StepUpRequired,
    Throttled,
)
from models.mail import Kind
from models.origin import Origin
from models.policy import Policy
from models.reset import grant
from models.signing_in import session, sign_in
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired
from tests.support import owners
from tests.support.clock import Clock
from tests.support.owners import HOME, PASSWORD, Owner

NEW = "nine loud compressors"
RECENT = timedelta(minutes=15)


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def change(
    ada: Owner,
    own: Session | None,
    current: str = PASSWORD,
    new: str = NEW,
    origin: Origin = HOME,
) -> Account:
    return await owner.change_password(ada.policy, origin, own, current, new)


async def refused(
    ada: Owner,
    own: Session | None,
    refusal: type[Refusal],
    current: str = PASSWORD,
    new: str = NEW,
) -> Refusal:
    """A change that must not be made: the account stays as it was, and nobody is mailed."""
    before = owners.columns(await ada.row())
    with pytest.raises(refusal) as raised:
        await change(ada, own, current, new)
    assert owners.columns(await ada.row()) == before
    assert await ada.letters() == []
    return raised.value


async def login(ada: Owner, password: str) -> sign_in.Outcome:
    return await sign_in.login(ada.policy, HOME, ada.account.email, password, Delivery.BEARER)


class TestChangePassword:
    async def test_the_new_one_counts_and_the_old_one_does_not(self, ada: Owner) -> None:
        await change(ada, await ada.session())
        assert isinstance(await login(ada, NEW), CodeRequired)
        with pytest.raises(InvalidCredentials):
            await login(ada, PASSWORD)
        assert (await ada.row()).password_changed_at

    async def test_other_sessions_end(self, ada: Owner) -> None:
        own, other = await ada.session(), await ada.session()
        await change(ada, own)
        assert set(await session.live(ada.policy, [own.id, other.id])) == {own.id}

    async def test_the_owner_is_mailed(self, ada: Owner) -> None:
        await change(ada, await ada.session())
        (letter,) = await ada.letters()
        assert (letter.kind, letter.params["ip"]) == (Kind.PASSWORD_CHANGED, HOME.ip)

    async def test_a_grant_ends(self, ada: Owner) -> None:
        account = await ada.row()
        await accounts.raise_version(account)
        await grant.give(ada.policy, account, None, "R-7K3M-Q94T")
        assert isinstance(await login(ada, PASSWORD), EnrollmentRequired)
        await change(ada, await ada.session())
        assert isinstance(await login(ada, NEW), CodeRequired)
        assert await grant.unended(await ada.row()) is None

    async def test_the_first_sign_in_is_used_up(
        self, policy: Policy, connected: TortoiseContext
    ) -> None:
        kim = await owners.registered(policy, "kim@example.com")
        await change(kim, await kim.session(verified=False))
        assert isinstance(await login(kim, NEW), EnrollmentRequired)

    async def test_without_a_factor_no_code_is_asked_for(
        self, policy: Policy, connected: TortoiseContext
    ) -> None:
        sam = await owners.added(policy)
        await change(sam, await sam.session(verified=False))
        assert isinstance(await login(sam, NEW), EnrollmentRequired)

    async def test_of_two_at_once_one_is_made(self, ada: Owner) -> None:
        sessions = [await Session.get(id=(await ada.session()).id).select_related("account")
                    for _ in range(2)]  # fmt: skip
        tries = (change(ada, own, new=f"{NEW} {n}") for n, own in enumerate(sessions))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, Account) for one in outcomes) == 1
        assert sum(isinstance(one, NotAllowed) for one in outcomes) == 1


class TestRefused:
    async def test_without_a_recent_code(self, ada: Owner, clock: Clock) -> None:
        await refused(ada, await ada.session(verified=False), StepUpRequired)
        own = await ada.session()
        await clock.travel(RECENT)
        await refused(ada, own, StepUpRequired)

    async def test_without_a_session(self, ada: Owner) -> None:
        refusal = await refused(ada, None, NotAllowed)
        assert isinstance(refusal, NotAllowed) and refusal.reason is Reason.NO_SESSION

    async def test_in_a_session_that_ended_meanwhile(self, ada: Owner) -> None:
        own = await ada.session()
        assert await session.revoke(ada.policy, await ada.session(), own.id)
        await refused(ada, own, NotAllowed)

    @pytest.mark.parametrize("current", ["", "a wrong password", "\0", "\ud800", "x" * 100_000])
    async def test_with_a_wrong_current_one(self, ada: Owner, current: str) -> None:
        await refused(ada, await ada.session(), InvalidCredentials, current=current)

    @pytest.mark.parametrize(
        ("new", "reason"),
        [
            ("short", Reason.PASSWORD_SHORT),
            ("x" * 1025, Reason.PASSWORD_LONG),
            ("password1", Reason.PASSWORD_COMMON),
            ("ada@example.com", Reason.PASSWORD_PERSONAL),
            ("seven\0turbines", Reason.CHARACTERS),
        ],
    )
    async def test_with_a_new_one_against_the_rules(
        self, ada: Owner, new: str, reason: Reason
    ) -> None:
        refusal = await refused(ada, await ada.session(), InvalidInput, new=new)
        assert isinstance(refusal, InvalidInput)
        assert (refusal.field, refusal.reason) == ("newPassword", reason)

    async def test_guesses_share_the_limit_of_login(self, ada: Owner, clock: Clock) -> None:
        own = await ada.session()
        for _ in range(5):
            with pytest.raises(InvalidCredentials):
                await login(ada, "a wrong password")
            with pytest.raises(InvalidCredentials):
                await change(ada, own, current="a wrong password")
        await refused(ada, own, Throttled)
        await change(ada, own, origin=ada.known_browser())

    async def test_right_ones_count_for_nothing(self, ada: Owner) -> None:
        own = await ada.session()
        for current, new in ((PASSWORD, NEW), (NEW, PASSWORD)) * 6:
            own = await Session.get(id=own.id).select_related("account")
            await change(ada, own, current, new)


class TestAddDevice:
    async def test_registers_a_further_unit(self, ada: Owner) -> None:
        unit = await owner.add_device(ada.policy, await ada.session(), " ahu-2042/7 ", "Roof")
        (kept,) = await Device.all()
        assert (unit.id, unit.account_id) == (kept.id, ada.account.id)
        assert (unit.serial_number, unit.serial_key, unit.name) == (
            "ahu-2042/7",
            "AHU20427",
            "Roof",
        )

    async def test_needs_a_recent_code_where_there_is_a_factor(
        self, ada: Owner, policy: Policy
    ) -> None:
        sam = await owners.added(policy)
        await owner.add_device(policy, await sam.session(verified=False), "1", "Roof")
        with pytest.raises(StepUpRequired):
            await owner.add_device(policy, await ada.session(verified=False), "2", "Roof")
        with pytest.raises(NotAllowed):
            await owner.add_device(policy, None, "3", "Roof")
        assert [unit.serial_number for unit in await Device.all()] == ["1"]

    async def test_vouches_for_it_by_a_code_alone(self, ada: Owner, policy: Policy) -> None:
        sam = await owners.added(policy)
        without = await owner.add_device(policy, await sam.session(verified=False), "1", "Roof")
        by_code = await owner.add_device(policy, await ada.session(), "1", "Roof")
        assert not (await Device.get(id=without.id)).vouched
        assert (await Device.get(id=by_code.id)).vouched

    @pytest.mark.parametrize(
        ("serial", "name", "field"),
        [("", "Roof", "serialNumber"), ("1\0", "Roof", "serialNumber"), ("1", " ", "name"),
         ("1", "Ro\u202eof", "name"), ("1" * 65, "Roof", "serialNumber")],
    )  # fmt: skip
    async def test_input(self, ada: Owner, serial: str, name: str, field: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            await owner.add_device(ada.policy, await ada.session(), serial, name)
        assert refusal.value.field == field
        assert await Device.all().count() == 0
