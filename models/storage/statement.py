"""One text of SQL for both databases, without the ORM: for what every sign-in asks.

What goes in and comes out are Python's own values; the differences are all here. SQLite has no
types for ids and instants, and keeps them as Tortoise writes them, as text.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.storage import database
from models.storage.sqlite import Run

Row = dict[str, Any]
T = TypeVar("T")
M = TypeVar("M", bound=Model)

_PLACE = re.compile(r"\$(\d+)")

# What each database calls in its own way. A row's version changes whenever it is written.
# SQLite needs none: there, who decides by a row keeps all other writers out.
_SPELLED = {
    "postgres": (
        (r"ROW_VERSION\((\w+)\)", r"\1.xmin::text"),
        (r"SPACED\((\w+)\)", r"string_agg(\1::text, ' ')"),
    ),
    "sqlite": (
        (r"ROW_VERSION\((\w+)\)", "''"),
        (r"SPACED\((\w+)\)", r"group_concat(\1, ' ')"),
        (r"\$(\d+)", r"?\1"),
    ),
}

# What SQLite gives back as something else.
_KEPT_OTHERWISE: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    (fields.UUIDField, UUID),
    (fields.DatetimeField, datetime.fromisoformat),
    (fields.BooleanField, bool),
)


class Statement:
    """SQL whose parameters are `$1`, `$2` …: the values of a list, any of them, in any order.

    Further words: `ROW_VERSION(table)`, and `SPACED(column)`, all its values in one text.
    """

    def __init__(self, text: str) -> None:
        self._taken = sorted({int(one) for one in _PLACE.findall(text)})
        places = {one: place for place, one in enumerate(self._taken, start=1)}
        dense = _PLACE.sub(lambda found: f"${places[int(found[1])]}", text)
        self._texts = {dialect: _spelled(dense, dialect) for dialect in _SPELLED}

    async def rows(self, *values: object) -> list[Row]:
        """Run it, in the running transaction if there is one; what it selects or returns."""
        # Not execute_query, which on PostgreSQL loses the rows of RETURNING.
        text, bound = self._bound(database.dialect(), values)
        found: list[Row] = await database.connection().execute_query_dict(text, bound)
        return found

    async def each(self, rows: Iterable[Sequence[object]]) -> None:
        """Run it once for each list of values, in one message where the database takes that."""
        bound = [self._bound(database.dialect(), values) for values in rows]
        if bound:
            await database.connection().execute_many(bound[0][0], [one for _, one in bound])

    def run(self, visit: Run, *values: object) -> list[Row]:
        """Run it during a `visit`."""
        return visit(*self._bound("sqlite", values))

    def _bound(self, dialect: str, values: Sequence[object]) -> tuple[str, list[object]]:
        taken = [values[one - 1] for one in self._taken]
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


async def visit(work: Callable[[Run], T]) -> T:
    """On SQLite alone: a transaction that holds the write lock, reads and writes, and decides.

    It needs no event loop: who waits for it may be gone, it is brought to its end.
    """
    done: T = await database.connection().visit(work)
    return done


class Insertion:
    """A row of a model, written from the parameters of a statement, one for each column."""

    def __init__(self, table: str, columns: str) -> None:
        self._table = table
        self.columns = tuple(columns.split())

    def sql(self, first: int = 1) -> str:
        """The INSERT, its parameters from `first` on; FROM and RETURNING may follow."""
        places = ", ".join(f"${first + n}" for n in range(len(self.columns)))
        return f"INSERT INTO {self._table} ({', '.join(self.columns)}) SELECT {places}"

    def values(self, row: Model) -> list[object]:
        """For these parameters."""
        return [getattr(row, name) for name in self.columns]


class Columns(Generic[M]):
    """All columns of a model, under an alias of its table: to select them, and to make it anew."""

    def __init__(self, model: type[M], alias: str) -> None:
        self._model = model
        self._alias = alias

    @cached_property
    def listed(self) -> str:
        """What comes after SELECT. To be asked once the database is connected."""
        names = self._model._meta.fields_db_projection.values()
        return ", ".join(f"{self._alias}.{one} AS {self._alias}_{one}" for one in names)

    def made(self, row: Row, **related: Model) -> M:
        """The model of a row, and models that it refers to."""
        values = {
            name: read(row[key]) if read and row[key] is not None else row[key]
            for name, key, read in self._readers[database.dialect()]
        }
        return self._model.construct(_saved_in_db=True, **values, **related)

    @cached_property
    def _readers(self) -> dict[str, list[tuple[str, str, Callable[[Any], object] | None]]]:
        meta = self._model._meta
        return {
            dialect: [
                (name, f"{self._alias}_{column}", _reader(meta.fields_map[name], dialect))
                for name, column in meta.fields_db_projection.items()
            ]
            for dialect in _SPELLED
        }


def _spelled(text: str, dialect: str) -> str:
    for word, spelling in _SPELLED[dialect]:
        text = re.sub(word, spelling, text)
    return text


def _as_text(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat(" ") if isinstance(value, datetime) else value


def _reader(field: Any, dialect: str) -> Callable[[Any], object] | None:
    if kind := getattr(field, "enum_type", None):
        return kind  # type: ignore[no-any-return]  # a model's enumeration
    if dialect == "postgres":
        return None
    return next((read for kind, read in _KEPT_OTHERWISE if isinstance(field, kind)), None)
