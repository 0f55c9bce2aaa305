"""What the texts of settings may say: each kind is read, or refused without quoting a secret."""

from base64 import b64decode
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import limits
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode
from strawberry.http.websocket_origin import normalize_origin

from server import addresses
from server.mail import destination

_LEAST_SIGNING_BYTES = 24
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value[:-1].isdigit() and value[-1] in _UNITS:
        return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    if not value.startswith("P"):
        raise ValueError("must be written as 90s, 15m, 12h or 30d")
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


Collector = Annotated[str, AfterValidator(_collector)]
Database = Annotated[SecretStr, AfterValidator(_known_database)]
Duration = Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))]
Limits = Annotated[SecretStr, AfterValidator(_known_limits)]
Mail = Annotated[SecretStr, AfterValidator(_known_mail)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
Origin = Annotated[str, AfterValidator(_origin)]
Origins = Annotated[
    frozenset[Annotated[str, AfterValidator(_normal)]], NoDecode, BeforeValidator(_origins)
]
Pause = Annotated[timedelta, BeforeValidator(_duration), Field(ge=timedelta(0))]
Rate = Annotated[str, AfterValidator(_rate)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing_secret)]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]
Zone = Annotated[str, AfterValidator(_known_zone)]
