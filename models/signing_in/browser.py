"""Browsers that have signed in before: each has attempts of its own.

A stranger who has the password can use up the attempts of everybody else, but not those of the
owner's browser (ASVS 6.1.1). The cookie is `id.day.mac`, signed for one account's address; the
account is not named in it.
"""

import secrets
from datetime import timedelta

from models import clock
from models.accounts import addresses
from models.keys.keyring import Keyring
from models.origin import Origin

LIFETIME = timedelta(days=400)
_PURPOSE = "known-browser"


def mark(keyring: Keyring, origin: Origin, email: str) -> str:
    """The cookie for a browser that has just signed in fully; keeps its id where it has one."""
    name = _known(keyring, origin, email) or secrets.token_hex(16)
    signed = f"{name}.{clock.now():%Y%m%d}"
    return f"{signed}.{_mac(keyring, signed, email)}"


def budget(keyring: Keyring, origin: Origin, what: str, subject: str, email: str) -> str:
    """The throttle's key: the subject's, or the known browser's own."""
    known = _known(keyring, origin, email)
    return f"{what}:{subject}:{known}" if known else f"{what}:{subject}"


def claimed(origin: Origin) -> str:
    """What `budget` would add to the key, if the mark turns out to be the account's."""
    name, _, _ = (origin.browser or "").partition(".")
    return f":{name}" if name.isascii() and name.isalnum() else ""


def _known(keyring: Keyring, origin: Origin, email: str) -> str | None:
    signed, _, mac = (origin.browser or "").rpartition(".")
    name, _, day = signed.partition(".")
    if not mac or not keyring.verify(_PURPOSE, _message(signed, email), mac):
        return None
    oldest = clock.now() - LIFETIME
    return name if day >= f"{oldest:%Y%m%d}" else None


def _mac(keyring: Keyring, signed: str, email: str) -> str:
    return keyring.mac(_PURPOSE, _message(signed, email))


def _message(signed: str, email: str) -> str:
    return f"{signed}:{addresses.key_of(email)}"
