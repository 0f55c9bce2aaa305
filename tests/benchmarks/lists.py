"""A page of 50 tickets with account, evidence and claim: what the desk asks for, rows in memory.

No side reads a database: ours keeps what its models read once, and the tables are taken away
before it is measured. The others hold the rows that ours told, and must answer the same data.
Plain Starlette writes them as JSON anew for each request; mercurius has them as
ready objects under our own SDL; Strawberry has the same types, as its guide would write them.
"""

import asyncio
import json
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from tests.benchmarks import desk, rivals, serving
from tests.benchmarks.frame import Figure
from tests.benchmarks.rivals import Rival
from tests.benchmarks.serving import Data, Place
from tests.support.operations import operation

_WHAT = f"page of {desk.PAGE} tickets"
_SDL = serving.ROOT / "frontend-contract" / "schema.graphql"
_TABLES = ("session", "account", "device", "evidence")
_ASKED = operation("RecoveryQueue").payload({"first": desk.PAGE, "orderBy": "DUE_FIRST"})


def run(rounds: int) -> list[Figure]:
    """Answers per second, and those of each yardstick."""
    with ExitStack() as stack:
        given = stack.enter_context(serving.data())
        headers = {"authorization": f"Bearer {asyncio.run(desk.fill(given))}"}
        place = stack.enter_context(serving.ours(given, hook="tests.benchmarks.in_memory"))
        data = _remembered(given, place, headers)
        file = _written(given.folder, data["recoveryQueue"])
        ours = Rival("ours", place, _ASKED, headers)
        others = [
            Rival(name, stack.enter_context(started), _ASKED)
            for name, started in (
                (
                    "plain Starlette, listening as ours",
                    serving.yardstick("starlette_page", "--as-ours", file),
                ),
                ("mercurius without JIT", serving.peer("mercurius", str(_SDL), file)),
                ("Strawberry as it comes", serving.yardstick("strawberry_page", file)),
                ("plain Starlette as uvicorn comes", serving.yardstick("starlette_page", file)),
                ("mercurius with JIT", serving.peer("mercurius", str(_SDL), file, "jit")),
            )
        ]
        rivals.compete([ours, *others], data, rounds)
    wanted = [None, 1.2, 12.0, 0.6, None]
    return [
        rivals.compared(_WHAT, ours, one, target)
        for one, target in zip(others, wanted, strict=True)
    ]


def _remembered(given: Data, place: Place, headers: dict[str, str]) -> dict[str, Any]:
    """What ours answers, once read; from then on the tables are out of its reach."""
    said = json.loads(serving.ask(f"{place.url}/graphql", _ASKED, headers))
    assert len(said["data"]["recoveryQueue"]["edges"]) == desk.PAGE
    with closing(sqlite3.connect(given.url.removeprefix("sqlite://"), timeout=30)) as database:
        for table in _TABLES:
            database.execute(f"ALTER TABLE {table} RENAME TO {table}_taken_away")
        database.commit()
    return dict(said["data"])


def _written(folder: Path, page: object) -> str:
    file = folder / "page.json"
    file.write_text(json.dumps(page), "utf-8")
    return str(file)
