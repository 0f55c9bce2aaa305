"""Secrets that are given out once and looked up again: only their hash is kept."""

import hashlib
import secrets

# Without 0, 1, I and O, which people mix up when they read a code aloud.
_SPOKEN_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_token() -> str:
    """256 random bits, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 in hex. A plain hash is enough for 256 random bits (ASVS 11.4.1)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_release_code() -> str:
    """60 random bits as twelve characters in groups of four: 7K3M-Q94T-XB2C."""
    return "-".join(_spoken(4) for _ in range(3))


def bare_release_code(code: str) -> str:
    """A release code as it is compared, however its letters and groups were typed."""
    return "".join(c for c in code.upper() if c.isalnum())


def new_reference() -> str:
    """A ticket's name on the telephone: R-7K3M-Q94T."""
    return f"R-{_spoken(4)}-{_spoken(4)}"


def _spoken(length: int) -> str:
    return "".join(secrets.choice(_SPOKEN_ALPHABET) for _ in range(length))
