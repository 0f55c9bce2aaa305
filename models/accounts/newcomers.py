"""Somebody from another system, as one line of a file tells of them: taken, or refused.

Nothing that is said of a refusal quotes the line: it holds addresses and hashes.
"""

import binascii
import json
from base64 import b32decode, b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from models import clock, text
from models.accounts import account as accounts
from models.accounts import addresses
from models.accounts.account import Role
from models.errors import InvalidInput
from models.signing_in import foreign_hashes
from models.signing_in.foreign_hashes import Kind, UnfitHash

LOCALES = ("de", "en", "sv")
FIELDS = ("email", "passwordHash", "totpSecret", "locale", "registeredAt", "role")
"""Beside these, `devices`: of each its `serialNumber`, and its `name` where it has one."""

_SECRET_BYTES = range(16, 65)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Why(StrEnum):
    """Why a line is refused, in English."""

    SECRET_FORM = "This is not base32."
    SECRET_SHORT = "A secret has at least 128 bits; without one, the person sets up a new one."
    SECRET_LONG = "A secret has at most 512 bits."
    LOCALE = "This is none of de, en and sv."
    INSTANT = "This is not an instant of the past by ISO 8601."
    ROLE = "Only customers are imported: make others with `accounts add`."
    DEVICE_TWICE = "The same unit is there twice."


class Refused(Exception):
    """Raised for a line that is not taken: its `field`, and `why`, without quoting it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field, why)
        self.field = field
        self.why = why


@dataclass(frozen=True)
class Unit:
    """A unit to be registered."""

    serial_number: str
    name: str


@dataclass(frozen=True)
class Newcomer:
    """An account to be made."""

    email: str
    password_hash: str
    hashed_by: Kind
    secret: str | None
    locale: str
    registered_at: datetime | None
    units: tuple[Unit, ...]

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return addresses.key_of(self.email)

    @property
    def content(self) -> str:
        """All of it as one text: the same for the same line, however the file writes it."""
        registered = self.registered_at.isoformat() if self.registered_at else None
        units = [(unit.serial_number, unit.name) for unit in self.units]
        rest = (self.password_hash, self.secret, self.locale, registered, units)
        return json.dumps([self.email, *rest])


def read(fields: Mapping[str, str], devices: Sequence[Mapping[str, str]]) -> Newcomer:
    """Read a line by its fields; what is empty is as if it were not there. Raises Refused."""
    try:
        address = addresses.normalised(fields.get("email", ""))
        kind, hashed = _hash(fields.get("passwordHash", ""))
        _require_customer(fields.get("role", ""))
        return Newcomer(
            email=address,
            password_hash=hashed,
            hashed_by=kind,
            secret=_secret(fields.get("totpSecret", "")),
            locale=_locale(fields.get("locale", "")),
            registered_at=_instant(fields.get("registeredAt", "")),
            units=_units(devices),
        )
    except InvalidInput as refused:
        raise Refused(refused.field, refused.reason.value % refused.params) from None


def _hash(hashed: str) -> tuple[Kind, str]:
    try:
        return foreign_hashes.read(hashed.strip())
    except UnfitHash as unfit:
        raise Refused("passwordHash", str(unfit)) from None


def _require_customer(role: str) -> None:
    if role.strip().upper() not in ("", Role.CUSTOMER.value):
        raise Refused("role", Why.ROLE)


def _secret(typed: str) -> str | None:
    """As an app shows it, in groups or not: base32, for SHA-1, six digits and 30 seconds.

    RFC 4226 §4, R6: at least 128 bits. The 160 that it recommends are what is made here.
    """
    bare = typed.strip().replace(" ", "").replace("-", "").rstrip("=").upper()
    if not bare:
        return None
    try:
        raw = b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        raise Refused("totpSecret", Why.SECRET_FORM) from None
    if len(raw) not in _SECRET_BYTES:
        short = len(raw) < _SECRET_BYTES.start
        raise Refused("totpSecret", Why.SECRET_SHORT if short else Why.SECRET_LONG)
    return b32encode(raw).decode().rstrip("=")


def _locale(typed: str) -> str:
    language = typed.strip().replace("_", "-").partition("-")[0].lower()
    if not typed.strip():
        return "en"
    if language not in LOCALES:
        raise Refused("locale", Why.LOCALE)
    return language


def _instant(typed: str) -> datetime | None:
    if not typed.strip():
        return None
    try:
        at = datetime.fromisoformat(typed.strip())
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("registeredAt", Why.INSTANT) from None
    if not _EARLIEST <= at <= clock.now():
        raise Refused("registeredAt", Why.INSTANT)
    return at


def _units(devices: Sequence[Mapping[str, str]]) -> tuple[Unit, ...]:
    units = tuple(_unit(device) for device in devices)
    keys = {accounts.serial_key(unit.serial_number) for unit in units}
    if len(keys) < len(units):
        raise Refused("serialNumber", Why.DEVICE_TWICE)
    return units


def _unit(device: Mapping[str, str]) -> Unit:
    serial = accounts.serial_of(device.get("serialNumber", ""))
    name = text.optional("name", device.get("name"), accounts.LONGEST_NAME)
    return Unit(serial, name or serial)
