"""Tickets by what is typed at the desk: the start of a reference or of an address.

Starts are ranges of an index, and every character stands for itself, `%` and `_` too.
"""

from typing import Any

from tortoise.expressions import Q, Subquery

from models import text
from models.account import Account
from models.errors import ArgumentMalformed
from models.ticket import LONGEST_REFERENCE

_LONGEST = 254
_FEW = 10_000
_REFERENCES = "R-"
_LAST_CHARACTER = "\U0010ffff"


async def matching(typed: str) -> Q:
    """Which tickets are meant; all where nothing was typed. Raises ArgumentMalformed.

    Of few accounts the tickets are looked up. Where there are many, whoever walks the queue in
    its order meets one soon, and stops at the end of the page. Tickets are read in the page's own
    statement alone, so that none is missed that comes meanwhile.
    """
    start = typed.strip()
    address = start.lower()  # which can be longer
    if not text.is_plain(start) or len(address) > _LONGEST:
        raise ArgumentMalformed("search")
    if not start:
        return Q()
    owners = Account.filter(_begins("email_key", address))
    many = await owners.offset(_FEW).limit(1).values_list("email_key")
    by_address = _begins("account__email_key", address)
    if not _like_any(start.upper()):
        return by_address if many else Q(account_id__in=Subquery(owners.values("id")))
    by_reference = _by_reference(start.upper())
    if many:
        return by_reference | by_address
    # By now they are hardly any, and an OR with a subquery would be looked up in no index.
    known = [owner.id for owner in await owners.only("id")]
    return by_reference | Q(account_id__in=known) if known else by_reference


def _like_any(reference: str) -> bool:
    return reference[: len(_REFERENCES)] == _REFERENCES[: len(reference)]


def _by_reference(start: str) -> Q:
    """None but the whole one where no more fits: the column refuses what is longer."""
    if len(start) < LONGEST_REFERENCE:
        return _begins("reference", start)
    return Q(reference__in=[start] if len(start) == LONGEST_REFERENCE else [])


def _begins(field: str, start: str) -> Q:
    bounds: dict[str, Any] = {f"{field}__gte": start, f"{field}__lt": start + _LAST_CHARACTER}
    return Q(**bounds)
