"""Asking for a reset: who may, how often, and what happens at once."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from models.errors import ChallengeExpired, FactorSuspended, InvalidInput, Reason, Throttled
from models.mail import Kind
from models.origin import Origin
from models.reset import recovery
from models.reset.recovery import Form, Submitted
from models.reset.ticket import RecoveryTicket, ResetReason, TicketState
from models.signing_in import session, sign_in
from models.signing_in.network import NetworkLimits
from models.signing_in.session import Delivery
from tests.support.scenes import ORIGIN, PASSWORD, Scene

LOST, STOLEN = ResetReason.PHONE_LOST, ResetReason.PHONE_STOLEN
FRIDAY_15_IN_BERLIN = datetime(2027, 1, 15, 14, tzinfo=UTC)


class TestSubmit:
    async def test_a_ticket_waits_until_support_answers(self, scene: Scene) -> None:
        await scene.clock.travel_to(FRIDAY_15_IN_BERLIN)
        ada = await scene.customer()
        ticket = (await ada.request(message="Fell into the lake.", contact_phone="+49 30 1")).ticket
        assert (ticket.state, ticket.reason) == (TicketState.WAITING, LOST)
        assert ticket.customer_message == "Fell into the lake."
        assert ticket.contact_phone == "+49 30 1"
        assert ticket.due_at - ticket.submitted_at == timedelta(days=3)
        assert await scene.kinds() == ["SUBMITTED"]

    async def test_the_challenge_must_be_one_for_a_code(self, scene: Scene) -> None:
        ada = await scene.customer()
        token = await ada.challenge()
        await scene.travel(minutes=10)
        for dead in (token, "", "unknown", "a\0b", "\ud800"):
            async with scene.refused(ChallengeExpired):
                await recovery.submit(scene.policy, ORIGIN, dead, Form(LOST))

    async def test_a_granted_reset_is_not_asked_for_again(self, scene: Scene) -> None:
        ada = await scene.customer()
        await scene.granted(ada)
        token = await ada.released()
        async with scene.refused(ChallengeExpired):
            await recovery.submit(scene.policy, ORIGIN, token, Form(LOST))

    async def test_a_challenge_that_signed_in_asks_for_nothing(self, scene: Scene) -> None:
        ada = await scene.customer()
        token = await ada.challenge()
        await ada.verify(token)
        async with scene.refused(ChallengeExpired):
            await recovery.submit(scene.policy, ORIGIN, token, Form(LOST))

    async def test_the_owner_is_told_what_was_asked_from_where(self, scene: Scene) -> None:
        ada = await scene.customer()
        origin = Origin(ip="198.51.100.9", user_agent="Safari/17", locale="de")
        ticket = (await ada.request(origin=origin)).ticket
        (letter,) = await scene.letters(Kind.RESET_REQUESTED)
        links = {name: letter.params.pop(name) for name in ("confirm_link", "cancel_link")}
        assert letter.locale == "de"
        assert letter.params == {
            "reference": ticket.reference,
            "reason": "PHONE_LOST",
            "at": ticket.submitted_at.isoformat(),
            "ip": "198.51.100.9",
            "user_agent": "Safari/17",
            "due_at": ticket.due_at.isoformat(),
        }
        assert links["confirm_link"].startswith("http://127.0.0.1:8000/confirm#")
        assert links["cancel_link"].startswith("http://127.0.0.1:8000/cancel#")


class TestAskingAgain:
    async def test_returns_the_open_ticket_unchanged(self, scene: Scene) -> None:
        ada = await scene.customer()
        first = await ada.request(message="Lost.")
        before = await RecoveryTicket.all().values()
        again = await ada.request(STOLEN, message="Stolen!", device_serial_number="XX")
        assert again.ticket.id == first.ticket.id
        assert again.receipt != first.receipt
        assert await RecoveryTicket.all().values() == before
        assert await scene.kinds() == ["SUBMITTED"]
        assert len(await scene.letters(Kind.RESET_REQUESTED)) == 1

    async def test_twelve_at_once_make_one_ticket(self, scene: Scene) -> None:
        ada = await scene.customer()
        tokens = [await ada.challenge() for _ in range(12)]
        answers = await asyncio.gather(
            *(recovery.submit(scene.policy, ORIGIN, token, Form(LOST)) for token in tokens)
        )
        assert await RecoveryTicket.all().count() == 1
        assert len({answer.ticket.id for answer in answers}) == 1
        assert len({answer.receipt for answer in answers}) == 12
        assert await scene.kinds() == ["SUBMITTED"]

    async def test_twelve_at_once_report_one_theft(self, scene: Scene) -> None:
        ada = await scene.customer()
        tokens = [await ada.challenge() for _ in range(12)]
        answers = await asyncio.gather(
            *(recovery.submit(scene.policy, ORIGIN, token, Form(STOLEN)) for token in tokens),
            return_exceptions=True,
        )
        assert await RecoveryTicket.all().count() == 1
        assert any(isinstance(answer, Submitted) for answer in answers)
        assert {type(answer) for answer in answers} <= {Submitted, ChallengeExpired}

    async def test_three_in_seven_days(self, scene: Scene) -> None:
        ada = await scene.customer()
        asked = []
        for _ in range(3):
            submitted = await ada.request()
            asked.append(submitted.ticket.submitted_at)
            await ada.verify(await ada.challenge())
            await scene.travel(days=1)
        token = await ada.challenge()
        async with scene.refused(Throttled) as refused:
            await recovery.submit(scene.policy, ORIGIN, token, Form(LOST))
        assert refused.value.retry_at == asked[0] + timedelta(days=7)
        await scene.clock.travel_to(refused.value.retry_at - timedelta(seconds=5))
        with pytest.raises(Throttled):
            await ada.request()
        await scene.travel(seconds=5)
        assert (await ada.request()).ticket.state == TicketState.WAITING

    async def test_the_third_can_be_asked_for_again(self, scene: Scene) -> None:
        ada = await scene.customer()
        for _ in range(2):
            await ada.request()
            await ada.verify(await ada.challenge())
            await scene.travel(minutes=1)
        third = await ada.request()
        assert (await ada.request()).ticket.id == third.ticket.id

    async def test_others_are_not_counted(self, scene: Scene) -> None:
        for name in ("ada", "bea", "cleo", "dora"):
            await scene.ticket(f"{name}@example.com")
        assert await RecoveryTicket.all().count() == 4


class TestANetwork:
    async def test_asks_so_often_for_whomever(self, scene: Scene) -> None:
        network = NetworkLimits(resets="2/hour")
        scene.policy = dataclasses.replace(scene.policy, network=network)
        here, neighbour = Origin("2001:db8::1", None), Origin("2001:db8::2", None)
        await (await scene.customer("ada@example.com")).request(origin=here)
        await (await scene.customer("bea@example.com")).request(origin=neighbour)
        cleo = await scene.customer("cleo@example.com")
        at, token = scene.clock.now(), await cleo.challenge()
        async with scene.refused(Throttled) as refused:
            await recovery.submit(scene.policy, here, token, Form(LOST))
        assert at < refused.value.retry_at <= scene.clock.now() + timedelta(hours=1)
        await cleo.request(origin=Origin("2001:db8:0:1::1", None))
        await scene.travel(hours=1)
        await (await scene.customer("dora@example.com")).request(origin=here)


class TestAStolenPhone:
    async def test_its_codes_and_all_sessions_end_at_once(self, scene: Scene) -> None:
        ada = await scene.customer()
        signed = await ada.verify(await ada.challenge())
        await scene.travel(seconds=30)
        half_way = await ada.challenge()
        await ada.request(STOLEN)
        assert await session.find(scene.policy, signed.token) is None
        with pytest.raises(ChallengeExpired):
            await ada.verify(half_way)
        with pytest.raises(FactorSuspended):
            await ada.verify(await ada.challenge())

    async def test_a_second_asking_does_not_suspend(self, scene: Scene) -> None:
        ada = await scene.customer()
        signed = await ada.verify(await ada.challenge())
        await ada.request(LOST)
        await ada.request(STOLEN)
        assert await session.find(scene.policy, signed.token) is not None
        await scene.travel(seconds=30)
        await ada.verify(await ada.challenge())

    async def test_others_stay_signed_in(self, scene: Scene) -> None:
        bea, ada = await scene.customer("bea@example.com"), await scene.customer()
        signed = await bea.verify(await bea.challenge())
        await ada.request(STOLEN)
        assert await session.find(scene.policy, signed.token) is not None

    async def test_login_says_nothing_of_it(self, scene: Scene) -> None:
        ada = await scene.customer()
        await ada.request(STOLEN)
        outcome = await sign_in.login(scene.policy, ORIGIN, ada.email, PASSWORD, Delivery.COOKIE)
        assert isinstance(outcome, sign_in.CodeRequired)


class TestTheForm:
    FIELDS = (("message", "message", 4_000), ("contactPhone", "contact_phone", 50),
              ("deviceSerialNumber", "device_serial_number", 64))  # fmt: skip

    @pytest.mark.parametrize(("field", "name", "limit"), FIELDS)
    async def test_too_much_or_strange_is_refused_by_name(
        self, scene: Scene, field: str, name: str, limit: int
    ) -> None:
        ada = await scene.customer()
        token = await ada.challenge()
        for bad, reason in (
            ("x" * (limit + 1), Reason.TOO_LONG),
            ("a\0b", Reason.CHARACTERS),
            ("a\u202eb", Reason.CHARACTERS),
            ("a\ud800b", Reason.CHARACTERS),
            ("a\x1b[31m", Reason.CHARACTERS),
        ):
            async with scene.refused(InvalidInput) as refused:
                await recovery.submit(scene.policy, ORIGIN, token, Form(LOST, **{name: bad}))
            assert (refused.value.field, refused.value.reason) == (field, reason)

    async def test_what_people_write_is_kept(self, scene: Scene) -> None:
        ada = await scene.customer()
        written = "Grüße 👋🏽\n\tمرحبا"
        submitted = await ada.request(message=f"  {written} \n", contact_phone=" \t ")
        ticket = await RecoveryTicket.get(id=submitted.ticket.id)
        assert ticket.customer_message == written
        assert ticket.contact_phone is None

    async def test_as_much_as_is_possible(self, scene: Scene) -> None:
        ada = await scene.customer()
        submitted = await ada.request(message="ä" * 4_000, contact_phone="1" * 50)
        ticket = await RecoveryTicket.get(id=submitted.ticket.id)
        assert ticket.customer_message == "ä" * 4_000
        assert ticket.contact_phone == "1" * 50
