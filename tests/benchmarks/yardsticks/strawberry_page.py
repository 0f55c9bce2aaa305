"""Strawberry as it comes: the same types over rows in memory, in the manner of its guide."""

from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from tests.benchmarks.yardsticks import listening, tickets


@strawberry.enum
class RecoveryTicketOrder(Enum):
    """In what order tickets are listed."""

    DUE_FIRST = "DUE_FIRST"
    NEWEST_FIRST = "NEWEST_FIRST"


@strawberry.enum
class TicketState(Enum):
    """Where a ticket stands."""

    WAITING = "WAITING"
    CLAIMED = "CLAIMED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


@strawberry.enum
class ResetReason(Enum):
    """What happened to the phone."""

    PHONE_LOST = "PHONE_LOST"
    PHONE_STOLEN = "PHONE_STOLEN"
    PHONE_BROKEN = "PHONE_BROKEN"
    PHONE_REPLACED = "PHONE_REPLACED"
    APP_REMOVED = "APP_REMOVED"
    OTHER = "OTHER"


@strawberry.enum
class EvidenceKind(Enum):
    """What speaks for who asks."""

    DEVICE_SERIAL = "DEVICE_SERIAL"
    MAILBOX = "MAILBOX"
    KNOWN_NETWORK = "KNOWN_NETWORK"
    PASSWORD_AGE = "PASSWORD_AGE"
    CALLBACK = "CALLBACK"


@strawberry.enum
class EvidenceOutcome(Enum):
    """What came of looking."""

    MATCHED = "MATCHED"
    MISMATCHED = "MISMATCHED"
    UNKNOWN = "UNKNOWN"


@strawberry.input
class RecoveryTicketFilter:
    """Which tickets are listed."""

    states: list[TicketState] | None = None
    claimed_by_me: bool | None = None
    overdue: bool | None = None
    search: str | None = None


@strawberry.type
class Agent:
    """One of the staff."""

    id: strawberry.ID
    email: str


@strawberry.type
class TicketAccount:
    """Whose ticket it is."""

    id: strawberry.ID
    email: str
    registered_at: datetime
    last_sign_in_at: datetime | None
    device_count: int
    staff: bool


@strawberry.type
class Evidence:
    """What was found out."""

    kind: EvidenceKind
    outcome: EvidenceOutcome
    detail: str


@strawberry.type
class RecoveryTicket:
    """One row."""

    row: strawberry.Private[tickets.Ticket]
    id: strawberry.ID
    reference: str
    state: TicketState
    reason: ResetReason
    submitted_at: datetime
    due_at: datetime
    claim_expires_at: datetime | None
    decided_at: datetime | None

    @strawberry.field
    def overdue(self) -> bool:
        """Open, and past its due time."""
        return self.decided_at is None and self.due_at < datetime.now(UTC)

    @strawberry.field
    async def account(self) -> TicketAccount:
        """Whose it is."""
        one = self.row.account
        return TicketAccount(
            id=strawberry.ID(one.id),
            email=one.email,
            registered_at=one.registered_at,
            last_sign_in_at=one.last_sign_in_at,
            device_count=one.device_count,
            staff=one.staff,
        )

    @strawberry.field
    async def claimed_by(self) -> Agent | None:
        """Who works on it."""
        return _agent(self.row.claimed_by)

    @strawberry.field
    async def decided_by(self) -> Agent | None:
        """Who approved or rejected it."""
        return _agent(self.row.decided_by)

    @strawberry.field
    async def evidence(self) -> list[Evidence]:
        """What was found out."""
        return [
            Evidence(
                kind=EvidenceKind(one.kind),
                outcome=EvidenceOutcome(one.outcome),
                detail=one.detail,
            )
            for one in self.row.evidence
        ]


@strawberry.type
class RecoveryTicketEdge:
    """A ticket, and where it lies."""

    cursor: str
    node: RecoveryTicket


@strawberry.type
class PageInfo:
    """Where the page lies."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class RecoveryTicketConnection:
    """A page."""

    edges: list[RecoveryTicketEdge]
    page_info: PageInfo
    event_cursor: str


def _agent(row: tickets.Agent | None) -> Agent | None:
    return Agent(id=strawberry.ID(row.id), email=row.email) if row else None


def _ticket(row: tickets.Ticket) -> RecoveryTicket:
    return RecoveryTicket(
        row=row,
        id=strawberry.ID(row.id),
        reference=row.reference,
        state=TicketState(row.state),
        reason=ResetReason(row.reason),
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        claim_expires_at=row.claim_expires_at,
        decided_at=row.decided_at,
    )


def _connection(page: tickets.Page) -> RecoveryTicketConnection:
    edges = [RecoveryTicketEdge(cursor=row.cursor, node=_ticket(row)) for row in page.tickets]
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return RecoveryTicketConnection(edges=edges, page_info=info, event_cursor=page.event_cursor)


if __name__ == "__main__":
    parser = listening.arguments()
    parser.add_argument("rows", type=Path)
    given = parser.parse_args()
    page = tickets.read(given.rows)

    @strawberry.type
    class Query:
        """What can be asked."""

        @strawberry.field
        async def recovery_queue(
            self,
            filter: RecoveryTicketFilter | None = None,
            order_by: RecoveryTicketOrder = RecoveryTicketOrder.DUE_FIRST,
            first: int | None = None,
            after: str | None = None,
            last: int | None = None,
            before: str | None = None,
        ) -> RecoveryTicketConnection:
            """The queue."""
            return _connection(page)

    endpoint: GraphQL[None, None] = GraphQL(strawberry.Schema(Query))
    listening.serve(Starlette(routes=[Route("/graphql", endpoint)]), given)
