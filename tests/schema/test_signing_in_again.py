"""Signing in where somebody is signed in: the session that the browser held is over."""

from models.accounts.account import Account
from models.record.actions import Action
from models.record.audit import AuditEntry
from tests.support import people
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running


def held(served: Running, client: Client) -> Client:
    """A copy of the session's cookie, somewhere else."""
    copy = served.browser()
    copy.http.cookies.set("sparekey", client.http.cookies["sparekey"])
    return copy


async def in_browser_of(other: Person, email: str, served: Running, clock: Clock) -> Person:
    """Somebody else who sits down at the same browser."""
    person = Person(served, clock, email, other.client)
    await person.register()
    return person


class TestTheSessionBefore:
    async def test_ends_with_a_code(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        before = held(served, ada.client)
        assert await before.run("Viewer")
        challenge = await ada.challenge()
        assert await before.run("Viewer"), "nobody is signed in anew yet"
        code = await ada.next_code()
        signed = await ada.client.run("VerifyCode", challenge=challenge, code=code)
        expect(signed, "SignedIn")
        assert await before.run("Viewer") is None
        assert await ada.client.run("Viewer")

    async def test_whoevers_it_was(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        before = held(served, ada.client)
        bea = await in_browser_of(ada, "bea@example.com", served, clock)
        assert await before.run("Viewer")
        expect(await bea.login(), "SignedIn")
        assert await before.run("Viewer") is None
        viewer = await bea.client.run("Viewer")
        assert viewer and viewer["email"] == "bea@example.com"
        entry = await AuditEntry.filter(action=Action.SESSION_ENDED).order_by("-id").first()
        assert entry and entry.account_id == (await Account.get(email=ada.email)).id

    async def test_ends_with_an_enrolment(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        before = held(served, ada.client)
        await served.add_account("bea@example.com", ada.password, "CUSTOMER")
        bea = Person(served, clock, "bea@example.com", ada.client)
        await bea.enroll()
        assert await before.run("Viewer") is None

    async def test_stays_where_the_code_was_wrong(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        before = held(served, ada.client)
        challenge = await ada.challenge()
        answer = await ada.client.run("VerifyCode", challenge=challenge, code="no code")
        expect(answer, "CodeRejected")
        assert await before.run("Viewer")
