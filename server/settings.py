"""What an operator may set, as SPAREKEY_… in the environment; read when asked, never at import."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from models.retention import Periods
from server import values
from server.mail import destination
from server.mail.destination import Folder, Relay

PREFIX = "SPAREKEY_"
# A folder of files named like settings, as sparekey_secret_keys; the environment goes before.
SECRETS_DIR = f"{PREFIX}SECRETS_DIR"
_PACKED = Path(__file__).parent / "contract"
# As a wheel carries it, or beside the sources.
_CONTRACT = _PACKED if _PACKED.is_dir() else Path(__file__).parents[1] / "frontend-contract"


class Unsettled(Exception):
    """The settings do not allow a start; `faults` name each setting, never a secret's value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """One process's settings. Durations are written 90s, 15m, 12h, 30d or as ISO 8601 (PT12H)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    mode: Literal["development", "production"] = "development"
    database_url: values.Database = SecretStr("sqlite://var/sparekey.sqlite3")
    public_url: values.Origin = "http://127.0.0.1:8000"
    allowed_origins: values.Origins = frozenset()
    secret_keys: SecretStr | None = None
    mail_url: values.Mail = SecretStr("file:var/mail")
    mail_from: str | None = None
    rate_limit_url: values.Limits = SecretStr("async+memory://")
    limit_sockets: int = Field(200, ge=1)
    limit_registrations: values.Rate = "20/hour"
    limit_failed_logins: values.Rate = "30/5minutes"
    limit_resets: values.Rate = "10/hour"
    issuer: str = Field("Sparekey", min_length=1, max_length=64, pattern=r"^[^:\x00-\x1f]+$")
    timezone: values.Zone = "Europe/Berlin"
    calendar: str = "DE"
    documents: Literal["open", "trusted"] = "open"
    documents_file: Path = _CONTRACT / "trusted-documents.json"
    trusted_proxies: values.Networks = ()
    argon2_memory_kib: int = Field(19456, ge=64)
    argon2_time: int = Field(2, ge=1)
    argon2_parallelism: int = Field(1, ge=1)
    hash_queue: int = Field(64, ge=1)
    customer_session: values.Duration = timedelta(days=30)
    staff_session: values.Duration = timedelta(hours=12)
    staff_idle: values.Duration = timedelta(hours=1)
    webhook_url: values.WebAddress | None = None
    webhook_secret: values.SigningSecret | None = None
    webhook_inside: bool = False
    metrics_token: SecretStr | None = Field(None, min_length=16)
    tracing: values.Collector | None = None
    retention_requests: values.Duration | None = None
    retention_sessions: values.Duration | None = None
    retention_record: values.Duration | None = None
    approvals_per_hour: int = Field(30, ge=1)
    drain: values.Pause = timedelta(0)

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
