"""The rows of a page in memory, for yardsticks in Python: as a database layer would give them."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Agent:
    """One of the staff."""

    id: str
    email: str


@dataclass(frozen=True)
class Account:
    """Whose ticket it is."""

    id: str
    email: str
    registered_at: datetime
    last_sign_in_at: datetime | None
    device_count: int
    staff: bool


@dataclass(frozen=True)
class Evidence:
    """What was found out."""

    kind: str
    outcome: str
    detail: str


@dataclass(frozen=True)
class Ticket:
    """One row."""

    id: str
    cursor: str
    reference: str
    state: str
    reason: str
    submitted_at: datetime
    due_at: datetime
    account: Account
    claimed_by: Agent | None
    claim_expires_at: datetime | None
    decided_by: Agent | None
    decided_at: datetime | None
    evidence: list[Evidence]


@dataclass(frozen=True)
class Page:
    """Some rows, and how the list goes on."""

    tickets: list[Ticket]
    has_next: bool
    has_previous: bool
    event_cursor: str


def read(file: Path) -> Page:
    """The page that is told as JSON, in the words of the contract, by that file."""
    told = json.loads(file.read_text("utf-8"))
    info = told["pageInfo"]
    return Page(
        [_ticket(edge["cursor"], edge["node"]) for edge in told["edges"]],
        info["hasNextPage"],
        info["hasPreviousPage"],
        told["eventCursor"],
    )


def _ticket(cursor: str, told: dict[str, Any]) -> Ticket:
    return Ticket(
        id=told["id"],
        cursor=cursor,
        reference=told["reference"],
        state=told["state"],
        reason=told["reason"],
        submitted_at=datetime.fromisoformat(told["submittedAt"]),
        due_at=datetime.fromisoformat(told["dueAt"]),
        account=_account(told["account"]),
        claimed_by=Agent(**told["claimedBy"]) if told["claimedBy"] else None,
        claim_expires_at=_instant(told["claimExpiresAt"]),
        decided_by=Agent(**told["decidedBy"]) if told["decidedBy"] else None,
        decided_at=_instant(told["decidedAt"]),
        evidence=[Evidence(**one) for one in told["evidence"]],
    )


def _account(told: dict[str, Any]) -> Account:
    return Account(
        id=told["id"],
        email=told["email"],
        registered_at=datetime.fromisoformat(told["registeredAt"]),
        last_sign_in_at=_instant(told["lastSignInAt"]),
        device_count=told["deviceCount"],
        staff=told["staff"],
    )


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
