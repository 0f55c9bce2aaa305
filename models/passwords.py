"""Passwords: which are taken, how they are hashed, and how hashing stays out of the way.

Rules: NIST SP 800-63B-4 §3.1.1.2 (length, no composition rules, a list of common ones) and
OWASP ASVS 5.0 6.2. Hashes: Argon2id with the parameters OWASP names as the least; those imported
from elsewhere are verified once and made anew.
"""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from os import cpu_count
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from models import clock
from models.errors import InvalidInput, Reason, Throttled

MIN_CHARACTERS = 8
MAX_BYTES = 1024
_PERSONAL_PART = 5
_RETRY_AFTER = timedelta(seconds=2)

T = TypeVar("T")


def check(field: str, password: str, email: str, product: str) -> None:
    """Raises InvalidInput for a password that is too short, too long, common or personal."""
    password = _normal(password)
    if len(password) < MIN_CHARACTERS:
        raise InvalidInput(field, Reason.PASSWORD_SHORT, limit=MIN_CHARACTERS)
    if len(_bytes(password)) > MAX_BYTES:
        raise InvalidInput(field, Reason.PASSWORD_LONG, limit=MAX_BYTES)
    if any(unicodedata.category(c) == "Cs" or c == "\0" for c in password):
        raise InvalidInput(field, Reason.CHARACTERS)
    if password.casefold() in _common():
        raise InvalidInput(field, Reason.PASSWORD_COMMON)
    if _is_personal(password, email, product):
        raise InvalidInput(field, Reason.PASSWORD_PERSONAL)


@dataclass(frozen=True)
class Verified:
    """Whether the password was right, and its new hash where the old one is out of date."""

    right: bool
    upgrade: str | None = None


class Passwords:
    """Hashes in threads beside the event loop, as many as cores; a full queue refuses at once."""

    def __init__(
        self,
        memory_kib: int = 19_456,
        time_cost: int = 2,
        parallelism: int = 1,
        threads: int | None = None,
        queue: int = 64,
    ) -> None:
        argon2 = Argon2Hasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self._hashes = PasswordHash((argon2, Bcrypt72Hasher(), Pbkdf2Hasher()))
        self._threads = ThreadPoolExecutor(threads or cpu_count(), "hashing")
        self._queue = queue
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Hash anew. Raises Throttled when the queue is full."""
        return await self._run(lambda: self._hashes.hash(_bytes(password)))

    async def verify(self, password: str, hashed: str | None) -> Verified:
        """Compare. Without a hash, the work is done all the same and the answer is no (ASVS 6.3.8).

        Raises Throttled when the queue is full.
        """
        return await self._run(lambda: self._verify(_bytes(password), hashed))

    def close(self) -> None:
        """Let the threads go; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._queue:
            raise Throttled(clock.now() + _RETRY_AFTER)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def _verify(self, password: bytes, hashed: str | None) -> Verified:
        if len(password) > MAX_BYTES:
            password, hashed = password[:MAX_BYTES], None
        try:
            right, upgrade = self._hashes.verify_and_update(password, hashed or self._decoy)
        except (UnknownHashError, ValueError):
            # An imported hash that cannot be read.
            return Verified(False)
        return Verified(right and hashed is not None, upgrade)

    @cached_property
    def _decoy(self) -> str:
        return self._hashes.hash(secrets.token_bytes(16))


class Bcrypt72Hasher(BcryptHasher):
    """Reads imported hashes: bcrypt looks at 72 bytes, but today's refuses to be given more."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        """Whether the password made this hash."""
        return super().verify(_raw(password)[:72], hash)


class Pbkdf2Hasher(HasherProtocol):
    """Reads imported hashes `pbkdf2_sha256$iterations$salt$base64`; makes none."""

    @classmethod
    def identify(cls, hash: str | bytes) -> bool:
        """Whether a hash is of this kind."""
        return _text(hash).startswith(("pbkdf2_sha256$", "pbkdf2_sha512$"))

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Not possible: raises NotImplementedError."""
        raise NotImplementedError("New hashes are Argon2id.")

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        """Whether the password made this hash."""
        name, iterations, salt, encoded = _text(hash).split("$")
        digest = name.removeprefix("pbkdf2_")
        made = hashlib.pbkdf2_hmac(digest, _raw(password), salt.encode(), int(iterations))
        return hmac.compare_digest(made, b64decode(encoded))

    def check_needs_rehash(self, hash: str | bytes) -> bool:
        """Always: imported hashes are made anew."""
        return True


def _normal(password: str) -> str:
    # One form for what keyboards write differently (NIST SP 800-63B-4 §3.1.1.2).
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


def _raw(password: str | bytes) -> bytes:
    return password.encode() if isinstance(password, str) else password


def _text(hashed: str | bytes) -> str:
    return hashed if isinstance(hashed, str) else hashed.decode()


@cache
def _common() -> frozenset[str]:
    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_CHARACTERS)


def _is_personal(password: str, email: str, product: str) -> bool:
    """Whether little is left of it without the parts of the address and the product's name."""
    rest = password.casefold()
    for part in {email.casefold(), *email.casefold().split("@"), product.casefold()}:
        if len(part) >= _PERSONAL_PART or part == product.casefold():
            rest = rest.replace(part, "")
    return len(rest) < len(password) and len(rest) < MIN_CHARACTERS - 2
