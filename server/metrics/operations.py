"""Operations by their names in the contract; whatever else is asked is `other`.

A name that a client made up never becomes a label.
"""

from graphql import GraphQLError
from strawberry.types.graphql import OperationType

from models.tally import Tally
from schema import Documents, Schema
from schema.plans import Plan

OTHER = "other"


class Operations:
    """A tally for each operation of the contract, and one for the rest."""

    def __init__(self, documents: Documents) -> None:
        self.other = _begun(OTHER)
        self.by_name: dict[str, Tally] = {OTHER: self.other}
        self._known: dict[tuple[str | None, str | None], Tally] = {}
        for text, plan in documents.plans.items():
            self._learn(text, plan)

    def of(self, text: str | None, name: str | None) -> Tally:
        """Where to count an operation: by its document and the name that was asked for."""
        found = self._known.get((text, name))
        if found is not None:
            return found
        # Whoever writes documents of their own, in the contract's names.
        return self.by_name.get(name or "", self.other)

    def _learn(self, text: str, plan: Plan) -> None:
        for name in plan.kinds:
            if name is not None:
                self._known[text, name] = self.by_name.setdefault(name, _begun(name))
        if None in plan.kinds:
            only = next((name for name in plan.kinds if name), None)
            self._known[text, None] = self.by_name[only or OTHER]


def _begun(name: str) -> Tally:
    """Crashes, and a database that is away, begin at none: what watches them sees the first."""
    begun = Tally(name)
    begun.problems.update(INTERNAL=0, UNAVAILABLE=0)
    return begun


def is_lasting(schema: Schema, text: str, name: str | None) -> bool:
    """Whether this is watched, not answered: then its time says nothing."""
    try:
        return schema.plan(text).kinds.get(name) == OperationType.SUBSCRIPTION
    except GraphQLError:
        return False  # It is answered: by what is wrong with it.
