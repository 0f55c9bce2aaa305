"""The operation files of the contract, as clients ship them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, parse

_CONTRACT = Path(__file__).parents[2] / "frontend-contract"
_FOLDER = _CONTRACT / "operations"


@dataclass(frozen=True)
class Operation:
    """One file: its document, its only root field, its variables."""

    name: str
    document: str
    field: str
    variables: tuple[str, ...]

    @property
    def trusted_id(self) -> str:
        """The id of the document that apps send in its place."""
        (found,) = (one for one, name in trusted().items() if name == self.name)
        return found

    def payload(self, variables: dict[str, Any]) -> dict[str, Any]:
        """What is sent. An operation of one variable `input` takes the input's fields by name."""
        if self.variables == ("input",) and "input" not in variables:
            variables = {"input": variables}
        unknown = set(variables) - set(self.variables)
        assert not unknown, f"{self.name} has no variable {', '.join(sorted(unknown))}"
        return {"query": self.document, "operationName": self.name, "variables": variables}


@cache
def operation(name: str) -> Operation:
    """The operation of `frontend-contract/operations/<name>.graphql`."""
    document = (_FOLDER / f"{name}.graphql").read_text("utf-8")
    (definition,) = (
        node for node in parse(document).definitions if isinstance(node, OperationDefinitionNode)
    )
    (field,) = definition.selection_set.selections
    assert isinstance(field, FieldNode)
    variables = tuple(one.variable.name.value for one in definition.variable_definitions or ())
    return Operation(name, document, (field.alias or field.name).value, variables)


@cache
def trusted() -> dict[str, str]:
    """The names of the operations that apps ask for, by the ids of their documents."""
    texts = json.loads((_CONTRACT / "trusted-documents.json").read_text("utf-8"))
    return {one: text.split("(")[0].split()[1] for one, text in texts.items()}
