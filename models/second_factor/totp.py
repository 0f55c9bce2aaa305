"""Time-based one-time codes: RFC 6238 with SHA-1, six digits and 30 seconds.

Microsoft Authenticator takes nothing else. One step of drift either way is accepted (§5.2), a
step is accepted once, and what is right for another time is told apart from what is wrong.
"""

import base64
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import pyotp

from models.errors import CodeHint

STEP_SECONDS = 30
DIGITS = 6
SECRET_CHARACTERS = 32
"""160 bits in base32 (RFC 4226 §4, R6)."""

_DRIFT = (0, -1, 1)
_HINTED = 10
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# What is no digit there is none for Python.
_DIGITS_OF_32 = str.maketrans(
    _BASE32 + _BASE32[:26].lower() + "0189",
    "0123456789abcdefghijklmnopqrstuv" + "0123456789abcdefghijklmnop" + "!!!!",
)


@dataclass(frozen=True)
class Accepted:
    """Right, for this step."""

    step: int


@dataclass(frozen=True)
class Rejected:
    """Not accepted, and what can be said of it."""

    hint: CodeHint
    disclosed: int | None = None
    """A step still to come for which the code is right: knowing that must not help later."""


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32(SECRET_CHARACTERS)


def step_at(at: datetime) -> int:
    """The time step of an instant."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The six digits of a time step."""
    return _digits(_key(secret), step)


def match(
    secret: str, code: str, at: datetime, last_step: int, spent: Collection[int] = ()
) -> Accepted | Rejected:
    """Compare what was typed; spaces in it do not matter.

    `last_step` is the step of the last accepted code, `spent` those that were disclosed.
    """
    typed = "".join(code.split())
    if not (len(typed) == DIGITS and typed.isascii() and typed.isdigit()):
        return Rejected(CodeHint.NONE)
    now, key = step_at(at), _key(secret)
    for step in [now + off for off in _DRIFT]:
        if step > last_step and step not in spent and _is(key, step, typed):
            return Accepted(step)
    right = [step for step in _by_distance(now) if _is(key, step, typed)]
    return _rejected(right, now, last_step)


def _rejected(right: list[int], now: int, last_step: int) -> Rejected:
    if not right:
        return Rejected(CodeHint.NONE)
    step = right[0]
    if abs(step - now) <= 1 or step == last_step:
        return Rejected(CodeHint.ALREADY_USED)
    return Rejected(CodeHint.CLOCK_OFF, disclosed=step if step > now else None)


def _by_distance(now: int) -> list[int]:
    beyond = [now + off * sign for off in range(2, _HINTED + 1) for sign in (-1, 1)]
    return [now + off for off in _DRIFT] + beyond


def _is(key: bytes, step: int, typed: str) -> bool:
    return hmac.compare_digest(_digits(key, step), typed)


def _key(secret: str) -> bytes:
    if len(secret) == SECRET_CHARACTERS and secret.isalnum() and secret.isascii():
        # Of this length base32 is a number (RFC 4648 §6), which Python reads by other digits.
        return int(secret.translate(_DIGITS_OF_32), 32).to_bytes(SECRET_CHARACTERS * 5 // 8)
    # As it is typed off a screen: any case, and without the signs that fill up base32.
    return base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)


def _digits(key: bytes, step: int) -> str:
    """RFC 4226 §5.3."""
    mac = hmac.digest(key, step.to_bytes(8), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"
