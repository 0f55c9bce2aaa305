"""What may leave the house when something breaks.

A request that was put wrongly is told so. A crash is told as a crash, with the request's id and
nothing else; the log has where it happened under the same id, and never what was in it, since
messages of exceptions quote what they choke on. A database that is away is told as what it is:
the server's trouble, which passes.
"""

import re
import traceback

import structlog
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from models.errors import ArgumentMalformed, CursorExpired, Refusal
from models.storage import away
from schema import ids
from schema.context import Context
from schema.errors import message_of
from schema.language import say

MESSAGE = "Something went wrong."
UNFIT = "UNFIT"
UNAVAILABLE = "UNAVAILABLE"
# Errors quote what was sent: enough to find the mistake, too little to fill a line.
MOST_CHARACTERS = 300

_SUGGESTION = re.compile(r" Did you mean [^?]*\?")

_log = structlog.get_logger()


def told(error: GraphQLError, context: Context | None, is_change: bool = False) -> GraphQLError:
    """The error as the client may see it; it is counted, and a crash is logged.

    `is_change`: a mutation was under way.
    """
    shown = _shown(error, context, is_change)
    if context:
        context.tally.problem(code_of(shown))
    return shown


def code_of(error: GraphQLError) -> str:
    """What kind of error it is: its code, which only we write; without one it was put wrongly."""
    return str((error.extensions or {}).get("code", UNFIT))


def refused(refusal: Refusal, context: Context | None) -> GraphQLError:
    """The error of a refusal where no union can carry it."""
    message = message_of(refusal, context.origin.locale if context else "en")
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})


def expired() -> GraphQLError:
    """The error of a cursor from which the stream cannot go on."""
    message = "The stream cannot go on from this cursor: take a new snapshot."
    return GraphQLError(message, extensions={"code": "CURSOR_EXPIRED"})


def unavailable(
    error: Exception, locale: str, request_id: str, is_change: bool = False
) -> GraphQLError:
    """The error where the database is away, with one line in the log.

    `is_change`: a mutation was under way, of which nobody knows how far it came.
    """
    log_away(error, request_id)
    text = say(
        locale, "The server cannot reach its data at the moment. Please try again in a minute."
    )
    if is_change:
        text = say(
            locale,
            "The server could not reach its data, so it is not known whether this was done. "
            "Please look, and try again in a minute.",
        )
    return GraphQLError(text, extensions={"code": UNAVAILABLE, "requestId": request_id})


def log_away(error: Exception, request_id: str) -> None:
    """One line: a stack would only say where it was noticed."""
    _log.warning("database away", request_id=request_id, error=_named(error))


def log(crash: Exception, request_id: str) -> None:
    """One entry: which exceptions, and where, innermost last."""
    _log.error(
        "crash",
        request_id=request_id,
        error=_named(crash),
        frames=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(crash.__traceback__)
        ],
    )


def _shown(error: GraphQLError, context: Context | None, is_change: bool) -> GraphQLError:
    error.message = _SUGGESTION.sub("", error.message[:MOST_CHARACTERS])
    match error.original_error:
        case None | GraphQLError():
            return error
        case MissingQueryError() | CannotGetOperationTypeError() | InvalidOperationTypeError():
            return error
        case ArgumentMalformed(argument=argument):
            return _placed(ids.malformed(argument), error)
        case CursorExpired():
            return _placed(expired(), error)
        case Refusal() as refusal:
            return _placed(refused(refusal, context), error)
        case crash:
            return _placed(_failed(crash, context, is_change), error)


def _failed(crash: Exception, context: Context | None, is_change: bool) -> GraphQLError:
    request_id = context.request_id if context else ""
    if away.is_away(crash):
        locale = context.origin.locale if context else "en"
        return unavailable(crash, locale, request_id, is_change)
    log(crash, request_id)
    return GraphQLError(MESSAGE, extensions={"code": "INTERNAL", "requestId": request_id})


def _named(error: BaseException) -> str:
    return " from ".join(type(one).__name__ for one in _chain(error))


def _chain(crash: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while crash is not None and crash not in chain:
        chain.append(crash)
        crash = crash.__cause__ or crash.__context__
    return chain


def _placed(error: GraphQLError, at: GraphQLError) -> GraphQLError:
    return GraphQLError(error.message, at.nodes, path=at.path, extensions=error.extensions)
