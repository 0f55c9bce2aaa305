"""The smallest query, `{ __typename }`, over 16 connections that are kept alive.

Ours is asked by text and by the document's name. Plain Starlette reads the same JSON and answers
the same; it listens as ours does (bounded headers and waits, by h11), and as uvicorn comes.
graphql-yoga and Strawberry are set up as their documentation begins.
"""

import hashlib
import json
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import rivals, serving
from tests.benchmarks.frame import Figure
from tests.benchmarks.rivals import Rival

_QUERY = "{ __typename }"
_NAME = f"sha256:{hashlib.sha256(_QUERY.encode()).hexdigest()}"
_ASKED = {"query": _QUERY}


def run(rounds: int) -> list[Figure]:
    """Answers per second, by text and by name, and those of each yardstick."""
    with ExitStack() as stack:
        given = stack.enter_context(serving.data())
        documents = _documents(given.folder)
        place = stack.enter_context(serving.ours(given, DOCUMENTS_FILE=str(documents)))
        by_text = Rival("ours by text", place, _ASKED)
        by_name = Rival("ours by name", place, {"documentId": _NAME})
        starlette, yoga, *known = [
            Rival(name, stack.enter_context(started), _ASKED)
            for name, started in (
                (
                    "plain Starlette, listening as ours",
                    serving.yardstick("starlette_query", "--as-ours"),
                ),
                ("graphql-yoga", serving.peer("yoga")),
                ("plain Starlette as uvicorn comes", serving.yardstick("starlette_query")),
                ("Strawberry as it comes", serving.yardstick("strawberry_query")),
            )
        ]
        everybody = [by_text, by_name, starlette, yoga, *known]
        rivals.compete(everybody, {"__typename": "Query"}, rounds)
    return [
        rivals.compared("smallest query", by_text, starlette, None),
        rivals.compared("smallest query", by_text, yoga, 2.5),
        rivals.compared("smallest query", by_text, known[0], 0.6),
        rivals.compared("smallest query", by_text, known[1], None),
        rivals.compared("smallest query by its name", by_name, known[0], 0.6),
        rivals.compared("smallest query by its name", by_name, yoga, 2.5),
    ]


def _documents(folder: Path) -> Path:
    file = folder / "documents.json"
    file.write_text(json.dumps({_NAME: _QUERY}), "utf-8")
    return file
