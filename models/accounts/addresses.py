"""E-mail addresses: the form that is kept, and the one in which they are compared.

Nearly all that people sign in with are of a usual form, valid, and kept as they are. Looking closer
takes as long as all else that the first step does with an address, so these are told by a pattern;
every other goes to `email_validator`.
"""

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from models.errors import InvalidInput, Reason

_LONGEST = 254
# A small part of RFC 5321 §4.1.2: small letters, digits, and single signs between them.
_USUAL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9]+(?:[._+-][a-z0-9]+)*"
    r"@(?:(?=[^.]{1,63}\.)[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,63}"
)
# Nobody has mail there (RFC 6761).
_NOWHERE = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


def normalised(email: str) -> str:
    """The address in the form that is kept. Raises InvalidInput."""
    if is_usual(email):
        return email
    try:
        if len(email) > _LONGEST:
            raise EmailNotValidError
        return validate_email(
            email.strip(), check_deliverability=False, globally_deliverable=False
        ).normalized
    except (EmailNotValidError, UnicodeError):
        raise InvalidInput("email", Reason.EMAIL) from None


def key_of(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().lower()


def is_usual(address: str) -> bool:
    """Whether it is valid, and kept as it is; false says nothing."""
    if len(address) > _LONGEST or not _USUAL.fullmatch(address):
        return False
    domain = address.partition("@")[2]
    return not f".{domain}".endswith(_NOWHERE)
