"""What was found out about who is asking."""

from collections.abc import Callable, Sequence
from functools import cache

import strawberry

from models.dashboard import listed
from models.reset import evidence
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from schema import describe
from schema.language import say

describe.enum(
    EvidenceKind,
    "What speaks for the one who asks.",
    DEVICE_SERIAL="A serial number given in the form against the account's registered units.",
    MAILBOX="The customer opened the link mailed to the account's address.",
    KNOWN_NETWORK="The request's network was seen at an earlier full sign-in.",
    PASSWORD_AGE="No password change shortly before the request.",  # noqa: S106 -- no password
    CALLBACK="The agent called back on a number known before the request. "
    "Only an agent can say so.",
)
describe.enum(
    EvidenceOutcome,
    "What came of looking.",
    MATCHED="It speaks for them.",
    MISMATCHED="It speaks against them.",
    UNKNOWN="It could not be told.",
)


@strawberry.type
class Evidence:
    """One thing that was found out about who is asking."""

    kind: EvidenceKind
    outcome: EvidenceOutcome
    detail: str = strawberry.field(
        description="For people: what was compared, or an agent's words."
    )

    @classmethod
    def of(cls, row: evidence.Evidence | listed.Finding, locale: str) -> "Evidence":
        """As the API shows it in that language."""
        return cls(kind=row.kind, outcome=row.outcome, detail=say(locale, row.detail))


def shown_in(locale: str) -> Callable[[Sequence[listed.Finding]], list[Evidence]]:
    """How the evidence of many tickets is shown: what is the same, once."""
    one = cache(lambda finding: Evidence.of(finding, locale))
    known: dict[int, list[Evidence]] = {}

    def shown(findings: Sequence[listed.Finding]) -> list[Evidence]:
        if id(findings) not in known:
            known[id(findings)] = list(map(one, findings))
        return known[id(findings)]

    return shown
