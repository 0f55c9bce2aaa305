"""One text of SQL for both databases, without the ORM: for what is asked often.

What goes in and comes out are Python's own values; the differences are all here. SQLite has no
types for ids and instants, and keeps them as Tortoise writes them, as text.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from models.storage import database
from models.storage.sqlite import Run

Row = Any
"""A row of either database: values by the names of columns."""
T = TypeVar("T")

_PLACE = re.compile(r"\$(\d+)")

# What each database calls in its own way. A row's version changes whenever it is written.
# SQLite needs none: there, who decides by a row keeps all other writers out.
_SPELLED = {
    "postgres": (
        (r"ROW_VERSION\((\w+)\)", r"\1.xmin::text"),
        (r"SPACED\((\w+)\)", r"string_agg(\1::text, ' ')"),
        (r"\bUNLOCKED\b", "FOR UPDATE SKIP LOCKED"),
    ),
    "sqlite": (
        (r"ROW_VERSION\((\w+)\)", "''"),
        (r"SPACED\((\w+)\)", r"group_concat(\1, ' ')"),
        (r"\bUNLOCKED\b", ""),
        (r"\$(\d+)", r"?\1"),
    ),
}


class Statement:
    """SQL whose parameters are `$1`, `$2` …: the values of a list, any of them, in any order.

    Further words: `ROW_VERSION(table)`; `SPACED(column)`, all its values in one text; after a
    SELECT, `UNLOCKED`: it takes rows for itself, but none that others hold.
    """

    def __init__(self, text: str) -> None:
        self._taken = sorted({int(one) for one in _PLACE.findall(text)})
        places = {one: place for place, one in enumerate(self._taken, start=1)}
        dense = _PLACE.sub(lambda found: f"${places[int(found[1])]}", text)
        self._texts = {dialect: _spelled(dense, dialect) for dialect in _SPELLED}
        self._pick = _picking(self._taken)

    async def rows(self, *values: object) -> list[Row]:
        """Run it, in the running transaction if there is one; what it selects or returns."""
        client = database.connection()
        found: list[Row] = await client.rows(*self._bound(client.dialect, values))
        return found

    async def each(self, rows: Iterable[Sequence[object]]) -> None:
        """Run it once for each list of values, in one message where the database takes that."""
        bound = [self._bound(database.dialect(), values) for values in rows]
        if bound:
            await database.connection().execute_many(bound[0][0], [one for _, one in bound])

    def run(self, visit: Run, *values: object) -> list[Row]:
        """Run it during a `visit`."""
        return visit(*self._bound("sqlite", values))

    def _bound(self, dialect: str, values: Sequence[object]) -> tuple[str, Sequence[object]]:
        taken = self._pick(values)
        if dialect == "sqlite":
            taken = [_as_text(one) for one in taken]
        return self._texts[dialect], taken


class Whole:
    """What PostgreSQL does in one statement, and SQLite in several: all of it, or nothing."""

    def __init__(self, postgres: Statement, *sqlite: Statement) -> None:
        self._statement = postgres
        self._parts = sqlite

    async def rows(self, *values: object) -> list[Row]:
        """The rows of the last; none where one of them gave none, and then nothing was done."""
        if database.dialect() == "postgres":
            return await self._statement.rows(*values)
        try:
            return await visit(lambda run: self.run(run, *values))
        except NothingDone:
            return []

    def run(self, visit: Run, *values: object) -> list[Row]:
        """The parts, during a `visit`. Raises NothingDone, which has to end it."""
        rows: list[Row] = []
        for part in self._parts:
            rows = part.run(visit, *values)
            if not rows:
                raise NothingDone
        return rows


class NothingDone(Exception):
    """Raised where a part gave no row, to undo the others."""


async def visit(work: Callable[[Run], T], whole: bool = True) -> T:
    """On SQLite alone: a transaction that holds the write lock, reads and writes, and decides.

    It needs no event loop: who waits for it may be gone, it is brought to its end. Where it is not
    to be `whole`, each of its statements is a transaction of its own.
    """
    done: T = await database.connection().visit(work, whole)
    return done


def _picking(taken: list[int]) -> Callable[[Sequence[object]], Sequence[object]]:
    places = [one - 1 for one in taken]
    # Of one place alone it would give no list.
    return itemgetter(*places) if len(places) > 1 else lambda values: [values[n] for n in places]


def _spelled(text: str, dialect: str) -> str:
    for word, spelling in _SPELLED[dialect]:
        text = re.sub(word, spelling, text)
    return text


def _as_text(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat(" ") if isinstance(value, datetime) else value
