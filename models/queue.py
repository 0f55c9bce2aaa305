"""The recovery queue as the desk reads it: pages in order, and the event stream's position."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q, RawSQL

from models import clock, database, feed, search
from models.feed import Cursor
from models.positions import Position
from models.session import Session
from models.ticket import OPEN, RecoveryTicket, TicketState, in_states

_EVENT_NUMBER = RawSQL("(SELECT number FROM queue_counter)")
_EPOCH = RawSQL("(SELECT epoch FROM queue_counter)")


@dataclass(frozen=True)
class Filter:
    """Which tickets are wanted; None does not ask."""

    states: Sequence[TicketState] | None = None
    claimed_by_me: bool | None = None
    overdue: bool | None = None
    search: str | None = None


@dataclass(frozen=True)
class Page:
    """Tickets in order, and the position in the event stream that they reflect."""

    tickets: list[RecoveryTicket]
    has_next: bool
    has_previous: bool
    event_cursor: str
    count: Callable[[], Awaitable[int]]
    """Counts all that the filter lets through; asked only where it is wanted."""


async def page(
    session: Session,
    filter: Filter,
    newest_first: bool,
    size: int,
    after: str | None = None,
    before: str | None = None,
    backwards: bool = False,
) -> Page:
    """`size` tickets after or before a position; `backwards` takes the last ones of what is left.

    Raises ArgumentMalformed for a cursor that `position` did not give.
    """
    chosen = RecoveryTicket.filter(await _chosen(filter, session))
    order = Position.order(newest_first)
    window = chosen
    if after is not None:
        window = window.filter(Position.parse(after, "after").beyond(newest_first, forwards=True))
    if before is not None:
        window = window.filter(
            Position.parse(before, "before").beyond(newest_first, forwards=False)
        )
    keys = [_turned(key) for key in order] if backwards else order
    rows, cursor = await _snapshot(window.order_by(*keys).limit(size + 1))
    more, tickets = len(rows) > size, rows[:size]
    if backwards:
        tickets.reverse()
    return Page(
        tickets,
        has_next=(before is not None) if backwards else more,
        has_previous=more if backwards else (after is not None),
        event_cursor=str(cursor),
        count=chosen.count,
    )


def position(ticket: RecoveryTicket, newest_first: bool) -> str:
    """The cursor of a ticket in this order."""
    return str(Position(ticket.submitted_at if newest_first else ticket.due_at, ticket.id))


async def _snapshot(window: Any) -> tuple[list[RecoveryTicket], Cursor]:
    """Tickets and the event number they reflect, in one statement.

    No row carries the number of an empty page: that is read in one snapshot with the page.
    """
    numbered = window.annotate(event_number=_EVENT_NUMBER, epoch=_EPOCH)
    # By a copy: a query keeps to the connection it was first sent on, outside of the snapshot.
    if rows := await numbered.all():
        return rows, Cursor(rows[0].epoch, rows[0].event_number)
    async with database.snapshot():
        rows = await numbered
        return rows, await feed.head()


async def _chosen(filter: Filter, session: Session) -> Q:
    chosen = in_states(OPEN if filter.states is None else filter.states)
    if filter.claimed_by_me is not None:
        mine = in_states([TicketState.CLAIMED]) & Q(claimed_by_id=session.account_id)
        chosen &= mine if filter.claimed_by_me else ~mine
    if filter.overdue is not None:
        late = Q(due_at__lt=clock.now()) & in_states(OPEN)
        chosen &= late if filter.overdue else ~late
    return chosen & await search.matching(filter.search) if filter.search else chosen


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"
