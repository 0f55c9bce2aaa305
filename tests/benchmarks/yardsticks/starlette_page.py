"""Plain Starlette: a page of rows in memory, written as JSON anew for each request."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.benchmarks.yardsticks import listening, tickets
from tests.benchmarks.yardsticks.tickets import Account, Agent, Page, Ticket


def told(page: Page) -> dict[str, Any]:
    """The page as the contract tells it."""
    now = datetime.now(UTC)
    return {
        "edges": [{"cursor": one.cursor, "node": _ticket(one, now)} for one in page.tickets],
        "pageInfo": {
            "hasNextPage": page.has_next,
            "hasPreviousPage": page.has_previous,
            "startCursor": page.tickets[0].cursor if page.tickets else None,
            "endCursor": page.tickets[-1].cursor if page.tickets else None,
        },
        "eventCursor": page.event_cursor,
    }


def _ticket(one: Ticket, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "reference": one.reference,
        "state": one.state,
        "account": _account(one.account),
        "reason": one.reason,
        "submittedAt": one.submitted_at.isoformat(),
        "dueAt": one.due_at.isoformat(),
        "overdue": one.decided_at is None and one.due_at < now,
        "claimedBy": _agent(one.claimed_by),
        "claimExpiresAt": _instant(one.claim_expires_at),
        "decidedBy": _agent(one.decided_by),
        "decidedAt": _instant(one.decided_at),
        "evidence": [
            {"kind": found.kind, "outcome": found.outcome, "detail": found.detail}
            for found in one.evidence
        ],
    }


def _account(one: Account) -> dict[str, Any]:
    return {
        "id": one.id,
        "email": one.email,
        "registeredAt": one.registered_at.isoformat(),
        "lastSignInAt": _instant(one.last_sign_in_at),
        "deviceCount": one.device_count,
        "staff": one.staff,
    }


def _agent(one: Agent | None) -> dict[str, str] | None:
    return {"id": one.id, "email": one.email} if one else None


def _instant(one: datetime | None) -> str | None:
    return one.isoformat() if one else None


if __name__ == "__main__":
    parser = listening.arguments()
    parser.add_argument("rows", type=Path)
    given = parser.parse_args()
    page = tickets.read(given.rows)

    async def graphql(request: Request) -> Response:
        """What a page of the queue is answered."""
        await request.json()
        return JSONResponse({"data": {"recoveryQueue": told(page)}})

    app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
    listening.serve(app, given)
