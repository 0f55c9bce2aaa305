"""The viewer's own account: its units, its second factor, its sessions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from models.accounts import account, owner
from models.accounts.account import Role
from models.second_factor import two_factor
from models.signing_in import session
from schema import describe, ids
from schema.context import Info
from schema.errors import InvalidCredentials, InvalidInput, NotAllowed, StepUpRequired, Throttled
from schema.ids import Node

describe.enum(
    Role,
    "What an account may do.",
    CUSTOMER="May use its own account.",
    SUPPORT="May see the recovery queue, claim tickets and decide on customers' tickets.",
    SUPERVISOR="May also decide on tickets of support staff, and see the audit trail.",
)


@strawberry.type
class Device(Node):
    """A unit (an air handling unit, say) registered in the cloud by its serial number."""

    serial_number: str
    name: str
    registered_at: datetime

    @classmethod
    def of(cls, row: account.Device) -> "Device":
        """As the API shows it."""
        return cls(
            id=ids.write("device", row.id),
            serial_number=row.serial_number,
            name=row.name,
            registered_at=row.registered_at,
        )


@strawberry.type
class SecondFactor:
    """The authenticator app that was confirmed for an account."""

    enrolled_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: two_factor.Authenticator) -> "SecondFactor":
        """As the API shows it."""
        return cls(enrolled_at=row.enrolled_at, last_used_at=row.last_used_at)


@strawberry.type
class Session(Node):
    """A browser or a program that is signed in."""

    started_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str | None
    ip_address: str | None
    verified_at: datetime | None = strawberry.field(
        description="When a code was last entered in it; null only in the session of the first "
        "sign-in after registering."
    )
    current: bool = strawberry.field(description="Whether this is the session that asks.")

    @classmethod
    def of(cls, row: session.Session, asking: UUID | None) -> "Session":
        """As the API shows it to the session with the id `asking`."""
        return cls(
            id=ids.write("session", row.id),
            started_at=row.started_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            user_agent=row.user_agent,
            ip_address=row.ip_address,
            verified_at=row.verified_at,
            current=row.id == asking,
        )


@strawberry.type
class Account(Node):
    """A person's account, as its owner sees it."""

    row: strawberry.Private[account.Account]
    asking: strawberry.Private[UUID | None]
    email: str
    roles: list[Role]
    registered_at: datetime

    @classmethod
    def of(cls, row: account.Account, asking: UUID | None) -> "Account":
        """As the API shows it to the session with the id `asking`."""
        return cls(
            id=ids.write("account", row.id),
            row=row,
            asking=asking,
            email=row.email,
            roles=row.roles,
            registered_at=row.registered_at,
        )

    @strawberry.field
    async def devices(self, info: Info) -> list[Device]:
        """The units registered to this account, first registered first."""
        return [Device.of(row) for row in await info.context.loaders.devices.load(self.row.id)]

    @strawberry.field
    async def second_factor(self, info: Info) -> SecondFactor | None:
        """Null until an authenticator app has been confirmed."""
        row = await info.context.loaders.factors.load(self.row.id)
        return SecondFactor.of(row) if row else None

    @strawberry.field
    async def sessions(self, info: Info) -> list[Session]:
        """Sessions that are still valid, last used first."""
        found = await session.sessions_of(info.context.policy, [self.row])
        return [Session.of(row, self.asking) for row in found.get(self.row.id, [])]


@strawberry.input
class DeviceInput:
    """A unit to register."""

    serial_number: str = strawberry.field(description="As printed on the unit's type plate.")
    name: str = strawberry.field(description="What its owner calls it, such as 'Roof, east'.")


@strawberry.input
class ChangePasswordInput:
    """The password in use, and the one that takes its place."""

    current_password: str
    new_password: str = strawberry.field(
        description="8 characters at least, 1024 bytes at most; not a common one."
    )


AddDeviceResult = Annotated[
    Device | InvalidInput | StepUpRequired | NotAllowed,
    strawberry.union("AddDeviceResult", description="The unit, or what stands in its way."),
]
ChangePasswordResult = Annotated[
    Account | InvalidCredentials | InvalidInput | StepUpRequired | Throttled | NotAllowed,
    strawberry.union(
        "ChangePasswordResult", description="The account, or why it keeps its password."
    ),
]


def viewer(info: Info) -> Account | None:
    """The signed-in account; null without a session."""
    own = info.context.session
    return Account.of(own.account, own.id) if own else None


async def add_device(info: Info, input: DeviceInput) -> AddDeviceResult:
    """Registers a further unit to the viewer's account. It can serve as evidence later, so a code
    entered within the last 15 minutes is needed where there is a second factor."""
    context = info.context
    row = await owner.add_device(context.policy, context.session, input.serial_number, input.name)
    return Device.of(row)


async def change_password(info: Info, input: ChangePasswordInput) -> ChangePasswordResult:
    """Changes the viewer's password, ends the other sessions, and mails the owner."""
    context = info.context
    row = await owner.change_password(
        context.policy,
        context.origin,
        context.session,
        input.current_password,
        input.new_password,
    )
    return Account.of(row, context.session.id if context.session else None)


async def logout(info: Info) -> bool:
    """Ends the session that asks. False where there was none."""
    context, own = info.context, info.context.session
    if context.cookies:
        context.cookies.drop_session()
    return own is not None and await session.end(context.policy, own)


async def revoke_session(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="One of Account.sessions.")],
) -> bool:
    """Ends one of the viewer's sessions, by id. False where it was none of theirs."""
    key = ids.read("session", id, "id")
    context, own = info.context, info.context.session
    return own is not None and await session.revoke(context.policy, own, key)
