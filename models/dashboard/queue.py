"""The recovery queue as the desk reads it: pages in order, and the event stream's position."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import clock
from models.dashboard import figures, listed, search
from models.dashboard.listed import Listed
from models.dashboard.positions import Position, written
from models.reset.ticket import OPEN, RecoveryTicket, TicketState, in_states
from models.signing_in.session import Session
from models.storage import database
from models.stream import feed
from models.stream.feed import Cursor


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

    tickets: list[Listed]
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
    wanted: Collection[str] = listed.OWN,
) -> Page:
    """`size` tickets after or before a position; `backwards` takes the last ones of what is left.

    `wanted`: what of them, in the words of `listed.read`; `id` and what they are ordered by come
    in any case. Raises ArgumentMalformed for a cursor that `positions` did not give.
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
    read = frozenset(wanted) | {_ordered_by(newest_first)}
    rows, cursor = await _snapshot(window.order_by(*keys).limit(size + 1), keys, read)
    more, tickets = len(rows) > size, rows[:size]
    if backwards:
        tickets.reverse()
    return Page(
        tickets,
        has_next=(before is not None) if backwards else more,
        has_previous=more if backwards else (after is not None),
        event_cursor=str(cursor),
        count=_count(filter, chosen),
    )


def positions(tickets: Sequence[Listed], newest_first: bool) -> list[str]:
    """The cursors of tickets in this order."""
    if newest_first:
        return [written(one.submitted_at, one.id) for one in tickets]
    return [written(one.due_at, one.id) for one in tickets]


async def _snapshot(
    window: QuerySet[RecoveryTicket], order: Sequence[str], wanted: Collection[str]
) -> tuple[list[Listed], Cursor]:
    """Tickets and the event number they reflect, in one statement.

    No row carries the number of an empty page: that is read in one snapshot with the page.
    """
    rows, cursor = await listed.read(window, order, wanted)
    if cursor:
        return rows, cursor
    async with database.snapshot():
        rows, _ = await listed.read(window, order, wanted)
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


def _count(filter: Filter, chosen: QuerySet[RecoveryTicket]) -> Callable[[], Awaitable[int]]:
    """Of open tickets that nothing else is asked of, the number is kept."""
    states = OPEN if filter.states is None else filter.states
    narrowed = filter.search or filter.overdue is not None or filter.claimed_by_me is not None
    if narrowed or not set(states) <= set(OPEN):
        return chosen.count
    return partial(figures.standing, states)


def _ordered_by(newest_first: bool) -> str:
    return "submitted_at" if newest_first else "due_at"


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"
