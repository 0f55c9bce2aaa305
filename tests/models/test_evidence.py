"""What is known about who is asking, of every kind, and what it is worth."""

import asyncio
from datetime import timedelta

import pytest

from models import clock
from models.accounts import account as accounts
from models.accounts import owner, registration
from models.errors import ChallengeExpired, InvalidInput
from models.mail import Kind
from models.origin import Origin
from models.record.audit import AuditEntry
from models.reset import calling_off, decision, desk, evidence, recovery
from models.reset.evidence import Detail, EvidenceKind, EvidenceOutcome
from models.reset.ticket import RecoveryTicket
from models.signing_in import session
from models.signing_in.session import Delivery
from models.signing_in.sign_in import EnrollmentRequired, SignedIn
from tests.support.scenes import ORIGIN, PASSWORD, SERIAL, Customer, Scene

MATCHED, MISMATCHED, UNKNOWN = EvidenceOutcome
Found = tuple[EvidenceOutcome, str]
WEEK = timedelta(days=7)


async def found(ticket: RecoveryTicket, kind: EvidenceKind) -> Found:
    """What is known of one kind; each is there once, in the order of the contract."""
    rows = (await evidence.evidence_of([ticket.id]))[ticket.id]
    assert [row.kind for row in rows] == list(EvidenceKind)
    (row,) = [row for row in rows if row.kind == kind]
    return row.outcome, row.detail


async def registered(scene: Scene) -> Customer:
    """Someone who registered and has not signed in yet."""
    email = "ada@example.com"
    await registration.register(scene.policy, ORIGIN, email, PASSWORD, SERIAL, "Roof")
    return Customer(scene.policy, email, "")


async def enrolling(customer: Customer) -> str:
    """The token of a sign-in that goes on with enrolling."""
    half = await customer.login()
    assert isinstance(half, EnrollmentRequired)
    return half.token


class TestDeviceSerial:
    @pytest.mark.parametrize("typed", ["AHU-2042/7", "ahu 2042 7", " AHU20427 ", "a.h.u_2042-7"])
    async def test_a_unit_of_the_account_however_typed(self, scene: Scene, typed: str) -> None:
        ticket = await scene.ticket(device_serial_number=typed)
        assert await found(ticket, EvidenceKind.DEVICE_SERIAL) == (MATCHED, Detail.SERIAL_MATCHED)

    @pytest.mark.parametrize("typed", ["AHU-2042/8", "AHU-2042", "%", "_" * 8, "-", "Ä", "AHU%"])
    async def test_no_unit_of_the_account(self, scene: Scene, typed: str) -> None:
        ticket = await scene.ticket(device_serial_number=typed)
        expected = (MISMATCHED, Detail.SERIAL_MISMATCHED)
        assert await found(ticket, EvidenceKind.DEVICE_SERIAL) == expected

    async def test_a_unit_of_somebody_else(self, scene: Scene) -> None:
        bea, ada = await scene.customer("bea@example.com"), await scene.customer()
        await accounts.register_device(await bea.account(), "BEA-1", "Cellar")
        ticket = (await ada.request(device_serial_number="BEA-1")).ticket
        expected = (MISMATCHED, Detail.SERIAL_MISMATCHED)
        assert await found(ticket, EvidenceKind.DEVICE_SERIAL) == expected

    async def test_a_unit_that_a_thief_put_there(self, scene: Scene) -> None:
        """Who took the first sign-in adds a unit, and asks later for a reset with it."""
        ada = await registered(scene)
        thief = await ada.login()
        assert isinstance(thief, SignedIn)
        await owner.add_device(scene.policy, thief.session, "AHU-666", "Mine")
        await ada.enroll(await enrolling(ada), None)
        ticket = (await ada.request(device_serial_number="ahu 666")).ticket
        expected = (UNKNOWN, Detail.SERIAL_UNVOUCHED)
        assert await found(ticket, EvidenceKind.DEVICE_SERIAL) == expected
        agent = await scene.agent()
        await desk.claim(scene.policy, agent, ticket.id)
        kinds = [EvidenceKind.DEVICE_SERIAL]
        async with scene.refused(InvalidInput, but="approve:") as refused:
            await decision.approve(scene.policy, agent, ticket.id, kinds, "It is hers.")
        assert refused.value.field == "checked"

    async def test_the_same_unit_added_again_with_a_code(self, scene: Scene) -> None:
        ada = await registered(scene)
        first = await ada.login()
        assert isinstance(first, SignedIn)
        await owner.add_device(scene.policy, first.session, "AHU-7", "Cellar")
        signed = await ada.enroll(await enrolling(ada), None)
        await owner.add_device(scene.policy, signed.session, "AHU-7", "Cellar, mine")
        ticket = (await ada.request(device_serial_number="AHU-7")).ticket
        assert await found(ticket, EvidenceKind.DEVICE_SERIAL) == (MATCHED, Detail.SERIAL_MATCHED)

    @pytest.mark.parametrize("typed", [None, "", "  "])
    async def test_none_was_given(self, scene: Scene, typed: str | None) -> None:
        ticket = await scene.ticket(device_serial_number=typed)
        assert await found(ticket, EvidenceKind.DEVICE_SERIAL) == (UNKNOWN, Detail.SERIAL_MISSING)


