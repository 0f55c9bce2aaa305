"""What was acknowledged, and what may have happened unheard."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """Kept by those who ask, and compared with the tables in the end."""

    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Answered problems, by their type."""
    unanswered: Counter[str] = field(default_factory=Counter)
    """Requests of which nobody knows what became, by what was said instead."""
    during: str = "calm"
    """The trouble that there is just now."""
    waits: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds of the longest wait for an answer, by the trouble that it began in."""

    accounts: set[str] = field(default_factory=set)
    """Addresses that were registered."""
    enrolled: set[str] = field(default_factory=set)
    """Addresses with a second factor, from the first acknowledgement on."""
    sessions: dict[str, str] = field(default_factory=dict)
    """Ids of sessions, and whose they are."""
    tickets: dict[str, str] = field(default_factory=dict)
    """References, and whose they are."""
    notes: set[str] = field(default_factory=set)
    """Texts, each unlike any other."""
    decisions: dict[str, str] = field(default_factory=dict)
    """Ids of tickets, and the state that was answered."""
    approved: set[str] = field(default_factory=set)
    """Addresses that may have been sent a release code."""
    claims: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often who claimed which ticket."""
    mails: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By address: what its owner must have been told of."""

    sent: Counter[str] = field(default_factory=Counter)
    """How often something unlike any other was sent: once each, acknowledged or not."""
    wrong: list[str] = field(default_factory=list)
    """Answers that must not have been given."""

    def told(self, email: str, what: str) -> None:
        """The owner of this address is to get a mail."""
        self.mails[email].add(what)

    @property
    def acknowledged(self) -> int:
        """Changes that may not be lost."""
        kept = (self.accounts, self.enrolled, self.sessions, self.tickets, self.notes,
                self.decisions)  # fmt: skip
        return sum(len(one) for one in kept) + self.claims.total()
