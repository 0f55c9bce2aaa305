"""What an operator may set, as SPAREKEY_… in the environment; read when asked, never at import."""

import os
from base64 import b64decode
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import limits
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError
from strawberry.http.websocket_origin import normalize_origin

from models.retention import Periods
from server import addresses
from server.mail import destination
from server.mail.destination import Folder, Relay

PREFIX = "SPAREKEY_"
# A folder of files named like settings, as sparekey_secret_keys; the environment goes before.
SECRETS_DIR = f"{PREFIX}SECRETS_DIR"
_PACKED = Path(__file__).parent / "contract"
# As a wheel carries it, or beside the sources.
_CONTRACT = _PACKED if _PACKED.is_dir() else Path(__file__).parents[1] / "frontend-contract"
_LEAST_SIGNING_BYTES = 24
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Unsettled(Exception):
    """The settings do not allow a start; `faults` name each setting, never a secret's value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _duration(value: object) -> object:
    if isinstance(value, str) and value[:-1].isdigit() and value[-1:] in _UNITS:
        return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    return value


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(
        ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip()
    )


def _rate(value: str) -> str:
    limits.parse(value)
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("must be an address such as https://access.example.com, without a path")
    return value.rstrip("/")


def _origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(part.strip() for part in value.split(",") if part.strip())


def _normal(value: str) -> str:
    return normalize_origin(_origin(value)) or value


def _known_database(value: SecretStr) -> SecretStr:
    addresses.check_database(value.get_secret_value())
    return value


def _known_limits(value: SecretStr) -> SecretStr:
    addresses.check_limits(value.get_secret_value())
    return value


def _known_mail(value: SecretStr) -> SecretStr:
    destination.parse(value.get_secret_value())
    return value


def _web_address(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as https://desk.example.com/hooks")
    return value


def _collector(value: str) -> str:
    parts = urlsplit(value)
    if value == "otel" or (parts.scheme in ("http", "https") and parts.hostname):
        return value
    raise ValueError(
        "must be an address such as http://127.0.0.1:4318, or otel for what OTEL_… variables say"
    )


def _signing_secret(value: SecretStr) -> SecretStr:
    try:
        key = b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if len(key) < _LEAST_SIGNING_BYTES:
        raise ValueError("must be whsec_ and 24 bytes or more in base64")
    return value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError) as unknown:
        raise ValueError("is not a time zone such as Europe/Berlin") from unknown
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
Origins = Annotated[
    frozenset[Annotated[str, AfterValidator(_normal)]], NoDecode, BeforeValidator(_origins)
]
Pause = Annotated[timedelta, BeforeValidator(_duration), Field(ge=timedelta(0))]
Rate = Annotated[str, AfterValidator(_rate)]


class Settings(BaseSettings):
    """One process's settings. Durations are written 90s, 15m, 12h, 30d or as ISO 8601 (PT12H)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    mode: Literal["development", "production"] = "development"
    database_url: Annotated[SecretStr, AfterValidator(_known_database)] = SecretStr(
        "sqlite://var/sparekey.sqlite3"
    )
    public_url: Annotated[str, AfterValidator(_origin)] = "http://127.0.0.1:8000"
    allowed_origins: Origins = frozenset()
    secret_keys: SecretStr | None = None
    mail_url: Annotated[SecretStr, AfterValidator(_known_mail)] = SecretStr("file:var/mail")
    mail_from: str | None = None
    rate_limit_url: Annotated[SecretStr, AfterValidator(_known_limits)] = SecretStr(
        "async+memory://"
    )
    limit_sockets: int = Field(200, ge=1)
    limit_registrations: Rate = "20/hour"
    limit_failed_logins: Rate = "30/5minutes"
    limit_resets: Rate = "10/hour"
    issuer: str = Field("Sparekey", min_length=1, max_length=64, pattern=r"^[^:\x00-\x1f]+$")
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Berlin"
    calendar: str = "DE"
    documents: Literal["open", "trusted"] = "open"
    documents_file: Path = _CONTRACT / "trusted-documents.json"
    trusted_proxies: Networks = ()
    argon2_memory_kib: int = Field(19456, ge=64)
    argon2_time: int = Field(2, ge=1)
    argon2_parallelism: int = Field(1, ge=1)
    hash_queue: int = Field(64, ge=1)
    customer_session: Duration = timedelta(days=30)
    staff_session: Duration = timedelta(hours=12)
    staff_idle: Duration = timedelta(hours=1)
    webhook_url: Annotated[SecretStr, AfterValidator(_web_address)] | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = None
    webhook_inside: bool = False
    metrics_token: SecretStr | None = Field(None, min_length=16)
    tracing: Annotated[str, AfterValidator(_collector)] | None = None
    retention_requests: Duration | None = None
    retention_sessions: Duration | None = None
    retention_record: Duration | None = None
    approvals_per_hour: int = Field(30, ge=1)
    drain: Pause = timedelta(0)

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    @property
    def mail(self) -> Folder | Relay:
        """Where mails go."""
        return destination.parse(self.mail_url.get_secret_value())

    @property
    def retention(self) -> Periods:
        """How long what is kept."""
        return Periods(self.retention_requests, self.retention_sessions, self.retention_record)

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite: one process only."""
        return self.database_url.get_secret_value().startswith("sqlite:")


def read() -> Settings:
    """The settings as the environment gives them, or files of their names. Raises Unsettled."""
    folder = os.environ.get(SECRETS_DIR) or None
    if folder and not Path(folder).is_dir():
        raise Unsettled([f"{SECRETS_DIR}: there is no folder {folder}"])
    try:
        return Settings(_secrets_dir=folder)
    except SettingsError as unreadable:
        # A file that is no text, or not for this user.
        named = Path(getattr(unreadable.__cause__, "filename", None) or "a file").name
        raise Unsettled([f"{SECRETS_DIR}: {named} cannot be read"]) from None
    except ValidationError as invalid:
        raise Unsettled(
            [_fault(error["loc"], error["msg"]) for error in invalid.errors()]
        ) from None


def _fault(where: tuple[int | str, ...], message: str) -> str:
    name = PREFIX + str(where[0]).upper() if where else PREFIX.rstrip("_")
    return f"{name}: {message.removeprefix('Value error, ')}"
