"""A person who is to be forgotten: nothing of them stays, and nothing else goes."""

import json

import pytest

from models.accounts import account as accounts
from models.accounts import closing, disclosure, erasure, people, registration
from models.accounts.account import Account
from models.mail import Kind, OutboxMail
from models.record import chain, verifying
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.reset import desk, evidence
from models.reset.ticket import RecoveryTicket, TicketState
from models.signing_in.sign_in import SignedIn
from models.stream import feed
from models.stream.feed import QueueEvent
from tests.support import databases
from tests.support.scenes import ORIGIN, PASSWORD, SERIAL, Customer, Scene

MESSAGE, PHONE = "It fell into the cooling tower.", "+46 8 123 456 78"
CALLED = "Called the office in Lund."
NOTE = "The caretaker confirmed it."


async def told_everything(scene: Scene) -> Customer:
    """Someone of whom everything is kept that can be."""
    ada = await scene.customer()
    await ada.verify(await ada.challenge())
    await scene.travel(seconds=60)
    asked = await ada.request(message=MESSAGE, contact_phone=PHONE, device_serial_number=SERIAL)
    sam = await scene.agent()
    await desk.claim(scene.policy, sam, asked.ticket.id)
    kind, outcome = evidence.EvidenceKind.CALLBACK, evidence.EvidenceOutcome.MATCHED
    await desk.record_evidence(scene.policy, sam, asked.ticket.id, kind, outcome, CALLED)
    await desk.note(scene.policy, sam, asked.ticket.id, NOTE)
    return ada


async def erase(scene: Scene, account: Account) -> None:
    await erasure.erase(scene.policy, account, "Asked for it in writing.")


class TestErased:
    async def test_nothing_of_them_is_left(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        personal = ("ada@example.com", MESSAGE, PHONE, CALLED, NOTE, ORIGIN.ip)
        before = await databases.dump(scene.database_url)
        assert all(str(one) in before for one in personal)
        await erase(scene, await ada.account())
        after = await databases.dump(scene.database_url)
        # Sam's own session and unit stay.
        assert [one for one in personal[:-1] if str(one) in after] == []
        assert after.count(str(ORIGIN.ip)) < before.count(str(ORIGIN.ip))

    async def test_stream_figures_and_record_go_on(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        numbers = await QueueEvent.all().order_by("number").values_list("number", flat=True)
        await chain.seal(scene.policy.keyring)
        await erase(scene, await ada.account())
        ticket = await RecoveryTicket.get()
        assert ticket.state == TicketState.CANCELLED
        events = await QueueEvent.all().order_by("number").values_list("number", flat=True)
        assert events[: len(numbers)] == numbers
        kept, counted = await feed.counted()
        assert kept == counted
        await chain.seal(scene.policy.keyring)
        assert [fault async for fault in verifying.verify(scene.policy.keyring)] == []
        entry = await AuditEntry.get(action=Action.ACCOUNT_ERASED.value)
        assert entry.detail == "Asked for it in writing."

    async def test_the_last_mail_still_goes_out(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        await erase(scene, await ada.account())
        assert len(await scene.letters(Kind.ACCOUNT_CLOSED)) == 1

    async def test_mails_that_were_given_up_are_wiped(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        await OutboxMail.all().update(given_up_at=scene.clock.now())
        others = await scene.customer("bea@example.com")
        await others.request()
        await OutboxMail.filter(given_up_at=None).update(given_up_at=scene.clock.now())
        readable = OutboxMail.filter(payload__not_isnull=True, given_up_at__not_isnull=True)
        assert await readable.count() == 2
        await erase(scene, await ada.account())
        assert await readable.count() == 1

    async def test_the_address_is_free_again(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        await erase(scene, await ada.account())
        await registration.register(
            scene.policy, ORIGIN, "ada@example.com", PASSWORD, SERIAL, "Roof"
        )
        assert isinstance(await ada.login(), SignedIn)

    async def test_one_that_was_disabled_or_closed_before(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        await closing.disable(scene.policy, await ada.account(), "Left us.")
        row = await ada.account()
        await Account.filter(id=row.id).update(email_key=None)
        found = await people.find(f"account_{row.id.hex}")
        assert found is not None
        await erase(scene, found)
        assert (await Account.get(id=row.id)).email == erasure.ERASED

    @pytest.mark.parametrize("named", ["account_", "account_nobody", f"account_{'0' * 32}"])
    async def test_nobody_is_found(self, scene: Scene, named: str) -> None:
        assert await people.find(named) is None


class TestTold:
    async def test_all_of_it_and_no_secret(self, scene: Scene) -> None:
        ada = await told_everything(scene)
        told = json.dumps(await disclosure.about(await ada.account()), ensure_ascii=False)
        for one in ("ada@example.com", MESSAGE, PHONE, CALLED, NOTE, SERIAL, str(ORIGIN.ip)):
            assert one in told
        account = await accounts.find("ada@example.com")
        assert account is not None
        assert account.password_hash not in told
        assert ada.secret not in told
        assert "sam@example.com" not in told

    async def test_of_a_newcomer(self, scene: Scene) -> None:
        await registration.register(
            scene.policy, ORIGIN, "bea@example.com", PASSWORD, SERIAL, "Roof"
        )
        bea = await accounts.find("bea@example.com")
        assert bea is not None
        told = await disclosure.about(bea)
        assert (told["secondFactor"], told["requests"]) == (None, [])
