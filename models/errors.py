"""Every refusal the domain can give.

Refusal                     the caller can act on it; answered as a member of a result union
├── InvalidInput            a field was refused (field, reason)
├── InvalidCredentials      e-mail or password is wrong
├── Throttled               too many attempts (retry_at)
├── ChallengeExpired        unknown, used up or too old
├── CodeRejected            wrong, used, or of another time (hint, attempts_left)
├── ReleaseCodeRejected     missing or wrong (attempts_left)
├── FactorSuspended         only a reset brings the second factor back
├── StepUpRequired          the session's last code is too long ago
├── NotAllowed              no session, or its role may not do this (reason)
├── TicketConflict          the ticket's state does not allow it (ticket)
└── TicketNotFound
QueryError                  a question that cannot be answered as it was put
├── ArgumentMalformed       (argument)
└── CursorExpired           foreign, ahead of the stream, or purged: take a new snapshot
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.reset.ticket import RecoveryTicket


class CodeHint(StrEnum):
    """What a rejected code is otherwise."""

    NONE = "NONE"
    ALREADY_USED = "ALREADY_USED"
    CLOCK_OFF = "CLOCK_OFF"


class Reason(StrEnum):
    """Why something was refused, in English; the text is also the key of its translations."""

    EMPTY = "Please fill in this field."
    TOO_LONG = "At most %(limit)s characters are possible here."
    CHARACTERS = "This contains characters that are not possible here."
    EMAIL = "This is not an e-mail address."
    PASSWORD_SHORT = "A password has at least %(limit)s characters."
    PASSWORD_LONG = "A password has at most %(limit)s bytes."
    PASSWORD_COMMON = "This password is on a list of common passwords. Please choose another."
    PASSWORD_PERSONAL = "This password is too close to your address or to the product's name."
    DELIVERY = "No cookie can be set here: ask for BEARER, or send this by HTTP."
    EVIDENCE_UNMATCHED = "Only what was matched on this ticket can be what the decision rests on."
    EVIDENCE_WEAK = "A serial number or a call back must be among what was checked."
    EVIDENCE_KIND = "Agents record call backs; the other kinds are found out by the server."

    NO_SESSION = "Please sign in."
    NO_FACTOR = "Please set up your authenticator app first."
    ROLE = "Your role may not do this."
    OWN_TICKET = "Nobody decides on their own request."
    STAFF_TICKET = "Requests of support staff are decided by a supervisor."
    APPROVALS = "You have approved as many requests as an hour allows. Please try again later."
    FOLLOW_ONLY = "This receipt can follow the request, but not cancel it."
    DECIDED = "This request has been decided already."
    FACTOR_SUSPENDED = "Your second factor is suspended: only a reset brings it back."


class Refusal(Exception):
    """A problem the caller can act on."""


class InvalidInput(Refusal):
    """Raised when a field of the input cannot be taken; `field` is its name in the API."""

    def __init__(self, field: str, reason: Reason, **params: object) -> None:
        super().__init__(field, reason.name)
        self.field = field
        self.reason = reason
        self.params = params


class InvalidCredentials(Refusal):
    """Raised when e-mail and password do not belong together; which is wrong is not said."""


class Throttled(Refusal):
    """Raised when there were too many attempts; `retry_at` is when the next one is looked at."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__()
        self.retry_at = retry_at


class ChallengeExpired(Refusal):
    """Raised when a challenge or a link is unknown, used up, outdated or somebody else's."""


class CodeRejected(Refusal):
    """Raised when a six-digit code does not sign in."""

    def __init__(self, hint: CodeHint, attempts_left: int) -> None:
        super().__init__(hint.name)
        self.hint = hint
        self.attempts_left = attempts_left


class ReleaseCodeRejected(Refusal):
    """Raised when the mailed release code is missing or wrong."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__()
        self.attempts_left = attempts_left


class FactorSuspended(Refusal):
    """Raised for every code while the second factor is suspended."""


class StepUpRequired(Refusal):
    """Raised when the session's last code is older than what is asked for allows."""


class NotAllowed(Refusal):
    """Raised when there is no session, or it may not do this."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


class TicketConflict(Refusal):
    """Raised when the ticket's state does not allow this; carries it as it stands now."""

    def __init__(self, ticket: "RecoveryTicket") -> None:
        super().__init__()
        self.ticket = ticket


class TicketNotFound(Refusal):
    """Raised when there is no such ticket."""


class AddressTaken(Exception):
    """Raised to operators only: an account with this address exists."""


class NothingToReset(Exception):
    """Raised to operators only: the account has no second factor, or is disabled."""


class QueryError(Exception):
    """A question that cannot be answered as it was put."""


class ArgumentMalformed(QueryError):
    """Raised when an argument, such as a cursor, is not of the form this server gave out."""

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self.argument = argument


class CursorExpired(QueryError):
    """Raised when a position in the event stream cannot be resumed: take a new snapshot."""
