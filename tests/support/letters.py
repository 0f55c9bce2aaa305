"""One letter of each kind, as the outbox hands it over."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from models.mail import Kind, Letter
from models.policy import Policy

AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
IP = "203.0.113.7"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CODE = "7K3M-Q94T-XW2P"
REFERENCE = "R-7QK4M2"
_TOKEN = "hZ1w0b6oT8yQm3vJx5Rk9dLs2NfCg7PaUeIiVtYzXoE"


def letter(
    policy: Policy,
    kind: Kind,
    locale: str = "en",
    **changes: str,
) -> Letter:
    """A letter that is tried for the first time; `changes` are of what it tells."""
    return Letter(
        id=uuid4(),
        kind=kind,
        locale=locale,
        to="ada@example.com",
        params=_params(policy, kind) | changes,
        written_at=AT,
        attempts=1,
    )


def _params(policy: Policy, kind: Kind) -> dict[str, str]:
    at = AT.isoformat()
    match kind:
        case Kind.REGISTERED | Kind.REGISTERED_AGAIN:
            return {"link": policy.link("not-me", _TOKEN)}
        case Kind.SECOND_FACTOR_CONFIRMED:
            return {"at": at, "ip": IP, "user_agent": AGENT}
        case Kind.SECOND_FACTOR_SUSPENDED | Kind.ACCOUNT_CLOSED | Kind.ACCOUNT_ENABLED:
            return {"at": at}
        case Kind.PASSWORD_CHANGED:
            return {"at": at, "ip": IP}
        case Kind.RESET_REQUESTED:
            return _requested(policy)
        case Kind.RESET_APPROVED:
            return {
                "reference": REFERENCE,
                "release_code": CODE,
                "expires_at": (AT + timedelta(hours=24)).isoformat(),
                "cancel_link": policy.link("cancel", _TOKEN),
            }
        case Kind.RESET_REJECTED:
            return {"reference": REFERENCE}
        case Kind.RESET_CANCELLED:
            return {"reference": REFERENCE, "by": "SIGN_IN"}


def _requested(policy: Policy) -> dict[str, str]:
    return {
        "reference": REFERENCE,
        "reason": "PHONE_LOST",
        "at": AT.isoformat(),
        "ip": IP,
        "user_agent": AGENT,
        "due_at": (AT + timedelta(days=3)).isoformat(),
        "confirm_link": policy.link("confirm", _TOKEN),
        "cancel_link": policy.link("cancel", _TOKEN),
    }
