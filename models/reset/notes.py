"""What agents write on a ticket, for each other."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models import clock

if TYPE_CHECKING:
    from models.reset.ticket import RecoveryTicket

LONGEST = 4_000


class TicketNote(Model):
    """A note on a ticket."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    ticket: fields.ForeignKeyRelation["RecoveryTicket"] = fields.ForeignKeyField(
        "models.RecoveryTicket", related_name=False
    )
    ticket_id: UUID
    author_id = fields.UUIDField()
    written_at = fields.DatetimeField()
    text = fields.TextField()

    class Meta:
        table = "ticket_note"
        indexes = (("ticket_id", "written_at"),)


async def add(ticket_id: UUID, author_id: UUID, text: str) -> TicketNote:
    """Add a note whose text was checked."""
    return await TicketNote.create(
        ticket_id=ticket_id, author_id=author_id, written_at=clock.now(), text=text
    )


async def notes_of(ticket_ids: Iterable[UUID]) -> dict[UUID, list[TicketNote]]:
    """The notes on several tickets, oldest first."""
    found: dict[UUID, list[TicketNote]] = defaultdict(list)
    for note in await TicketNote.filter(ticket_id__in=list(ticket_ids)).order_by("written_at"):
        found[note.ticket_id].append(note)
    return found


async def by_ids(note_ids: Iterable[UUID]) -> dict[UUID, TicketNote]:
    """Several notes by their ids."""
    return {note.id: note for note in await TicketNote.filter(id__in=list(note_ids))}
