"""The hook by which our server answers the desk out of memory: each row is read once, then kept.

What was read stands in for the functions of the models that read it; all above them is as ever.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

from models.accounts import account
from models.dashboard import queue
from models.reset import evidence
from models.signing_in import session

# Functions of one question, told apart by all that follows the first argument.
_ANSWERS = ((queue, "page"), (session, "find"))
# Functions from keys to what belongs to each.
_ROWS = ((account, "accounts_of"), (account, "devices_of"), (evidence, "evidence_of"))

Read = Callable[..., Awaitable[Any]]


def install() -> None:
    """In the server's process, before it serves."""
    for module, name in _ANSWERS:
        setattr(module, name, _answers(getattr(module, name)))
    for module, name in _ROWS:
        setattr(module, name, _rows(getattr(module, name)))


def _answers(read: Read) -> Read:
    known: dict[str, Any] = {}

    async def answer(*given: Any, **named: Any) -> Any:
        key = repr((given[1:], named))
        if key not in known:
            known[key] = await read(*given, **named)
        return known[key]

    return answer


def _rows(read: Read) -> Read:
    known: dict[UUID, Any] = {}

    async def rows(keys: Iterable[UUID], *given: Any, **named: Any) -> dict[UUID, Any]:
        wanted = list(keys)
        if missing := [key for key in wanted if key not in known]:
            known.update(dict.fromkeys(missing))
            known.update(await read(missing, *given, **named))
        return {key: row for key in wanted if (row := known[key]) is not None}

    return rows
