"""Compares passwords with the hashes that other systems made; new ones are Argon2id."""

import hmac

from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.bcrypt import BcryptHasher

from models.signing_in import foreign_hashes
from models.signing_in.foreign_hashes import Derivation, Unfit, UnfitHash

_BCRYPT_BYTES = 72


class Bcrypt72Hasher(BcryptHasher):
    """Reads imported hashes: bcrypt looks at 72 bytes, but today's refuses to be given more."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        """Whether the password made this hash."""
        return super().verify(_raw(password)[:_BCRYPT_BYTES], hash)


class _ReadingHasher(HasherProtocol):
    """Reads imported hashes, and makes none."""

    _PREFIXES: tuple[str, ...]

    @classmethod
    def identify(cls, hash: str | bytes) -> bool:
        """Whether a hash is of this kind."""
        return _text(hash).startswith(cls._PREFIXES)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Not possible: raises NotImplementedError."""
        raise NotImplementedError("New hashes are Argon2id.")

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        """Whether the password made this hash. Raises UnfitHash."""
        derived = self._read(_text(hash))
        if derived is None:
            raise UnfitHash(Unfit.UNKNOWN)
        return hmac.compare_digest(derived.made(_raw(password)), derived.key)

    def check_needs_rehash(self, hash: str | bytes) -> bool:
        """Always: imported hashes are made anew."""
        return True

    def _read(self, hashed: str) -> Derivation | None:
        raise NotImplementedError


class Pbkdf2Hasher(_ReadingHasher):
    """PBKDF2 with SHA-256 or SHA-512."""

    _PREFIXES = ("$pbkdf2-", "pbkdf2_")

    def _read(self, hashed: str) -> Derivation | None:
        return foreign_hashes.pbkdf2(hashed)


class ScryptHasher(_ReadingHasher):
    """scrypt (RFC 7914)."""

    _PREFIXES = ("$scrypt$", "scrypt$")

    def _read(self, hashed: str) -> Derivation | None:
        return foreign_hashes.scrypt(hashed)


def _raw(password: str | bytes) -> bytes:
    return password.encode() if isinstance(password, str) else password


def _text(hashed: str | bytes) -> str:
    return hashed if isinstance(hashed, str) else hashed.decode()
