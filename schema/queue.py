"""The recovery queue: a page of it, one ticket, and its changes as they come."""

from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import Annotated

import strawberry

from models.dashboard import queue
from models.reset import ticket as tickets
from models.reset.ticket import TicketState
from models.stream.feed import Cursor
from schema import describe, pages, permissions, wanted
from schema.context import Info
from schema.events import RecoveryQueueEvent, event
from schema.listing import Listing, RecoveryTicketEdge
from schema.pages import PageInfo
from schema.shortcut import kept
from schema.streams import told
from schema.tickets import RecoveryTicket


class RecoveryTicketOrder(StrEnum):
    """In what order tickets are listed."""

    DUE_FIRST = "DUE_FIRST"
    NEWEST_FIRST = "NEWEST_FIRST"


describe.enum(
    RecoveryTicketOrder,
    "In what order tickets are listed.",
    DUE_FIRST="What must be answered next, first.",
    NEWEST_FIRST="What came in last, first.",
)


@strawberry.input
class RecoveryTicketFilter:
    """Which tickets are listed; what is left out does not narrow."""

    states: list[TicketState] | None = strawberry.field(
        default=None, description="WAITING and CLAIMED where left out."
    )
    claimed_by_me: bool | None = None
    overdue: bool | None = None
    search: str | None = strawberry.field(
        default=None, description="The start of a reference or an e-mail address."
    )

    def chosen(self) -> queue.Filter:
        """As the queue takes it."""
        return queue.Filter(self.states, self.claimed_by_me, self.overdue, self.search)


@kept("listing")
def _edges(self: "RecoveryTicketConnection") -> list[RecoveryTicketEdge]:
    return self.listing.edges()


@strawberry.type
class RecoveryTicketConnection:
    """A page of the queue."""

    page: strawberry.Private[queue.Page]
    listing: strawberry.Private[Listing]
    edges: list[RecoveryTicketEdge] = strawberry.field(resolver=_edges)
    page_info: PageInfo
    event_cursor: str = strawberry.field(
        description="The position in the queue's event stream that this page reflects: hand it to "
        "recoveryQueueEvents(after:) and no change is missed or seen twice."
    )

    @classmethod
    def of(cls, page: queue.Page, newest_first: bool, locale: str) -> "RecoveryTicketConnection":
        """As the API shows it in that language."""
        ends = [page.tickets[0], page.tickets[-1]] if page.tickets else []
        start, end = queue.positions(ends, newest_first) or (None, None)
        info = PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=start,
            end_cursor=end,
        )
        listing = Listing(page.tickets, newest_first, locale)
        return cls(page=page, listing=listing, page_info=info, event_cursor=page.event_cursor)

    @strawberry.field
    async def total_count(self) -> int:
        """How many tickets the filter matches; counted only where asked for."""
        return await self.page.count()


async def recovery_queue(
    info: Info,
    filter: Annotated[
        RecoveryTicketFilter | None, strawberry.argument(description="All open tickets if null.")
    ] = None,
    order_by: Annotated[
        RecoveryTicketOrder, strawberry.argument(description="What comes first.")
    ] = RecoveryTicketOrder.DUE_FIRST,
    first: Annotated[
        int | None, strawberry.argument(description="How many from the front: 1 to 100, or 25.")
    ] = None,
    after: Annotated[
        str | None, strawberry.argument(description="The cursor that the page follows.")
    ] = None,
    last: Annotated[
        int | None, strawberry.argument(description="How many from the end: 1 to 100.")
    ] = None,
    before: Annotated[
        str | None, strawberry.argument(description="The cursor that the page precedes.")
    ] = None,
) -> RecoveryTicketConnection:
    """SUPPORT: the queue, open tickets by default."""
    span, newest_first = pages.span(first, last), order_by is RecoveryTicketOrder.NEWEST_FIRST
    page = await queue.page(
        permissions.asking(info),
        (filter or RecoveryTicketFilter()).chosen(),
        newest_first,
        span.size,
        after,
        before,
        span.backwards,
        wanted.of_tickets(info._raw_info),
    )
    return RecoveryTicketConnection.of(page, newest_first, info.context.origin.locale)


async def recovery_ticket(
    reference: Annotated[str, strawberry.argument(description="Such as R-7K3M-Q94T.")],
) -> RecoveryTicket | None:
    """SUPPORT: one ticket by its reference; null where there is none."""
    row = await tickets.find_by_reference(reference)
    return RecoveryTicket.of(row) if row else None


def recovery_queue_events(
    info: Info,
    after: Annotated[
        str | None, strawberry.argument(description="A page's eventCursor, or an event's cursor.")
    ] = None,
) -> AsyncGenerator[RecoveryQueueEvent, None]:
    """SUPPORT: every change of the queue after a cursor (from now where none is given), without
    gaps or doubles, across restarts of client and server."""
    cursor = None if after is None else Cursor.parse(after)
    return told(
        info.context.tailer.follow(cursor), lambda row: event(row, RecoveryTicket.of(row.ticket))
    )
