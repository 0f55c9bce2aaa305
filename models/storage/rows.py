"""Rows of models, without the ORM: written by a statement, and made of what one selects.

SQLite has no types for ids and instants, and keeps them as Tortoise writes them, as text.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

M = TypeVar("M", bound=Model)

# What SQLite gives back as something else.
_KEPT_OTHERWISE: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    (fields.UUIDField, UUID),
    (fields.DatetimeField, datetime.fromisoformat),
    (fields.BooleanField, bool),
)
# What Tortoise keeps in each of its objects.
_OF_TORTOISE = {"_partial": False, "_saved_in_db": True, "_custom_generated_pk": False}

Reader = Callable[[Any], object]


class Insertion(Generic[M]):
    """A row of a model, written from the parameters of a statement, one for each column."""

    def __init__(self, model: type[M], columns: str) -> None:
        self._model = model
        self.columns = tuple(columns.split())
        self.values: Callable[[M], tuple[object, ...]] = attrgetter(*self.columns)
        """For these parameters."""
        self.into = f"INSERT INTO {model._meta.db_table} ({', '.join(self.columns)})"

    def sql(self, first: int = 1, rows: int = 1) -> str:
        """The INSERT, its parameters from `first` on; of one row FROM may follow, and RETURNING."""
        if rows == 1:
            return f"{self.into} SELECT {self._places(first)}"
        starts = range(first, first + rows * len(self.columns), len(self.columns))
        return f"{self.into} VALUES " + ", ".join(f"({self._places(start)})" for start in starts)

    def made(self, related: Mapping[str, Model] | None = None, **columns: object) -> M:
        """The row as it will be; what is not among the columns is null until then."""
        return _made(self._model, {**self._blank, **columns}, related)

    def _places(self, first: int) -> str:
        return ", ".join(f"${first + n}" for n in range(len(self.columns)))

    @cached_property
    def _blank(self) -> dict[str, object]:
        return dict.fromkeys(self._model._meta.fields_db_projection)


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

    def made(self, row: Any, **related: Model) -> M:
        """The model of a row, and models that it refers to."""
        values = dict(zip(self._names, self._picked(row), strict=True))
        for name, read in self._of_sqlite if type(row) is sqlite3.Row else self._of_any:
            if (value := values[name]) is not None:
                values[name] = read(value)
        return _made(self._model, values, related)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self._model._meta.fields_db_projection)

    @cached_property
    def _picked(self) -> Callable[[Any], Sequence[Any]]:
        names = self._model._meta.fields_db_projection.values()
        return itemgetter(*(f"{self._alias}_{one}" for one in names))

    @cached_property
    def _of_any(self) -> list[tuple[str, Reader]]:
        found = {name: getattr(self._field(name), "enum_type", None) for name in self._names}
        members = {name: {one.value: one for one in kind} for name, kind in found.items() if kind}
        return [(name, known.__getitem__) for name, known in members.items()]

    @cached_property
    def _of_sqlite(self) -> list[tuple[str, Reader]]:
        fields = [(name, self._field(name)) for name in self._names]
        otherwise = [
            (name, read)
            for name, field in fields
            for kind, read in _KEPT_OTHERWISE
            if isinstance(field, kind)
        ]
        return [*self._of_any, *otherwise]

    def _field(self, name: str) -> Any:
        return self._model._meta.fields_map[name]


def _made(model: type[M], values: Mapping[str, object], related: Mapping[str, Model] | None) -> M:
    # As Tortoise's own `construct`, which looks up what each field is, and every time.
    made = model.__new__(model)
    kept = made.__dict__
    kept.update(_OF_TORTOISE)
    kept["_await_when_save"] = {}
    kept.update(values)
    for name, one in (related or {}).items():
        kept[f"_{name}"] = one
    return made
