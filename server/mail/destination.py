"""Where mails go: what SPAREKEY_MAIL_URL names.

- `file:FOLDER`: one `.eml` per mail, for development and for whoever picks mails up there.
- `smtp://user:password@host:port`: a relay (port 587) that must offer STARTTLS; nothing is said
  to one that does not. Only `?starttls=never` (port 25) turns that off, whatever the host; in
  production it is refused unless the host is this machine itself.
- `smtps://user:password@host:port`: TLS from the first byte (port 465).

User and password are optional, and percent-encoded where they hold `@`, `:` or `/`. Certificates
are verified against the system's authorities, or those that SSL_CERT_FILE names.
"""

from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr


class Encryption(Enum):
    """How a relay is spoken to; the value is the usual port."""

    FROM_THE_START = 465
    STARTTLS = 587
    NONE = 25


@dataclass(frozen=True)
class Folder:
    """A folder that mails are written to."""

    path: Path

    def __str__(self) -> str:
        return f"{self.path}/*.eml"


@dataclass(frozen=True)
class Relay:
    """A mail server that takes mails for others."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: SecretStr | None = None

    @property
    def in_the_open(self) -> bool:
        """Whether others could read along: unencrypted, and not to this machine itself."""
        return self.encryption is Encryption.NONE and not _is_loopback(self.host)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def parse(url: str) -> Folder | Relay:
    """What a URL names. Raises ValueError, which says what is wrong but quotes nothing."""
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return Folder(Path(rest))
    if scheme in ("smtp", "smtps"):
        return _relay(_split(url))
    raise ValueError("must be file:FOLDER, smtp://host or smtps://host")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        # Its own words may quote all of it.
        raise ValueError("has characters that are not possible there") from None


def _relay(url: SplitResult) -> Relay:
    host, port = _host_and_port(url)
    if url.path.strip("/") or url.fragment:
        raise ValueError("must end after host and port (a password's @, : and / as %40, %3A, %2F)")
    if (url.username is None) != (url.password is None):
        raise ValueError("needs user and password, or neither")
    encryption = _encryption(url)
    return Relay(
        host=host,
        port=port or encryption.value,
        encryption=encryption,
        user=unquote(url.username) if url.username else None,
        password=SecretStr(unquote(url.password)) if url.password else None,
    )


def _host_and_port(url: SplitResult) -> tuple[str, int | None]:
    try:
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError("has a port that is no number up to 65535") from None
    if not host:
        raise ValueError("names no host")
    return host, port


def _encryption(url: SplitResult) -> Encryption:
    match url.scheme, url.query:
        case "smtps", "":
            return Encryption.FROM_THE_START
        case "smtp", "" | "starttls=always":
            return Encryption.STARTTLS
        case "smtp", "starttls=never":
            return Encryption.NONE
    raise ValueError("may only be followed by ?starttls=never or ?starttls=always, after smtp://")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