class TestKnownNetwork:
    KIND = EvidenceKind.KNOWN_NETWORK
    KNOWN = (MATCHED, Detail.NETWORK_MATCHED)
    FOREIGN = (MISMATCHED, Detail.NETWORK_MISMATCHED)
    NOTHING = (UNKNOWN, Detail.NETWORK_UNKNOWN)

    @pytest.mark.parametrize(
        ("before", "asking", "expected"),
        [
            ("203.0.113.7", "203.0.113.7", KNOWN),
            ("203.0.113.7", "203.0.113.250", KNOWN),
            ("203.0.113.7", "203.0.114.7", FOREIGN),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", KNOWN),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", FOREIGN),
            ("203.0.113.7", "2001:db8:1:2::1", FOREIGN),
            ("203.0.113.7", None, NOTHING),
            (None, "203.0.113.7", NOTHING),
            (None, None, NOTHING),
            ("not an address", "neither is this", NOTHING),
        ],
    )
    async def test_networks(
        self, scene: Scene, before: str | None, asking: str | None, expected: Found
    ) -> None:
        ada = await scene.customer()
        await full_sign_in(scene, ada, before)
        ticket = (await ada.request(origin=Origin(asking, None))).ticket
        assert await found(ticket, self.KIND) == expected

    async def test_nobody_ever_signed_in(self, scene: Scene) -> None:
        assert await found(await scene.ticket(), self.KIND) == self.NOTHING

    async def test_the_first_sign_in_was_no_full_one(self, scene: Scene) -> None:
        ada = await scene.customer()
        await full_sign_in(scene, ada, "203.0.113.7", verified=False)
        assert await found((await ada.request()).ticket, self.KIND) == self.NOTHING

    async def test_somebody_elses_does_not_count(self, scene: Scene) -> None:
        ada, bea = await scene.customer(), await scene.customer("bea@example.com")
        await full_sign_in(scene, bea, "203.0.113.7")
        assert await found((await ada.request()).ticket, self.KIND) == self.NOTHING


class TestPasswordAge:
    @pytest.mark.parametrize(
        ("ago", "expected"),
        [
            (None, (MATCHED, Detail.PASSWORD_OLD)),
            (WEEK + timedelta(seconds=1), (MATCHED, Detail.PASSWORD_OLD)),
            (WEEK - timedelta(minutes=1), (MISMATCHED, Detail.PASSWORD_FRESH)),
            (timedelta(), (MISMATCHED, Detail.PASSWORD_FRESH)),
        ],
    )
    async def test_ages(self, scene: Scene, ago: timedelta | None, expected: Found) -> None:
        ada = await scene.customer()
        changed = None if ago is None else clock.now() - ago
        await accounts.Account.filter(email=ada.email).update(password_changed_at=changed)
        assert await found((await ada.request()).ticket, EvidenceKind.PASSWORD_AGE) == expected


class TestConfirmMailbox:
    KIND = EvidenceKind.MAILBOX
    WAITING = (UNKNOWN, Detail.MAILBOX_WAITING)

    async def test_the_link_is_evidence_once(self, scene: Scene) -> None:
        ticket = await scene.ticket()
        assert await found(ticket, self.KIND) == self.WAITING
        link = await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        assert (await recovery.confirm_mailbox(scene.policy, link)).id == ticket.id
        assert await found(ticket, self.KIND) == (MATCHED, Detail.MAILBOX_MATCHED)
        event = (await scene.told())[-1]
        (named,) = (await evidence.by_ids([event.evidence_id or ticket.id])).values()
        assert (event.kind.value, named.kind) == ("EVIDENCE_ADDED", self.KIND)
        async with scene.refused(ChallengeExpired):
            await recovery.confirm_mailbox(scene.policy, link)

    async def test_eight_presses_at_once_count_once(self, scene: Scene) -> None:
        ticket = await scene.ticket()
        link = await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        answers = await asyncio.gather(
            *(recovery.confirm_mailbox(scene.policy, link) for _ in range(8)),
            return_exceptions=True,
        )
        assert [type(answer) for answer in answers].count(ChallengeExpired) == 7
        assert await scene.kinds() == ["SUBMITTED", "EVIDENCE_ADDED"]
        actions = AuditEntry.filter(action="ticket:mailbox:confirmed", ticket_id=ticket.id)
        assert await actions.count() == 1

    async def test_not_after_the_decision(self, scene: Scene) -> None:
        await scene.granted(await scene.customer())
        link = await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        async with scene.refused(ChallengeExpired):
            await recovery.confirm_mailbox(scene.policy, link)

    async def test_not_after_it_was_cancelled(self, scene: Scene) -> None:
        asked = await (await scene.customer()).request()
        await calling_off.cancel(scene.policy, asked.receipt)
        link = await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        async with scene.refused(ChallengeExpired):
            await recovery.confirm_mailbox(scene.policy, link)

    async def test_only_by_its_own_link(self, scene: Scene) -> None:
        ada = await scene.customer()
        receipt = (await ada.request()).receipt
        cancel_link = await scene.linked(Kind.RESET_REQUESTED, "cancel_link")
        for wrong in (receipt, cancel_link, "", "unknown", "a\0b", "\ud800"):
            async with scene.refused(ChallengeExpired):
                await recovery.confirm_mailbox(scene.policy, wrong)

    async def test_not_after_30_days(self, scene: Scene) -> None:
        await scene.ticket()
        link = await scene.linked(Kind.RESET_REQUESTED, "confirm_link")
        await scene.travel(days=30)
        async with scene.refused(ChallengeExpired):
            await recovery.confirm_mailbox(scene.policy, link)


async def full_sign_in(scene: Scene, ada: Customer, ip: str | None, verified: bool = True) -> None:
    """A session from that address."""
    at = clock.now() if verified else None
    origin = Origin(ip, None)
    await session.open_for(scene.policy, origin, await ada.account(), Delivery.BEARER, at)
