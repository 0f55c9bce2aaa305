"""What people type: taken as it is, or refused by the name of its field."""

import unicodedata

from models.errors import InvalidInput, Reason

# Direction marks can make a line at the desk read as something else than was written.
_DIRECTION_MARKS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def required(field: str, value: str, limit: int) -> str:
    """A line or paragraph without surrounding space. Raises InvalidInput."""
    cleaned = optional(field, value, limit)
    if cleaned is None:
        raise InvalidInput(field, Reason.EMPTY)
    return cleaned


def optional(field: str, value: str | None, limit: int) -> str | None:
    """The same, None where nothing was typed. Raises InvalidInput."""
    if value is None or not value.strip():
        return None
    if len(value) > limit:
        raise InvalidInput(field, Reason.TOO_LONG, limit=limit)
    if not is_plain(value):
        raise InvalidInput(field, Reason.CHARACTERS)
    return value.strip()


def is_plain(value: str) -> bool:
    """Free of control characters (but line breaks and tabs), lone surrogates, direction marks."""
    return not any(
        c in _DIRECTION_MARKS or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\r\n\t")
        for c in value
    )
