"""What an agent does with a ticket. Every verb answers the ticket as it stands then."""

from typing import Annotated
from uuid import UUID

import strawberry

from models.policy import Policy
from models.reset import decision, desk
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.signing_in.session import Session
from schema import ids
from schema.context import Info
from schema.errors import (
    InvalidInput,
    NotAllowed,
    StepUpRequired,
    TicketConflict,
    TicketNotFound,
)
from schema.tickets import RecoveryTicket


@strawberry.input
class TicketInput:
    """Which ticket."""

    ticket_id: strawberry.ID


@strawberry.input
class NoteInput:
    """What is to be noted on which ticket."""

    ticket_id: strawberry.ID
    text: str = strawberry.field(description="For colleagues; the customer never sees it.")


@strawberry.input
class RecordEvidenceInput:
    """What an agent found out by other means than the server, before deciding."""

    ticket_id: strawberry.ID
    kind: EvidenceKind
    outcome: EvidenceOutcome
    detail: str = strawberry.field(description="What was done, such as which number was called.")


@strawberry.input
class ApproveResetInput:
    """The decision for a new second factor, and what it rests on."""

    ticket_id: strawberry.ID
    checked: list[EvidenceKind] = strawberry.field(
        description="What the decision rests on: each must be MATCHED on the ticket, and "
        "DEVICE_SERIAL or CALLBACK among them."
    )
    note: str = strawberry.field(description="Why, for colleagues and the audit trail.")


@strawberry.input
class RejectResetInput:
    """The decision against a new second factor."""

    ticket_id: strawberry.ID
    note: str = strawberry.field(description="Why, for colleagues and the audit trail.")


TicketResult = Annotated[
    RecoveryTicket | TicketConflict | TicketNotFound | StepUpRequired | NotAllowed | InvalidInput,
    strawberry.union("TicketResult", description="The ticket as it stands now, or what is wrong."),
]


async def claim_ticket(info: Info, input: TicketInput) -> TicketResult:
    """SUPPORT: takes a ticket for 15 minutes, or renews that; a supervisor may take it over."""
    policy, own, key = _asked(info, input.ticket_id)
    return RecoveryTicket.of(await desk.claim(policy, own, key))


async def release_ticket(info: Info, input: TicketInput) -> TicketResult:
    """SUPPORT: gives a claimed ticket back to the queue."""
    policy, own, key = _asked(info, input.ticket_id)
    return RecoveryTicket.of(await desk.release(policy, own, key))


async def add_ticket_note(info: Info, input: NoteInput) -> TicketResult:
    """SUPPORT: writes something for colleagues on a ticket."""
    policy, own, key = _asked(info, input.ticket_id)
    return RecoveryTicket.of(await desk.note(policy, own, key, input.text))


async def record_evidence(info: Info, input: RecordEvidenceInput) -> TicketResult:
    """SUPPORT: records what was found out by other means than the server."""
    policy, own, key = _asked(info, input.ticket_id)
    row = await desk.record_evidence(policy, own, key, input.kind, input.outcome, input.detail)
    return RecoveryTicket.of(row)


async def approve_reset(info: Info, input: ApproveResetInput) -> TicketResult:
    """SUPPORT: grants a new second factor. Needs a claim and a code entered within the last 15
    minutes; mails the customer a release code."""
    policy, own, key = _asked(info, input.ticket_id)
    row = await decision.approve(policy, own, key, input.checked, input.note)
    return RecoveryTicket.of(row)


async def reject_reset(info: Info, input: RejectResetInput) -> TicketResult:
    """SUPPORT: refuses a new second factor. Needs a claim and a code entered within the last 15
    minutes; mails the customer."""
    policy, own, key = _asked(info, input.ticket_id)
    return RecoveryTicket.of(await decision.reject(policy, own, key, input.note))


def _asked(info: Info, ticket_id: str) -> tuple[Policy, Session | None, UUID]:
    context = info.context
    return context.policy, context.session, ids.read("ticket", ticket_id, "ticketId")
