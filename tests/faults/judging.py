"""After the run: what the tables, the desks and the mail relay have, against what was answered."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage

from models.accounts.account import Account
from models.mail import OutboxMail
from models.reset.notes import TicketNote
from models.reset.ticket import RecoveryTicket
from models.second_factor.two_factor import Authenticator
from models.signing_in.session import Session
from models.stream import feed
from models.stream.feed import EventKind, QueueEvent
from schema import ids
from tests.faults.desks import Desk
from tests.faults.ledger import Ledger
from tests.support.relay import Relay

_ENDS = (EventKind.APPROVED, EventKind.REJECTED, EventKind.CANCELLED)
_REFERENCE = re.compile(r"R-\w{4}-\w{4}")


@dataclass
class Judgement:
    """What is not as it should be; all empty where it is."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    tickets: int = 0
    events: int = 0
    mails: int = 0
    mails_doubled: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing is lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def missing(self, what: str, wanted: Iterable[str], found: Collection[str]) -> None:
        """Acknowledged things that are not there."""
        self.lost += [f"{what} {one}" for one in wanted if one not in found]


async def judge(ledger: Ledger, desks: list[Desk], relay: Relay) -> Judgement:
    """To be asked while the database is connected, and everybody has come to rest."""
    found = Judgement(wrong=list(ledger.wrong))
    await _people(found, ledger)
    await _tickets(found, ledger)
    await _events(found, desks)
    await _mails(found, ledger, relay)
    kept, counted = await feed.counted()
    if kept != counted:
        found.wrong.append(f"the queue's counters say {kept}, and there are {counted}")
    return found


async def _people(found: Judgement, ledger: Ledger) -> None:
    addresses = {one.id: one.email for one in await Account.all()}
    found.missing("account", ledger.accounts, set(addresses.values()))
    enrolled = {addresses[one.account_id] for one in await Authenticator.all()}
    found.missing("enrolment", ledger.enrolled, enrolled)
    sessions = {_id("session", one): addresses[one.account_id]
                for one in await Session.all()}  # fmt: skip
    found.missing("session", ledger.sessions, sessions)
    found.wrong += [f"{one} is not {email}'s" for one, email in ledger.sessions.items()
                    if sessions.get(one, email) != email]  # fmt: skip


async def _tickets(found: Judgement, ledger: Ledger) -> None:
    tickets = await RecoveryTicket.all().select_related("account")
    found.tickets = len(tickets)
    found.missing("ticket", ledger.tickets, {one.reference for one in tickets})
    states = {_id("ticket", one): one.state.value for one in tickets}
    found.lost += [f"decision {state} of {one}" for one, state in ledger.decisions.items()
                   if states.get(one) != state]  # fmt: skip
    notes = Counter([one.text for one in await TicketNote.all()])
    found.missing("note", ledger.notes, notes)
    written = notes + Counter([one.customer_message for one in tickets])
    found.doubled += [f"{text}: {count} times" for text, count in written.items() if count > 1]
    found.wrong += [f"nobody wrote {text}" for text in written if text not in ledger.sent]
    await _claims(found, ledger)


async def _claims(found: Judgement, ledger: Ledger) -> None:
    agents = {one.id: one.email for one in await Account.all()}
    claimed = Counter(
        (str(ids.write("ticket", one.ticket_id)), agents[one.agent_id])
        for one in await QueueEvent.filter(kind=EventKind.CLAIMED)
        if one.agent_id
    )
    found.lost += [f"claim {one}" for one in (ledger.claims - claimed).elements()]


async def _events(found: Judgement, desks: list[Desk]) -> None:
    rows = await QueueEvent.all().order_by("number")
    happened = [(one.number, _shown(one.kind)) for one in rows]
    found.events = len(happened)
    if [number for number, _ in happened] != list(range(1, len(happened) + 1)):
        found.wrong.append("the events are not numbered one by one")
    ends = Counter(one.ticket_id for one in rows if one.kind in _ENDS)
    found.doubled += [f"end of ticket {one}" for one, count in ends.items() if count > 1]
    for place, desk in enumerate(desks, start=1):
        seen = Counter(desk.seen)
        found.missing(f"desk {place}: event", map(str, happened), {str(one) for one in seen})
        found.doubled += [f"desk {place}: event {one}" for one, count in seen.items() if count > 1]
        if not found.lost and not found.doubled and desk.seen != happened:
            found.wrong.append(f"desk {place} saw other events, or in another order")


async def _mails(found: Judgement, ledger: Ledger, relay: Relay) -> None:
    rows = await OutboxMail.all()
    received = relay.message_ids
    found.mails = len(rows)
    found.mails_doubled = received.total() - len(received)
    found.missing("mail", (f"<{one.id}@sparekey>" for one in rows), received)
    found.wrong += [f"{one.id} waits" for one in rows if one.delivered_at is None]
    theirs = Counter({to: len({str(m["Message-ID"]) for t, m in relay.received if t == to})
                      for to in set(relay.recipients)})  # fmt: skip
    found.lost += [
        f"{email} was told of {theirs[email]} things, not of {sorted(told)}"
        for email, told in ledger.mails.items()
        if theirs[email] < len(told)
    ]
    about = Counter({one["Message-ID"]: _about(to, one) for to, one in relay.received}.values())
    found.doubled += [f"mail {one}" for one, count in about.items() if one[2] and count > 1]


def _about(to: str, message: EmailMessage) -> tuple[str, str, str]:
    body = message.get_body(("plain",))
    found = _REFERENCE.search(body.get_content() if body else "")
    return to, str(message["Subject"]), found[0] if found else ""


def _shown(kind: EventKind) -> str:
    return f"Ticket{kind.value.title().replace('_', '')}"


def _id(kind: str, row: Session | RecoveryTicket) -> str:
    return str(ids.write(kind, row.id))
