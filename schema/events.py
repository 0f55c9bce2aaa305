"""One change of the queue, of which there are eight kinds."""

from datetime import datetime
from typing import TypeVar

import strawberry

from models.stream.feed import CancelledBy, EventKind, QueueEvent
from schema import describe
from schema.context import Info
from schema.evidence import Evidence
from schema.tickets import Agent, RecoveryTicket, TicketNote

T = TypeVar("T")

describe.enum(
    CancelledBy,
    "How a request came to be cancelled.",
    CUSTOMER="By the receipt of whoever asked first.",
    MAIL_LINK="By the cancel link mailed to the account's address.",
    SIGN_IN="The old second factor was used to sign in.",
    ACCOUNT_CLOSED="The account was closed or disabled.",
)


@strawberry.interface
class RecoveryQueueEvent:
    """One change of the queue. Events are totally ordered; `cursor` resumes right after this one;
    `ticket` is as it stands now, not as it stood then."""

    row: strawberry.Private[QueueEvent]
    cursor: str
    at: datetime
    ticket: RecoveryTicket


@strawberry.type
class TicketSubmitted(RecoveryQueueEvent):
    """A customer asked for a reset."""


@strawberry.type
class TicketClaimed(RecoveryQueueEvent):
    """An agent works on it: for the first time, on and on, or in a colleague's place."""

    @strawberry.field
    async def agent(self, info: Info) -> Agent:
        """Who claimed it."""
        return await _agent(self.row, info)


@strawberry.type
class TicketReleased(RecoveryQueueEvent):
    """Nobody works on it any more."""

    @strawberry.field
    def lapsed(self) -> bool:
        """True when the claim ran out by itself."""
        return self.row.lapsed


@strawberry.type
class TicketNoted(RecoveryQueueEvent):
    """An agent wrote a note."""

    @strawberry.field
    async def note(self, info: Info) -> TicketNote:
        """What was written."""
        return TicketNote.of(await info.context.loaders.note.load(known(self.row.note_id)))


@strawberry.type
class TicketEvidenceAdded(RecoveryQueueEvent):
    """Something more was found out."""

    @strawberry.field
    async def evidence(self, info: Info) -> Evidence:
        """What was found out."""
        found = await info.context.loaders.finding.load(known(self.row.evidence_id))
        return Evidence.of(found, info.context.origin.locale)


@strawberry.type
class TicketApproved(RecoveryQueueEvent):
    """An agent approved it; a release code was mailed."""

    @strawberry.field
    async def agent(self, info: Info) -> Agent:
        """Who decided."""
        return await _agent(self.row, info)


@strawberry.type
class TicketRejected(RecoveryQueueEvent):
    """An agent rejected it."""

    @strawberry.field
    async def agent(self, info: Info) -> Agent:
        """Who decided."""
        return await _agent(self.row, info)


@strawberry.type
class TicketCancelled(RecoveryQueueEvent):
    """The request was taken back."""

    @strawberry.field
    def by(self) -> CancelledBy:
        """How that came about."""
        return known(self.row.cancelled_by)


KINDS: dict[EventKind, type[RecoveryQueueEvent]] = {
    EventKind.SUBMITTED: TicketSubmitted,
    EventKind.CLAIMED: TicketClaimed,
    EventKind.RELEASED: TicketReleased,
    EventKind.NOTED: TicketNoted,
    EventKind.EVIDENCE_ADDED: TicketEvidenceAdded,
    EventKind.APPROVED: TicketApproved,
    EventKind.REJECTED: TicketRejected,
    EventKind.CANCELLED: TicketCancelled,
}


def event(row: QueueEvent, ticket: RecoveryTicket) -> RecoveryQueueEvent:
    """As the API shows it, with the ticket as it stands now."""
    return KINDS[row.kind](row=row, cursor=row.cursor, at=row.at, ticket=ticket)


async def _agent(row: QueueEvent, info: Info) -> Agent:
    return Agent.of(await info.context.loaders.accounts.load(known(row.agent_id)))


def known(value: T | None) -> T:
    """What every event of its kind has."""
    if value is None:
        raise LookupError("an event lacks what its kind tells of")
    return value
