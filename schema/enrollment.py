"""Binding an authenticator app: a secret as QR code, then the first code made from it."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.second_factor import enrollment
from schema import qr
from schema.context import Info
from schema.errors import (
    ChallengeExpired,
    CodeRejected,
    NotAllowed,
    ReleaseCodeRejected,
    StepUpRequired,
    Throttled,
)
from schema.qr import QrFormat
from schema.sign_in import SignedIn, require_cookies, signed_in


@strawberry.type
class Enrollment:
    """A secret that waits to be confirmed by its first code. It stays the same when asked for
    again with the same challenge."""

    qr_format: strawberry.Private[QrFormat]
    manual_key: str = strawberry.field(
        description="The same secret for typing in, in groups of four."
    )
    otpauth_uri: str = strawberry.field(description="The same for an app on this very device.")
    issuer: str = strawberry.field(description="Under what name the app lists it.")
    expires_at: datetime

    @classmethod
    def of(cls, offer: enrollment.Offer, qr_format: QrFormat) -> "Enrollment":
        """As the API shows it."""
        return cls(
            qr_format=qr_format,
            manual_key=" ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4)),
            otpauth_uri=offer.uri,
            issuer=offer.issuer,
            expires_at=offer.expires_at,
        )

    @strawberry.field
    async def qr_code(self) -> str:
        """data:image/svg+xml or data:image/png URI, ready for an <img>."""
        return await qr.picture(self.otpauth_uri, self.qr_format, self.expires_at)


@strawberry.input
class BeginEnrollmentInput:
    """Who enrols, and how the QR code is wanted."""

    challenge: str | None = strawberry.field(
        default=None,
        description="From EnrollmentRequired. Null from within a session: to enrol early, or "
        "(after stepUp) to move to a new phone.",
    )
    release_code: str | None = strawberry.field(
        default=None, description="From the mail, where releaseCodeRequired said so."
    )
    qr_format: QrFormat = QrFormat.SVG


@strawberry.input
class ConfirmEnrollmentInput:
    """Who enrols, and the first code that the app shows."""

    challenge: str | None = strawberry.field(
        default=None, description="The same as for beginEnrollment."
    )
    code: str = strawberry.field(description="Six digits; spaces do no harm.")


BeginEnrollmentResult = Annotated[
    Enrollment | ReleaseCodeRejected | ChallengeExpired | StepUpRequired | NotAllowed | Throttled,
    strawberry.union("BeginEnrollmentResult", description="A secret, or what stands in its way."),
]
ConfirmEnrollmentResult = Annotated[
    SignedIn | CodeRejected | ChallengeExpired | StepUpRequired | NotAllowed | Throttled,
    strawberry.union("ConfirmEnrollmentResult", description="A session, or what went wrong."),
]


async def begin_enrollment(info: Info, input: BeginEnrollmentInput) -> BeginEnrollmentResult:
    """Offers a secret for an authenticator app; nothing changes until it is confirmed."""
    context = info.context
    offer = await enrollment.begin(
        context.policy, context.origin, input.challenge, context.session, input.release_code
    )
    return Enrollment.of(offer, input.qr_format)


async def confirm_enrollment(info: Info, input: ConfirmEnrollmentInput) -> ConfirmEnrollmentResult:
    """Binds the app by its first code: it replaces the old second factor, ends all other sessions
    and gives this one a new token."""
    require_cookies(info)
    context = info.context
    found = await enrollment.confirm(
        context.policy, context.origin, input.challenge, context.session, input.code
    )
    return await signed_in(info, found)
