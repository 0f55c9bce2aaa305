"""The lost phone, as the customer sees it."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry
from graphql import GraphQLError

from models.reset import calling_off, grant, recovery
from models.reset import ticket as tickets
from models.reset.calling_off import Withdrawn
from models.reset.ticket import ResetReason, TicketState
from schema.context import Info
from schema.errors import ChallengeExpired, InvalidInput, NotAllowed, Throttled
from schema.streams import told

Receipt = Annotated[str, strawberry.argument(description="What requestReset gave.")]


@strawberry.type
class ResetStatus:
    """What the customer may know of a request."""

    reference: str = strawberry.field(description="Readable over the phone, such as R-7K3M-Q94T.")
    state: TicketState
    submitted_at: datetime
    due_at: datetime = strawberry.field(
        description="When support answers at the latest: 24 hours counted on working days."
    )
    decided_at: datetime | None

    @classmethod
    def of(cls, row: tickets.RecoveryTicket | Withdrawn) -> "ResetStatus":
        """As the customer sees it."""
        return cls(
            reference=row.reference,
            state=row.state,
            submitted_at=row.submitted_at,
            due_at=row.due_at,
            decided_at=row.decided_at,
        )


@strawberry.type
class ResetRequested:
    """The request is in support's queue, and the account's address was mailed."""

    ticket: ResetStatus
    receipt: str = strawberry.field(
        description="A capability to follow this request without a session, until 30 days after "
        "the decision. Each asking gives a new one; only the first can cancel."
    )


@strawberry.type
class ReleaseCodeSent:
    """A new release code is on its way to the account's address."""

    expires_at: datetime


@strawberry.input
class RequestResetInput:
    """The form of somebody whose phone is gone."""

    challenge: str = strawberry.field(
        description="From CodeRequired: the form can be sent only after e-mail and password were "
        "right."
    )
    reason: ResetReason
    message: str | None = strawberry.field(default=None, description="For support to read.")
    contact_phone: str | None = strawberry.field(
        default=None, description="Where support may call back."
    )
    device_serial_number: str | None = strawberry.field(
        default=None, description="Serial number of one of the customer's units, as evidence."
    )


@strawberry.input
class CancelResetInput:
    """What proves that the request is the caller's to cancel."""

    receipt: str = strawberry.field(
        description="The receipt of requestReset, or the token of the cancel link in a mail."
    )


@strawberry.input
class ConfirmMailboxInput:
    """The token of the link in the mail that says a reset was asked for."""

    token: str


@strawberry.input
class ResendReleaseCodeInput:
    """The challenge of EnrollmentRequired."""

    challenge: str


RequestResetResult = Annotated[
    ResetRequested | ChallengeExpired | Throttled | InvalidInput,
    strawberry.union("RequestResetResult", description="The request, or what stands in its way."),
]
CancelResetResult = Annotated[
    ResetStatus | ChallengeExpired | NotAllowed,
    strawberry.union("CancelResetResult", description="The cancelled request, or why it stays."),
]
ConfirmMailboxResult = Annotated[
    ResetStatus | ChallengeExpired | Throttled,
    strawberry.union("ConfirmMailboxResult", description="The request, or what is wrong."),
]
ResendReleaseCodeResult = Annotated[
    ReleaseCodeSent | ChallengeExpired | Throttled,
    strawberry.union("ResendReleaseCodeResult", description="A new code, or why there is none."),
]


async def request_reset(info: Info, input: RequestResetInput) -> RequestResetResult:
    """Asks support for a new second factor, in place of verifyCode. One request is open at a time:
    asking again returns it unchanged."""
    submitted = await recovery.submit(
        info.context.policy,
        info.context.origin,
        input.challenge,
        recovery.Form(input.reason, input.message, input.contact_phone, input.device_serial_number),
    )
    return ResetRequested(ticket=ResetStatus.of(submitted.ticket), receipt=submitted.receipt)


async def cancel_reset(info: Info, input: CancelResetInput) -> CancelResetResult:
    """Takes a request back, or a grant that was not used yet; the old second factor stays."""
    return ResetStatus.of(await calling_off.cancel(info.context.policy, input.receipt))


async def confirm_mailbox(info: Info, input: ConfirmMailboxInput) -> ConfirmMailboxResult:
    """The customer followed the mailed link and pressed the button: evidence MAILBOX."""
    return ResetStatus.of(await recovery.confirm_mailbox(info.context.policy, input.token))


async def resend_release_code(info: Info, input: ResendReleaseCodeInput) -> ResendReleaseCodeResult:
    """Mails the release code of a granted reset again; an earlier one stops working."""
    expires_at = await grant.resend(info.context.policy, input.challenge)
    return ReleaseCodeSent(expires_at=expires_at)


async def reset_status(receipt: Receipt) -> ResetStatus | None:
    """The customer's own request, by the receipt requestReset gave; null where there is none."""
    row = await recovery.find_by_receipt(receipt)
    return ResetStatus.of(row) if row else None


async def watch_reset_status(info: Info, receipt: Receipt) -> AsyncGenerator[ResetStatus, None]:
    """The customer's own request, first as it stands, then at each change; completes when
    decided."""
    row = await recovery.find_by_receipt(receipt)
    if row is None:
        raise GraphQLError("There is no such request.", extensions={"code": "NOT_FOUND"})
    return told(info.context.tailer.ticket_changes(row.id), ResetStatus.of)
