"""Encrypts what must be read again, under keys that can be exchanged.

A key ring is written `id:base64,id:base64`, newest first: the first key encrypts and signs, all
of them decrypt and verify.
"""

import base64
import binascii
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
# Of 32 random bytes some 30 differ; fewer than this many, or nothing but text, is no chance.
_LEAST_DIFFERENT = 16
_TEXT = range(0x20, 0x7F)
_NONCE_BYTES = 12
_LONGEST_ID = 32


class Keyring:
    """AES-256-GCM and HMAC-SHA-256 under named keys (ASVS 11.3.2, 11.3.4)."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = keys
        # Made once: keys by purpose, and ciphers.
        self._derived: dict[tuple[str, str], bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}
        self.newest = next(iter(keys))

    @property
    def ids(self) -> list[str]:
        """The names of the keys, newest first."""
        return list(self._keys)

    @property
    def guessable(self) -> list[str]:
        """The names of keys that nobody can have drawn by chance: zeros, or a sentence."""
        return [name for name, key in self._keys.items() if not _is_random(key)]

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `id:base64,…`, standard base64 of 32 bytes each. Raises ValueError otherwise."""
        keys: dict[str, bytes] = {}
        for position, part in enumerate(text.split(","), start=1):
            name, _, encoded = part.strip().partition(":")
            # Databases may find rows by ids without telling a from A.
            if not name or name.lower() in map(str.lower, keys):
                raise ValueError(f"Key {position} has no id of its own.")
            if len(name) > _LONGEST_ID:
                raise ValueError(f"Key {position} has an id of more than {_LONGEST_ID} characters.")
            keys[name] = _decoded(encoded, position)
        return cls(keys)

    @staticmethod
    def generate_text() -> str:
        """A ring of one new key, in the form that `parse` reads."""
        key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
        return f"{secrets.token_hex(4)}:{key}"

    def encrypt(self, text: str, aad: str) -> str:
        """Encrypt for the row that `aad` names; elsewhere the result cannot be read."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher(self.newest).encrypt(nonce, text.encode(), aad.encode())
        return f"{self.newest}:{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, cipher: str, aad: str) -> str:
        """Read what `encrypt` made. Raises KeyError without its key, InvalidTag where altered."""
        name, _, encoded = cipher.partition(":")
        key = self._cipher(name)
        try:
            raw = base64.b64decode(encoded)
            return key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], aad.encode()).decode()
        except ValueError:
            # It is not even base64 any more, or shorter than a nonce.
            raise InvalidTag from None

    def mac(self, purpose: str, message: str) -> str:
        """Sign under the newest key; `purpose` keeps signatures of one use from serving another."""
        return self._mac(self.newest, purpose, message)

    def verify(self, purpose: str, message: str, mac: str) -> bool:
        """Whether any key of the ring made this signature."""
        expected = (self._mac(name, purpose, message) for name in self._keys)
        return any([hmac.compare_digest(one.encode(), mac.encode()) for one in expected])

    def macs(self, purpose: str, message: str) -> list[str]:
        """What `mac` makes under each key of the ring, newest first."""
        return [self._mac(name, purpose, message) for name in self._keys]

    def sign(self, purpose: str, message: str) -> str:
        """A signature under the newest key that tells which key it was: `id:hex`."""
        return f"{self.newest}:{self.mac(purpose, message)}"

    def is_signed(self, purpose: str, message: str, signature: str) -> bool:
        """Whether `sign` made this. Raises KeyError without its key."""
        name, _, mac = signature.partition(":")
        expected = self._mac(name, purpose, message)
        return hmac.compare_digest(expected.encode(), mac.encode())

    def _mac(self, name: str, purpose: str, message: str) -> str:
        key = self._derived.get((name, purpose))
        if key is None:
            key = hmac.digest(self._keys[name], f"sparekey:{purpose}".encode(), "sha256")
            self._derived[name, purpose] = key
        return hmac.digest(key, message.encode(), "sha256").hex()

    def _cipher(self, name: str) -> AESGCM:
        found = self._ciphers.get(name)
        if found is None:
            found = self._ciphers[name] = AESGCM(self._keys[name])
        return found


def _is_random(key: bytes) -> bool:
    return len(set(key)) >= _LEAST_DIFFERENT and not all(byte in _TEXT for byte in key)


def _decoded(encoded: str, position: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError(f"Key {position} is not standard base64.") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"Key {position} has {len(key)} bytes instead of {_KEY_BYTES}.")
    return key
