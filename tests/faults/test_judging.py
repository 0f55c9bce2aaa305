"""The judge sees what is missing, doubled, or in another order."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from models import clock
from models.mail import OutboxMail
from models.reset import notes
from models.stream import feed
from tests.faults import judging
from tests.faults.desks import Desk
from tests.faults.judging import Judgement
from tests.faults.ledger import Ledger
from tests.support import rows
from tests.support.databases import on_postgres
from tests.support.relay import Relay

pytestmark = [on_postgres, pytest.mark.usefixtures("connected")]

SEEN = [(number, "TicketSubmitted") for number in (1, 2, 3)]
OWNER = "c0@example.com"


class Case:
    """A note, three events, a desk that saw them, a mail that was delivered: all is well."""

    def __init__(self) -> None:
        self.ledger, self.relay = Ledger(), Relay()

    async def begin(self) -> "Case":
        owners = await rows.accounts(3)
        (first, *_) = tickets = await rows.tickets(owners)
        for ticket in tickets:
            ticket.customer_message = ticket.reference
            self.ledger.sent[ticket.reference] = 1
            await ticket.save()
        await notes.add(first.id, owners[0].id, "written once")
        self.ledger.sent["written once"] = 1
        self.ledger.notes.add("written once")
        self.ledger.tickets[first.reference] = OWNER
        now = clock.now()
        mail = await OutboxMail.create(payload=None, written_at=now, deliver_at=now,
                                       delivered_at=now)  # fmt: skip
        self.deliver(f"<{mail.id}@sparekey>", first.reference)
        self.desk = Desk("http://127.0.0.1", "", await feed.head(), self.ledger)
        self.desk.seen = [*SEEN]
        return self

    def deliver(self, message_id: str, reference: str) -> None:
        message = EmailMessage()
        message["Message-ID"], message["Subject"] = message_id, "Your request"
        message.set_content(f"It is {reference}.")
        self.relay.received.append((OWNER, message))

    async def judged(self) -> Judgement:
        return await judging.judge(self.ledger, [self.desk], self.relay)


async def test_all_is_well() -> None:
    judged = await (await Case().begin()).judged()
    assert judged.clean, judged
    assert (judged.tickets, judged.events, judged.mails, judged.mails_doubled) == (3, 3, 1, 0)


LOST: dict[str, Callable[[Case], object]] = {
    "account": lambda case: case.ledger.accounts.add("nobody@example.com"),
    "enrolment": lambda case: case.ledger.enrolled.add(OWNER),
    "session": lambda case: case.ledger.sessions.update({"session_0": OWNER}),
    "ticket": lambda case: case.ledger.tickets.update({"R-0000-0000": OWNER}),
    "decision": lambda case: case.ledger.decisions.update({"ticket_0": "REJECTED"}),
    "note": lambda case: case.ledger.notes.add("written nowhere"),
    "claim": lambda case: case.ledger.claims.update([("ticket_0", OWNER)]),
    "desk 1: event (3": lambda case: case.desk.seen.pop(),
    "mail <": lambda case: case.relay.received.clear(),
    OWNER: lambda case: case.ledger.mails[OWNER].update(["asked", "decided"]),
}


@pytest.mark.parametrize("what", LOST)
async def test_what_was_acknowledged_and_is_not_there(what: str) -> None:
    case = await Case().begin()
    LOST[what](case)
    judged = await case.judged()
    assert [one.startswith(what) for one in judged.lost] == [True] and not judged.doubled


async def test_what_is_there_twice() -> None:
    case = await Case().begin()
    (ticket, *_) = [*case.ledger.tickets]
    case.desk.seen.append(SEEN[-1])
    case.relay.received *= 2
    case.deliver("<another@sparekey>", ticket)
    owner, (first, *_) = (await rows.accounts(1, name="d"))[0], await feed.read_after(0, 1)
    await notes.add(first.ticket_id, owner.id, "written once")
    judged = await case.judged()
    assert [one.split(":")[0] for one in judged.doubled] == [
        "written once", "desk 1", f"mail ('{OWNER}', 'Your request', '{ticket}')",
    ]  # fmt: skip
    assert judged.mails_doubled == 1 and not judged.lost


async def test_another_order() -> None:
    case = await Case().begin()
    case.desk.seen.reverse()
    assert (await case.judged()).wrong == ["desk 1 saw other events, or in another order"]


async def test_a_mail_that_still_waits_and_a_note_that_nobody_wrote() -> None:
    case = await Case().begin()
    await OutboxMail.all().update(delivered_at=None)
    del case.ledger.sent["written once"]
    first, second = (await case.judged()).wrong
    assert first == "nobody wrote written once" and second.endswith(" waits")
