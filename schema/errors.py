"""Problems as data: what a result union answers where the domain refused.

PROBLEMS is the one map from the domain's refusals to members of the unions. A mutation just lets
a refusal rise; the schema answers the member, in the language of the request.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

import strawberry

from models import errors
from models.errors import CodeHint
from schema import describe
from schema.context import Info
from schema.language import say
from schema.tickets import RecoveryTicket

describe.enum(
    CodeHint,
    "What is known of a code that was refused.",
    NONE="Nothing more.",
    ALREADY_USED="Right, but used before: wait for the next one.",
    CLOCK_OFF="Right for another time: the phone's clock is off by some minutes.",
)


@strawberry.interface
class Problem:
    """A problem the caller can act on. Every mutation's result union carries its problems as
    data."""

    message: str = strawberry.field(
        description="For people, in the request's language (Accept-Language: de, en, sv)."
    )


@strawberry.type
class InvalidCredentials(Problem):
    """E-mail or password is wrong; which of them is not said."""


@strawberry.type
class Throttled(Problem):
    """Too many attempts, or too much to do: nothing was looked at. Try again at `retryAt`."""

    retry_at: datetime


@strawberry.type
class ChallengeExpired(Problem):
    """The challenge or link is unknown, used up or too old: start again at login."""


@strawberry.type
class CodeRejected(Problem):
    """The code is wrong, was used already, or is outside its time window."""

    hint: CodeHint
    attempts_left: int = strawberry.field(description="How many more this challenge takes.")


@strawberry.type
class ReleaseCodeRejected(Problem):
    """The release code mailed after a reset is missing or wrong."""

    attempts_left: int = strawberry.field(description="How many more this challenge takes.")


@strawberry.type
class InvalidInput(Problem):
    """An input field was refused."""

    field: str = strawberry.field(description="Its name in the input, such as `newPassword`.")


@strawberry.type
class NotAllowed(Problem):
    """There is no session, or its role may not do this."""


@strawberry.type
class FactorSuspended(Problem):
    """The second factor was reported stolen or failed too often: only a reset granted by support
    brings it back."""


@strawberry.type
class StepUpRequired(Problem):
    """The session's last code is too long ago for this: confirm with stepUp, then repeat."""


@strawberry.type
class TicketConflict(Problem):
    """The ticket is not in a state that allows this; it is returned as it stands now."""

    ticket: RecoveryTicket


@strawberry.type
class TicketNotFound(Problem):
    """There is no ticket with this id."""


@dataclass(frozen=True)
class Answer:
    """How a refusal is told: Strawberry asks `handle` wherever a union has `error_type`."""

    exception_type: type[errors.Refusal]
    error_type: type[Problem]
    text: str = ""
    """What is said where the refusal itself bears no reason."""

    def handle(self, exception: errors.Refusal, *, field: object, info: Info) -> Problem:
        """The problem, which bears the refusal's own words: retry_at, attempts_left, …"""
        info.context.tally.problem(self.error_type.__name__)
        names = {field.name for field in dataclasses.fields(self.error_type)} - {"message"}
        words = {name: getattr(exception, name) for name in names}
        if isinstance(exception, errors.TicketConflict):
            words["ticket"] = RecoveryTicket.of(exception.ticket)
        return self.error_type(message=message_of(exception, info.context.origin.locale), **words)


PROBLEMS = (
    Answer(errors.InvalidInput, InvalidInput),
    Answer(errors.InvalidCredentials, InvalidCredentials, "E-mail or password is wrong."),
    Answer(errors.Throttled, Throttled, "Too many attempts. Please try again later."),
    Answer(errors.ChallengeExpired, ChallengeExpired, "This took too long or was used already."),
    Answer(errors.CodeRejected, CodeRejected),
    Answer(
        errors.ReleaseCodeRejected, ReleaseCodeRejected, "The release code is missing or wrong."
    ),
    Answer(errors.FactorSuspended, FactorSuspended, errors.Reason.FACTOR_SUSPENDED),
    Answer(errors.StepUpRequired, StepUpRequired, "Please enter a code of your app again first."),
    Answer(errors.NotAllowed, NotAllowed),
    Answer(errors.TicketConflict, TicketConflict, "The ticket is not in a state that allows this."),
    Answer(errors.TicketNotFound, TicketNotFound, "There is no such ticket."),
)

TEXTS = {answer.exception_type: answer.text for answer in PROBLEMS}

HINTS = {
    CodeHint.NONE: "This code is wrong.",
    CodeHint.ALREADY_USED: "This code was used already. Please wait for the next one.",
    CodeHint.CLOCK_OFF: "This code is right for another time. Please set your phone's clock.",
}


def message_of(refusal: errors.Refusal, locale: str) -> str:
    """Why, in that language."""
    match refusal:
        case errors.InvalidInput():
            return say(locale, refusal.reason, **refusal.params)
        case errors.NotAllowed():
            return say(locale, refusal.reason)
        case errors.CodeRejected():
            return say(locale, HINTS[refusal.hint])
    return say(locale, TEXTS[type(refusal)])
