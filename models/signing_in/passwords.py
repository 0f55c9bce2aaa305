"""Passwords: which are taken, how they are hashed, and how hashing stays out of the way.

Rules: NIST SP 800-63B-4 §3.1.1.2 (length, no composition rules, a list of common ones) and
OWASP ASVS 5.0 6.2. Hashes: Argon2id with the parameters OWASP names as the least; those imported
from elsewhere are verified once and made anew.
"""

import asyncio
import os
import secrets
import sys
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from models import clock, spans
from models.errors import InvalidInput, Reason, Throttled
from models.signing_in.foreign_hashers import Bcrypt72Hasher, Pbkdf2Hasher, ScryptHasher
from models.tally import Durations

MIN_CHARACTERS = 8
MAX_BYTES = 1024
_MAX_TYPED = MAX_BYTES * 3 // 2
"""NFKC makes two bytes at least of three characters; and its time grows with their square."""
_PERSONAL_PART = 5
_RETRY_AFTER = timedelta(seconds=2)
_LOWEST = 19
# Made at import: the first password to be checked does not hold up everybody else.
_COMMON = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_CHARACTERS)

T = TypeVar("T")


def check(field: str, password: str, email: str, product: str) -> None:
    """Raises InvalidInput for a password that is too short, too long, common or personal."""
    if _is_long(password):
        raise InvalidInput(field, Reason.PASSWORD_LONG, limit=MAX_BYTES)
    password = _normal(password)
    if len(password) < MIN_CHARACTERS:
        raise InvalidInput(field, Reason.PASSWORD_SHORT, limit=MIN_CHARACTERS)
    if any(unicodedata.category(c) == "Cs" or c == "\0" for c in password):
        raise InvalidInput(field, Reason.CHARACTERS)
    if password.casefold() in _COMMON:
        raise InvalidInput(field, Reason.PASSWORD_COMMON)
    if _is_personal(password, email, product):
        raise InvalidInput(field, Reason.PASSWORD_PERSONAL)


@dataclass(frozen=True)
class Verified:
    """Whether the password was right, and its new hash where the old one is out of date."""

    right: bool
    upgrade: str | None = None


@dataclass(frozen=True)
class Load:
    """How busy the threads are: what runs, waits, was refused, how many may be in, and how long it
    took."""

    running: int
    waiting: int
    refused: int
    room: int
    took: Durations


class Passwords:
    """Hashes in threads beside the event loop, as many as cores; a full queue refuses at once.

    On Linux they take what others leave of the cores, so that a storm of logins is felt by logins.
    """

    def __init__(
        self,
        memory_kib: int = 19_456,
        time_cost: int = 2,
        parallelism: int = 1,
        threads: int | None = None,
        queue: int = 64,
    ) -> None:
        argon2 = Argon2Hasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self._hashes = PasswordHash((argon2, Bcrypt72Hasher(), Pbkdf2Hasher(), ScryptHasher()))
        self._decoy = _decoy(memory_kib, time_cost, parallelism)
        self._width = threads or _cores() or 1
        self._threads = ThreadPoolExecutor(self._width, "hashing", _step_back)
        self._queue = queue
        self._waiting = self._refused = 0
        self._took = Durations()

    async def hash(self, password: str) -> str:
        """Hash anew. Raises Throttled when the queue is full."""
        return await self._run(lambda: self._hashes.hash(_bytes(password)))

    async def verify(self, password: str, hashed: str | None) -> Verified:
        """Compare. Without a hash, the work is done all the same and the answer is no (ASVS 6.3.8).

        Raises Throttled when the queue is full.
        """
        return await self._run(lambda: self._verify(password, hashed))

    def load(self) -> Load:
        """How busy the threads are."""
        running = min(self._waiting, self._width)
        return Load(running, self._waiting - running, self._refused, self._queue, self._took)

    def close(self) -> None:
        """Let the threads go; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._queue:
            self._refused += 1
            raise Throttled(clock.now() + _RETRY_AFTER)
        self._waiting += 1
        started = perf_counter()
        try:
            with spans.span("hash password"):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
            self._took.add(perf_counter() - started)

    def _verify(self, password: str, hashed: str | None) -> Verified:
        if _is_long(password):
            password, hashed = "", None
        normal, raw = _bytes(password), password.encode("utf-8", "surrogatepass")
        target = hashed or self._decoy
        try:
            right, upgrade = self._hashes.verify_and_update(normal, target)
            if not right and raw != normal and len(raw) <= MAX_BYTES:
                # Other systems hashed what was typed, however a keyboard wrote it.
                right = self._hashes.verify(raw, target)
                upgrade = self._hashes.hash(normal) if right else None
        except (UnknownHashError, ValueError):
            # An imported hash that cannot be read.
            return Verified(False)
        return Verified(right and hashed is not None, upgrade)


def _normal(password: str) -> str:
    # One form for what keyboards write differently (NIST SP 800-63B-4 §3.1.1.2).
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


def _is_long(password: str) -> bool:
    return len(password) > _MAX_TYPED or len(_bytes(password)) > MAX_BYTES


def _is_personal(password: str, email: str, product: str) -> bool:
    """Whether little is left of it without the parts of the address and the product's name."""
    rest = password.casefold()
    for part in {email.casefold(), *email.casefold().split("@"), product.casefold()}:
        if len(part) >= _PERSONAL_PART or part == product.casefold():
            rest = rest.replace(part, "")
    return len(rest) < len(password) and len(rest) < MIN_CHARACTERS - 2


def _decoy(memory_kib: int, time_cost: int, parallelism: int) -> str:
    """A hash that no password has, and that takes as long as any other to be told so."""
    salt, key = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${key}"


def _cores() -> int | None:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _step_back() -> None:
    """Lower the priority of the calling thread, and of those that Argon2 starts from it."""
    if sys.platform == "linux":
        # Elsewhere this would be the priority of the whole process.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _LOWEST)
