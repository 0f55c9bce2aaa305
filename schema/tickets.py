"""A ticket of the recovery queue, and what belongs to it."""

from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.accounts import account
from models.dashboard import listed
from models.reset import notes
from models.reset import ticket as tickets
from models.reset.ticket import ResetReason, TicketState
from schema import describe, ids
from schema.context import Info
from schema.evidence import Evidence
from schema.ids import Node
from schema.shortcut import kept

if TYPE_CHECKING:
    from schema.events import RecoveryQueueEvent

describe.enum(
    TicketState,
    "Where a ticket stands.",
    WAITING="Nobody works on it yet.",
    CLAIMED="An agent works on it.",
    APPROVED="A release code was mailed.",
    REJECTED="Nothing changed for the account.",
    CANCELLED="The customer did not want or need it any more.",
)
describe.enum(
    ResetReason,
    "What happened to the phone.",
    PHONE_LOST="It cannot be found.",
    PHONE_STOLEN="Suspends the old second factor at once.",
    PHONE_BROKEN="It does not work any more.",
    PHONE_REPLACED="There is a new one, without the app's entry.",
    APP_REMOVED="The app or its entry was deleted.",
    OTHER="Something else, told in the message.",
)


class Unread(Enum):
    """Stands where nothing was read beforehand."""

    UNREAD = auto()


@strawberry.type
class Agent:
    """A member of the support staff, as colleagues see them."""

    id: strawberry.ID
    email: str

    @classmethod
    def of(cls, row: account.Account | listed.Person) -> "Agent":
        """As the API shows them."""
        return cls(id=ids.write("account", row.id), email=row.email)


@strawberry.type
class TicketNote:
    """What an agent wrote for colleagues; the customer never sees it."""

    row: strawberry.Private[notes.TicketNote]
    id: strawberry.ID
    written_at: datetime
    text: str

    @classmethod
    def of(cls, row: notes.TicketNote) -> "TicketNote":
        """As the API shows it."""
        return cls(row=row, id=ids.write("note", row.id), written_at=row.written_at, text=row.text)

    @strawberry.field
    async def author(self, info: Info) -> Agent:
        """Who wrote it."""
        return Agent.of(await info.context.loaders.accounts.load(self.row.author_id))


@strawberry.type
class TicketAccount:
    """What support may see of the account behind a ticket."""

    row: strawberry.Private[account.Account]
    units: strawberry.Private[int | None] = None
    id: strawberry.ID
    email: str
    registered_at: datetime
    last_sign_in_at: datetime | None
    staff: bool = strawberry.field(description="Then only a supervisor decides.")

    @classmethod
    def of(cls, row: account.Account) -> "TicketAccount":
        """As support sees it."""
        return cls(
            row=row,
            id=ids.write("account", row.id),
            email=row.email,
            registered_at=row.registered_at,
            last_sign_in_at=row.last_sign_in_at,
            staff=row.staff,
        )

    @strawberry.field
    @kept("units")
    async def device_count(self, info: Info) -> int:
        """How many units are registered to it."""
        if self.units is not None:
            return self.units
        return len(await info.context.loaders.devices.load(self.row.id))


@strawberry.type
class RecoveryTicket(Node):
    """A customer who lost the phone asks for a new second factor."""

    row: strawberry.Private[tickets.RecoveryTicket | listed.Listed]
    owner: strawberry.Private[TicketAccount | None] = None
    holder: strawberry.Private[Agent | Unread | None] = Unread.UNREAD
    decider: strawberry.Private[Agent | Unread | None] = Unread.UNREAD
    findings: strawberry.Private[list[Evidence] | None] = None
    reference: str = strawberry.field(description="Readable over the phone, such as R-7K3M-Q94T.")
    state: TicketState
    reason: ResetReason
    customer_message: str | None = strawberry.field(description="In the customer's own words.")
    contact_phone: str | None = strawberry.field(
        description="Given in the form: prove it by other means before calling."
    )
    submitted_at: datetime
    due_at: datetime = strawberry.field(description="24 hours later, counted on working days.")
    overdue: bool = strawberry.field(description="Open, and past its due time.")
    claim_expires_at: datetime | None
    decided_at: datetime | None

    @classmethod
    def of(cls, row: tickets.RecoveryTicket) -> "RecoveryTicket":
        """As support sees it."""
        return cls(
            id=ids.write("ticket", row.id),
            row=row,
            reference=row.reference,
            state=row.state,
            reason=row.reason,
            customer_message=row.customer_message,
            contact_phone=row.contact_phone,
            submitted_at=row.submitted_at,
            due_at=row.due_at,
            overdue=row.overdue,
            claim_expires_at=row.claim_expires_at,
            decided_at=row.decided_at,
        )

    @strawberry.field
    @kept("owner")
    async def account(self, info: Info) -> TicketAccount:
        """The account whose second factor is to be reset."""
        if self.owner is not None:
            return self.owner
        return TicketAccount.of(await info.context.loaders.accounts.load(self.row.account_id))

    @strawberry.field
    @kept("holder")
    async def claimed_by(self, info: Info) -> Agent | None:
        """Who works on it. A claim lapses at claimExpiresAt; claiming again by its holder renews
        it; a supervisor may take it over."""
        if self.holder is not Unread.UNREAD:
            return self.holder
        holder = self.row.claimed_by_id
        return Agent.of(await info.context.loaders.accounts.load(holder)) if holder else None

    @strawberry.field
    @kept("decider")
    async def decided_by(self, info: Info) -> Agent | None:
        """Who approved or rejected it."""
        if self.decider is not Unread.UNREAD:
            return self.decider
        agent = self.row.decided_by_id
        return Agent.of(await info.context.loaders.accounts.load(agent)) if agent else None

    @strawberry.field
    @kept("findings")
    async def evidence(self, info: Info) -> list[Evidence]:
        """What the server could check by itself about who is asking, and what agents added."""
        if self.findings is not None:
            return self.findings
        rows = await info.context.loaders.evidence.load(self.row.id)
        return [Evidence.of(row, info.context.origin.locale) for row in rows]

    @strawberry.field
    async def notes(self, info: Info) -> list[TicketNote]:
        """What agents wrote, oldest first."""
        return [TicketNote.of(row) for row in await info.context.loaders.notes.load(self.row.id)]

    @strawberry.field
    async def history(
        self, info: Info
    ) -> list[Annotated["RecoveryQueueEvent", strawberry.lazy("schema.events")]]:
        """Everything that happened to this ticket, oldest first."""
        from schema.events import event  # an event tells of its ticket, which tells of its events

        rows = await info.context.loaders.events.load(self.row.id)
        return [event(row, self) for row in rows]
