"""How an event gets its number, and its ticket is counted: by the one row that they all pass."""

from uuid import UUID

from models.reset.ticket import OPEN, TicketState
from models.storage import database
from models.storage.statement import Statement

ONLY_ROW = 1
KEPT = ((TicketState.WAITING, "waiting"), (TicketState.CLAIMED, "claimed"))
"""The states whose tickets are counted, and the columns that count them."""

Moved = tuple[TicketState | None, TicketState]
"""A ticket's state before, None for a new one, and after."""

# $1 the ticket where it is closed, $2 and $3 how many more wait and are claimed, then the event.
# When a ticket was due nobody moves, so that it need not be locked to be looked at.
_COUNT = f"""
UPDATE queue_counter SET number = number + 1, waiting = waiting + $2, claimed = claimed + $3,
    overdue = overdue - (
        SELECT count(*) FROM recovery_ticket AS closed
        WHERE closed.id = $1 AND closed.due_at < queue_counter.overdue_before
    )
WHERE id = {ONLY_ROW} RETURNING number"""  # noqa: S608 # a number of ours
_TELL = """
INSERT INTO queue_event
    (number, ticket_id, kind, at, agent_id, note_id, evidence_id, lapsed, cancelled_by)
SELECT number, $4, $5, $6, $7, $8, $9, $10, $11 FROM"""
_AT_ONCE = Statement(f"WITH counted AS ({_COUNT}) {_TELL} counted RETURNING number")
_COUNTED, _TOLD = Statement(_COUNT), Statement(f"{_TELL} queue_counter RETURNING number")


async def tell(ticket_id: UUID, moved: Moved | None, *event: object) -> bool:
    """Give an event the next number; it holds the counter until the transaction ends.

    `event`: its columns, in the order of `_TELL`. False where there is no counter.
    """
    before, after = moved or (None, None)
    closed = ticket_id if before in OPEN and after not in OPEN else None
    more = [(state == after) - (state == before) for state, _ in KEPT]
    values = (closed, *more, ticket_id, *event)
    if database.dialect() == "postgres":
        return bool(await _AT_ONCE.rows(*values))
    return bool(await _COUNTED.rows(*values) and await _TOLD.rows(*values))
