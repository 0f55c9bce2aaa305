"""Signing in: e-mail and password, then a code."""

from datetime import datetime
from typing import Annotated

import strawberry
from graphql import GraphQLError

from models.errors import InvalidInput as Refused
from models.errors import Reason
from models.signing_in import session, sign_in, step_up
from models.signing_in.session import Delivery
from schema import describe, permissions
from schema.account import Account, Session
from schema.context import Info
from schema.errors import (
    ChallengeExpired,
    CodeRejected,
    FactorSuspended,
    InvalidCredentials,
    InvalidInput,
    NotAllowed,
    Throttled,
)
from schema.language import say

describe.enum(
    Delivery,
    "How a session reaches the client.",
    COOKIE="Set the session as a Secure, HttpOnly, SameSite cookie.",
    BEARER="Return it as SignedIn.token, for 'Authorization: Bearer …'.",
)


@strawberry.type
class Challenge:
    """Proof that the password was right; good for the next step only, and for a short time."""

    token: str
    expires_at: datetime


@strawberry.type
class SignedIn:
    """Signed in: there is a session now."""

    account: Account
    session: Session
    token: str | None = strawberry.field(
        description="The bearer token, only where the input asked for one; browsers get an "
        "HttpOnly cookie instead."
    )


@strawberry.type
class EnrollmentRequired:
    """The account has no second factor yet, or a reset was granted: go on with beginEnrollment.
    After a granted reset the challenge also takes verifyCode, for a phone that turned up again."""

    challenge: Challenge
    release_code_required: bool = strawberry.field(
        description="After a granted reset: the one-time code mailed to the account is needed to "
        "enrol again."
    )


@strawberry.type
class CodeRequired:
    """The account has a second factor: go on with verifyCode, or requestReset if the phone is
    gone."""

    challenge: Challenge


@strawberry.input
class LoginInput:
    """E-mail and password, and how the session is to reach the client at the end."""

    email: str
    password: str
    delivery: Delivery = Delivery.COOKIE


@strawberry.input
class VerifyCodeInput:
    """The challenge of login, and the code of the authenticator app."""

    challenge: str = strawberry.field(description="From CodeRequired or EnrollmentRequired.")
    code: str = strawberry.field(description="Six digits; spaces do no harm.")


@strawberry.input
class StepUpInput:
    """A code of the authenticator app."""

    code: str = strawberry.field(description="Six digits; spaces do no harm.")


LoginResult = Annotated[
    SignedIn | EnrollmentRequired | CodeRequired | InvalidCredentials | Throttled | InvalidInput,
    strawberry.union("LoginResult", description="What comes next, or what stands in its way."),
]
VerifyCodeResult = Annotated[
    SignedIn | CodeRejected | FactorSuspended | ChallengeExpired | Throttled,
    strawberry.union("VerifyCodeResult", description="A session, or what stands in its way."),
]
StepUpResult = Annotated[
    Session | CodeRejected | FactorSuspended | Throttled | NotAllowed,
    strawberry.union("StepUpResult", description="The confirmed session, or what went wrong."),
]


async def login(info: Info, input: LoginInput) -> LoginResult:
    """E-mail and password: the first step, and at the first sign-in the only one."""
    context = info.context
    if input.delivery is Delivery.COOKIE and context.cookies is None:
        raise Refused("delivery", Reason.DELIVERY)
    found = await sign_in.login(
        context.policy, context.origin, input.email, input.password, input.delivery
    )
    match found:
        case sign_in.SignedIn():
            return await signed_in(info, found)
        case sign_in.EnrollmentRequired():
            challenge = Challenge(token=found.token, expires_at=found.expires_at)
            return EnrollmentRequired(
                challenge=challenge, release_code_required=found.release_code_required
            )
    return CodeRequired(challenge=Challenge(token=found.token, expires_at=found.expires_at))


async def verify_code(info: Info, input: VerifyCodeInput) -> VerifyCodeResult:
    """The second step: a code of the authenticator app."""
    require_cookies(info)
    context = info.context
    found = await sign_in.verify_code(context.policy, context.origin, input.challenge, input.code)
    return await signed_in(info, found)


async def confirm_session(info: Info, input: StepUpInput) -> StepUpResult:
    """A fresh code for a session that is about to do something that matters."""
    context, own = info.context, permissions.asking(info)
    if own.delivery is Delivery.COOKIE:
        require_cookies(info)
    confirmed = await step_up.step_up(context.policy, context.origin, own, input.code)
    if confirmed.token and context.cookies:
        context.cookies.keep_session(confirmed.token, confirmed.session.expires_at)
    return Session.of(confirmed.session, own.id)


async def signed_in(info: Info, found: sign_in.SignedIn) -> SignedIn:
    """The answer of a sign-in; its cookies are set where that was asked for and is possible.

    Whose session the browser held before, it ends (ASVS 7.2.4).
    """
    before = info.context.session
    if before and before.delivery is Delivery.COOKIE and before.id != found.session.id:
        await session.end(info.context.policy, before)
    cookies, bearer = info.context.cookies, found.session.delivery is Delivery.BEARER
    if cookies and found.browser:
        cookies.keep_browser(found.browser)
    if cookies and not bearer:
        cookies.keep_session(found.token, found.session.expires_at)
    return SignedIn(
        account=Account.of(found.account, found.session.id),
        session=Session.of(found.session, found.session.id),
        token=found.token if bearer else None,
    )


def require_cookies(info: Info) -> None:
    """Raises a GraphQL error over WebSocket, before an attempt is charged for nothing."""
    if info.context.cookies is None:
        message = say(info.context.origin.locale, "Send this by HTTP: no cookie can be set here.")
        raise GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})
