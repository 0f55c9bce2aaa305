"""Tickets by what is typed at the desk: the start of a reference or of an address.

Starts are ranges of an index, and every character stands for itself, `%` and `_` too.
"""

from typing import Any

from tortoise.expressions import Q

from models import text
from models.errors import ArgumentMalformed
from models.reset.ticket import LONGEST_REFERENCE, RecoveryTicket

_LONGEST = 254
_FEW = 10_000
_REFERENCES = "R-"
_LAST_CHARACTER = "\U0010ffff"


async def matching(typed: str) -> Q:
    """Which tickets are meant; all where nothing was typed. Raises ArgumentMalformed.

    Few are found by the index of what begins so. Where there are many, whoever walks the queue in
    its order meets a page of them sooner than they can be put in order.
    """
    start = typed.strip()
    address = start.lower()  # which can be longer
    if not text.is_plain(start) or len(address) > _LONGEST:
        raise ArgumentMalformed("search")
    if not start:
        return Q()
    starts = {"email_key": address}
    if _like_any(start.upper()):
        starts["reference"] = start.upper()
    many = [field for field in starts if await _many(field, starts[field])]
    begins = _passed_by if many else _begins
    return Q(*(begins(field, starts[field]) for field in starts), join_type=Q.OR)


def _like_any(reference: str) -> bool:
    like = reference[: len(_REFERENCES)] == _REFERENCES[: len(reference)]
    return like and len(reference) < LONGEST_REFERENCE


async def _many(field: str, start: str) -> bool:
    found = RecoveryTicket.filter(_begins(field, start))
    return bool(await found.offset(_FEW).limit(1).values_list(field))


def _begins(field: str, start: str) -> Q:
    bounds: dict[str, Any] = {f"{field}__gte": start, f"{field}__lt": start + _LAST_CHARACTER}
    return Q(**bounds)


def _passed_by(field: str, start: str) -> Q:
    """The same, in words in which SQLite sees no range to look up; PostgreSQL chooses itself."""
    before: dict[str, Any] = {f"{field}__lt": start}
    behind: dict[str, Any] = {f"{field}__gte": start + _LAST_CHARACTER}
    return ~Q(**before) & ~Q(**behind)
