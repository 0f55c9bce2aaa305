"""Customers and staff, and the units that are registered to them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F
from tortoise.models import Model

from models import clock, text
from models.accounts import addresses
from models.errors import AddressTaken, InvalidInput, Reason
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.signing_in import passwords
from models.storage import database

_LONGEST_SERIAL = 64
LONGEST_NAME = 100


class Role(StrEnum):
    """What an account may do at the desk."""

    CUSTOMER = "CUSTOMER"
    SUPPORT = "SUPPORT"
    SUPERVISOR = "SUPERVISOR"


class Account(Model):
    """A person who signs in by e-mail and password."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    email = fields.CharField(max_length=320)
    email_key = fields.CharField(max_length=320, null=True, unique=True)
    """The address as it is compared; null once closed, so that it can be registered anew."""
    password_hash = fields.TextField()
    role = fields.CharEnumField(Role, max_length=16)
    locale = fields.CharField(max_length=8, default="en")
    first_sign_in = fields.BooleanField(default=False)
    """Whether the one sign-in without a second step is still to come."""
    security_version = fields.IntField(default=1)
    """Raised by all that matters; whatever was half done under an older one is void."""
    registered_at = fields.DatetimeField()
    self_registered = fields.BooleanField(default=False, db_default=False)
    """Whether `register` made it, so that whoever never asked for it may close it."""
    password_changed_at: datetime | None = fields.DatetimeField(null=True)
    last_sign_in_at: datetime | None = fields.DatetimeField(null=True)
    disabled_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "account"

    @property
    def roles(self) -> list[Role]:
        """Supervisors are support as well."""
        return [Role.SUPPORT, Role.SUPERVISOR] if self.role == Role.SUPERVISOR else [self.role]

    @property
    def staff(self) -> bool:
        """Whether the desk is open to this account."""
        return self.role != Role.CUSTOMER


class Device(Model):
    """A unit registered to an account by its serial number."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="devices"
    )
    account_id: UUID
    serial_number = fields.CharField(max_length=_LONGEST_SERIAL)
    serial_key = fields.CharField(max_length=_LONGEST_SERIAL)
    name = fields.CharField(max_length=LONGEST_NAME)
    registered_at = fields.DatetimeField()
    vouched = fields.BooleanField(default=True, db_default=True)
    """Whether more than the password stood behind it: else it speaks for nobody later."""

    class Meta:
        table = "device"
        indexes = (("account_id", "serial_key"),)


async def add(
    policy: Policy,
    email: str,
    password: str,
    role: Role,
    serial_number: str | None = None,
    locale: str = "en",
    first_sign_in: bool = False,
) -> Account:
    """Make an account. Raises InvalidInput, and AddressTaken where the address has one."""
    address = addresses.normalised(email)
    passwords.check("password", password, address, policy.issuer)
    account = Account(
        email=address,
        email_key=addresses.key_of(address),
        password_hash=await policy.passwords.hash(password),
        role=role,
        locale=locale,
        first_sign_in=first_sign_in,
        registered_at=clock.now(),
    )
    async with database.transaction():
        try:
            await account.save()
        except IntegrityError:
            raise AddressTaken from None
        await audit.write(
            policy.keyring, Action.ACCOUNT_ADDED, account=account.id, detail=role.value
        )
        if serial_number is not None:
            await register_device(account, serial_number, serial_number)
    return account


async def register_device(
    account: Account, serial_number: str, name: str, vouched: bool = True
) -> Device:
    """Register a unit. Raises InvalidInput; serial numbers known elsewhere are taken in silence."""
    serial = serial_of(serial_number)
    return await Device.create(
        account_id=account.id,
        serial_number=serial,
        serial_key=serial_key(serial),
        name=text.required("name", name, LONGEST_NAME),
        registered_at=clock.now(),
        vouched=vouched,
    )


async def find(email: str) -> Account | None:
    """The account of an address, if it has one."""
    return await Account.get_or_none(email_key=addresses.key_of(email))


async def raise_version(account: Account, **changes: object) -> bool:
    """Make void what is half done, and change more in the same statement.

    False where the version had moved on since `account` was read, or it was disabled: someone
    else won, and nothing was changed.
    """
    same = Account.filter(
        id=account.id, security_version=account.security_version, disabled_at=None
    )
    won = await same.update(security_version=F("security_version") + 1, **changes)
    account.security_version += won
    return bool(won)


async def hold_version(account: Account, **changes: object) -> bool:
    """The same without raising it: to complete what only one may complete."""
    same = Account.filter(
        id=account.id, security_version=account.security_version, disabled_at=None
    )
    return bool(await same.update(**changes))


async def devices_of(account_ids: Iterable[UUID]) -> dict[UUID, list[Device]]:
    """The units of several accounts, first registered first."""
    found: dict[UUID, list[Device]] = defaultdict(list)
    for device in await Device.filter(account_id__in=list(account_ids)).order_by("registered_at"):
        found[device.account_id].append(device)
    return found


async def accounts_of(account_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """Several accounts by their ids."""
    return {one.id: one for one in await Account.filter(id__in=list(account_ids))}


def serial_of(serial_number: str) -> str:
    """A serial number as printed on the unit. Raises InvalidInput."""
    serial = text.required("serialNumber", serial_number, _LONGEST_SERIAL)
    # Capitals can be more letters: ß is SS.
    if len(serial_key(serial)) > _LONGEST_SERIAL:
        raise InvalidInput("serialNumber", Reason.TOO_LONG, limit=_LONGEST_SERIAL)
    if not serial_key(serial) or not all(c.isalnum() or c in " -./_" for c in serial):
        raise InvalidInput("serialNumber", Reason.CHARACTERS)
    return serial


def serial_key(serial_number: str) -> str:
    """The form in which serial numbers are compared: letters and digits alone."""
    return "".join(c for c in serial_number.upper() if c.isalnum())
