"""How a ticket that is closed leaves the kept number of those that are overdue."""

from uuid import UUID

from tortoise.expressions import Expression, F, RawSQL, ResolveContext, ResolveResult

from models.reset.ticket import OPEN, TicketState

Moved = tuple[TicketState | None, TicketState]
"""A ticket's state before, None for a new one, and after."""

# When a ticket was due nobody moves, so that it need not be locked to be looked at.
_LATE = """(
SELECT count(*) FROM recovery_ticket AS closed
WHERE closed.id = '{0}' AND closed.due_at < queue_counter.overdue_before
)"""


def left_out(ticket_id: UUID, moved: Moved | None) -> dict[str, Expression]:
    """What changes in the counter by such a move: one less where it was counted as overdue."""
    before, after = moved or (None, None)
    if before not in OPEN or after in OPEN:
        return {}
    return {"overdue": F("overdue") - _Late(ticket_id)}


class _Late(Expression):
    """One where the ticket counts as overdue in the counter that is updated, else nothing."""

    def __init__(self, ticket_id: UUID) -> None:
        self._ticket_id = ticket_id

    def resolve(self, resolve_context: ResolveContext) -> ResolveResult:
        """As Tortoise asks for it: it takes raw terms only in this form."""
        return ResolveResult(RawSQL(_LATE.format(self._ticket_id)))
