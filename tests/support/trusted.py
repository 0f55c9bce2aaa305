"""The contract's documents by name, as its own clients ask for them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, parse

from tests.support.served import Running

FILE = Path(__file__).parents[2] / "frontend-contract" / "trusted-documents.json"


@cache
def documents() -> dict[str, tuple[str, str]]:
    """Per operation: the document's identifier, `sha256:` and hex, and its text."""
    found = json.loads(FILE.read_text("utf-8"))
    return {_operation(text): (identifier, text) for identifier, text in found.items()}


def identifier(name: str) -> str:
    """The identifier of the document that holds this operation."""
    return documents()[name][0]


def text(name: str) -> str:
    """The document that holds this operation, to the letter."""
    return documents()[name][1]


def by_id(name: str, **variables: Any) -> dict[str, Any]:
    """What is sent for it: a persisted document request of GraphQL over HTTP."""
    return {"documentId": identifier(name), "variables": variables}


def by_hash(name: str, **variables: Any) -> dict[str, Any]:
    """The same as Apollo's clients send it."""
    return {"variables": variables, "extensions": persisted(identifier(name)[len("sha256:") :])}


def persisted(hash: object, version: object = 1) -> dict[str, Any]:
    """Apollo's extension."""
    return {"persistedQuery": {"version": version, "sha256Hash": hash}}


async def followed(place: Running, payload: dict[str, Any]) -> list[str]:
    """Everything that a stream of events says until it ends."""
    headers = {"accept": "text/event-stream"}
    response = await place.program().http.post("/graphql", json=payload, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    return [line for line in response.text.splitlines() if line and not line.startswith(":")]


def code_of(answer: dict[str, Any]) -> str:
    """The code of an answer that is one error."""
    assert answer.get("data") is None
    (error,) = answer["errors"]
    return str(error["extensions"]["code"])


def _operation(text: str) -> str:
    (name,) = (
        one.name.value
        for one in parse(text).definitions
        if isinstance(one, OperationDefinitionNode) and one.name
    )
    return name
