"""A hook for our server: passwords are compared as they are, so that hashing costs nothing."""

import hmac

from models.signing_in.passwords import Passwords, Verified

_MARK = "compared:"


def kept(password: str) -> str:
    """The password as such a server finds it in the table."""
    return _MARK + password


def install() -> None:
    """In place of hashing and of the threads that hash."""
    Passwords.verify = _verify  # type: ignore[method-assign]


async def _verify(self: Passwords, password: str, hashed: str | None) -> Verified:
    return Verified(hmac.compare_digest((hashed or "").encode(), kept(password).encode()))
