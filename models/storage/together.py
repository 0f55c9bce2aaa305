"""Rows of several models, written at once: in one statement on PostgreSQL, in few on SQLite."""

from itertools import groupby
from typing import Any

from tortoise.models import Model

from models.storage import database
from models.storage.rows import Insertion
from models.storage.statement import Statement


class Together:
    """What is written at once: an insertion for each row, in their order; a model's in a row."""

    def __init__(self, *insertions: Insertion[Any]) -> None:
        self._insertions = insertions
        texts: list[str] = []
        first = 1
        for insertion, each in groupby(insertions):
            rows = len(list(each))
            texts.append(insertion.sql(first, rows))
            first += rows * len(insertion.columns)
        *others, last = texts
        parts = ", ".join(f"part_{n} AS ({text})" for n, text in enumerate(others))
        self._statements = {
            "postgres": [Statement(f"WITH {parts} {last}" if parts else last)],
            "sqlite": [Statement(text) for text in texts],
        }

    async def write(self, *rows: Model) -> None:
        """Write these rows, inside the transaction that they belong to."""
        values: list[object] = []
        for insertion, row in zip(self._insertions, rows, strict=True):
            values += insertion.values(row)
        for statement in self._statements[database.dialect()]:
            await statement.rows(*values)
