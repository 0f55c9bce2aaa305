"""From nothing to an account, and away again where it was somebody else's doing."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.accounts import closing, registration
from schema.account import DeviceInput
from schema.context import Info
from schema.errors import ChallengeExpired, InvalidInput, Throttled


@strawberry.input
class RegisterInput:
    """Who registers, and the unit that makes them a customer."""

    email: str
    password: str = strawberry.field(
        description="8 characters at least, 1024 bytes at most; not a common one."
    )
    device: DeviceInput = strawberry.field(description="The customer's first unit.")


@strawberry.type
class Registered:
    """The account waits for its first sign-in. Says the same where the address had an account
    before: then nothing was changed, and its owner was mailed."""

    email: str


@strawberry.input
class CloseAccountInput:
    """The token of the link in the mail that says an account was registered."""

    token: str


@strawberry.type
class AccountClosed:
    """The account that its mailbox's owner did not ask for is gone."""

    closed_at: datetime


RegisterResult = Annotated[
    Registered | InvalidInput | Throttled,
    strawberry.union("RegisterResult", description="An account, or what stands in its way."),
]
CloseAccountResult = Annotated[
    AccountClosed | ChallengeExpired,
    strawberry.union("CloseAccountResult", description="The end of the account, or of the link."),
]


async def register(info: Info, input: RegisterInput) -> RegisterResult:
    """Makes an account by registering its first unit. Opens no session: go on with login."""
    email = await registration.register(
        info.context.policy,
        info.context.origin,
        input.email,
        input.password,
        input.device.serial_number,
        input.device.name,
    )
    return Registered(email=email)


async def close_account(info: Info, input: CloseAccountInput) -> CloseAccountResult:
    """Closes an account that somebody else registered with the caller's address."""
    return AccountClosed(closed_at=await closing.close(info.context.policy, input.token))
