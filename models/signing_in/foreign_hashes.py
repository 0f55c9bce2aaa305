"""Password hashes that other systems made: read, bounded, and compared; none is made here.

bcrypt as all write it; PBKDF2 as passlib (`$pbkdf2-sha256$…`) and Django (`pbkdf2_sha256$…`) do;
scrypt as passlib and PHC (`$scrypt$ln=…`) and Django (`scrypt$…`) do; Argon2i and Argon2id by PHC.
Who imports a hash makes this server pay for it at every guess, so each kind has a bound: about a
second of one core, and 128 MiB. One that is cut short would match many passwords, and is refused.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

_MOST_BCRYPT_ROUNDS = 14
_MOST_ITERATIONS = 2_000_000
_MOST_MEMORY = 128 * 1024 * 1024
_MOST_ARGON2_PASSED = 4 * _MOST_MEMORY
_MOST_ARGON2_LANES = 16
_MOST_SCRYPT_BLOCKS = 2**21
_LONGEST_SALT = 128
_DIGEST_SIZES = {"sha256": 32, "sha512": 64}
_KEY_SIZES = range(16, 65)

_BASE64 = r"[A-Za-z0-9+/.]+"
# The last characters of bcrypt's salt and key have bits to spare, which have to be zero.
_BCRYPT = re.compile(
    r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]"
)
_ARGON2 = re.compile(
    r"\$argon2(?:i|id)\$(?:v=(?:16|19)\$)?"
    rf"m=(\d{{1,9}}),t=(\d{{1,9}}),p=(\d{{1,3}})\$({_BASE64})\$({_BASE64})"
)
_PBKDF2 = re.compile(
    rf"\$pbkdf2-(sha256|sha512)\$(?:i=)?(\d{{1,9}})(?:,l=\d+)?\$({_BASE64})\$({_BASE64})"
)
_PBKDF2_DJANGO = re.compile(rf"pbkdf2_(sha256|sha512)\$(\d{{1,9}})\$([!-#%-~]+)\$({_BASE64}=*)")
_SCRYPT = re.compile(rf"\$scrypt\$ln=(\d\d?),r=(\d{{1,9}}),p=(\d{{1,9}})\$({_BASE64})\$({_BASE64})")
_SCRYPT_DJANGO = re.compile(
    rf"scrypt\$(\d{{1,9}})\$([!-#%-~]+)\$(\d{{1,9}})\$(\d{{1,9}})\$({_BASE64}=*)"
)


class Unfit(StrEnum):
    """Why a hash is not taken."""

    UNKNOWN = "This is no whole hash of a kind that is understood."
    COSTLY = "This hash would cost too much time or memory at every sign-in."


class UnfitHash(ValueError):
    """Raised for a hash that cannot be compared with, or must not be; the text tells why."""


class Kind(StrEnum):
    """How a password was hashed."""

    BCRYPT = "bcrypt"
    ARGON2 = "argon2"
    PBKDF2 = "pbkdf2"
    SCRYPT = "scrypt"


class Derivation(Protocol):
    """A hash taken apart."""

    @property
    def key(self) -> bytes:
        """What the right password makes."""

    def made(self, password: bytes) -> bytes:
        """What this password makes."""


@dataclass(frozen=True)
class _Pbkdf2:
    digest: str
    iterations: int
    salt: bytes
    key: bytes

    def made(self, password: bytes) -> bytes:
        return hashlib.pbkdf2_hmac(self.digest, password, self.salt, self.iterations)


@dataclass(frozen=True)
class _Scrypt:
    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def made(self, password: bytes) -> bytes:
        cost = {"n": self.n, "r": self.r, "p": self.p, "maxmem": 2 * _MOST_MEMORY}
        return hashlib.scrypt(password, salt=self.salt, dklen=len(self.key), **cost)


def read(hashed: str) -> tuple[Kind, str]:
    """The kind of an imported hash, and the form to keep it in. Raises UnfitHash."""
    # Django puts the name of its own class in front of what others write.
    for wrapped in ("bcrypt$$", "argon2$argon2"):
        if hashed.startswith(wrapped):
            hashed = hashed[hashed.index("$") :].replace("$$", "$", 1)
    for kind, check in _CHECKS.items():
        if hashed.isascii() and check(hashed):
            return kind, hashed
    raise UnfitHash(Unfit.UNKNOWN)


def pbkdf2(hashed: str) -> Derivation | None:
    """A hash by PBKDF2, taken apart; None where it is none, or not whole. Raises UnfitHash."""
    if found := _PBKDF2.fullmatch(hashed):
        # passlib writes . where base64 has +.
        salt, key = (_decoded(found[n].replace(".", "+")) for n in (3, 4))
    elif found := _PBKDF2_DJANGO.fullmatch(hashed):
        salt, key = found[3].encode(), _decoded(found[4])
    else:
        return None
    digest, iterations = found[1], int(found[2])
    if iterations > _MOST_ITERATIONS:
        raise UnfitHash(Unfit.COSTLY)
    fit = iterations >= 1 and len(salt) <= _LONGEST_SALT and len(key) == _DIGEST_SIZES[digest]
    return _Pbkdf2(digest, iterations, salt, key) if fit else None


def scrypt(hashed: str) -> Derivation | None:
    """A hash by scrypt, taken apart; None where it is none, or not whole. Raises UnfitHash."""
    if found := _SCRYPT.fullmatch(hashed):
        n, r, p, salt = 2 ** int(found[1]), int(found[2]), int(found[3]), _decoded(found[4])
    elif found := _SCRYPT_DJANGO.fullmatch(hashed):
        n, r, p, salt = int(found[1]), int(found[3]), int(found[4]), found[2].encode()
    else:
        return None
    key = _decoded(found[5])
    if 128 * n * r > _MOST_MEMORY or n * r * p > _MOST_SCRYPT_BLOCKS:
        raise UnfitHash(Unfit.COSTLY)
    fit = n >= 2 and n.bit_count() == 1 and r >= 1 and p >= 1
    fit = fit and len(salt) <= _LONGEST_SALT and len(key) in _KEY_SIZES
    return _Scrypt(n, r, p, salt, key) if fit else None


def _bcrypt(hashed: str) -> bool:
    found = _BCRYPT.fullmatch(hashed)
    if found and int(found[1]) > _MOST_BCRYPT_ROUNDS:
        raise UnfitHash(Unfit.COSTLY)
    return found is not None and int(found[1]) >= 4


def _argon2(hashed: str) -> bool:
    found = _ARGON2.fullmatch(hashed)
    if found is None:
        return False
    memory, passes, lanes = (int(found[n]) for n in (1, 2, 3))
    memory *= 1024
    if memory > _MOST_MEMORY or memory * passes > _MOST_ARGON2_PASSED or lanes > _MOST_ARGON2_LANES:
        raise UnfitHash(Unfit.COSTLY)
    fit = lanes >= 1 and passes >= 1 and memory >= 8192 * lanes
    salt, key = _decoded(found[4]), _decoded(found[5])
    return fit and len(key) in _KEY_SIZES and 8 <= len(salt) <= _LONGEST_SALT


def _decoded(encoded: str) -> bytes:
    """Standard base64, with its padding or without; nothing where it is anything else."""
    bare = encoded.rstrip("=")
    try:
        raw = b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return b""
    # What no encoder writes, no library compares equal.
    return raw if b64encode(raw).decode().rstrip("=") == bare else b""


_CHECKS: dict[Kind, Callable[[str], object]] = {
    Kind.BCRYPT: _bcrypt,
    Kind.ARGON2: _argon2,
    Kind.PBKDF2: pbkdf2,
    Kind.SCRYPT: scrypt,
}
