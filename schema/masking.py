"""What may leave the house when something breaks.

A request that was put wrongly is told so. A crash is told as a crash, with the request's id and
nothing else; the log has where it happened under the same id, and never what was in it, since
messages of exceptions quote what they choke on.
"""

import re
import traceback

import structlog
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from models.errors import ArgumentMalformed, CursorExpired, Refusal
from schema import ids
from schema.context import Context
from schema.errors import message_of

MESSAGE = "Something went wrong."
UNFIT = "UNFIT"
# Errors quote what was sent: enough to find the mistake, too little to fill a line.
MOST_CHARACTERS = 300

_SUGGESTION = re.compile(r" Did you mean [^?]*\?")

_log = structlog.get_logger()


def told(error: GraphQLError, context: Context | None) -> GraphQLError:
    """The error as the client may see it; it is counted, and a crash is logged."""
    shown = _shown(error, context)
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


def log(crash: Exception, request_id: str) -> None:
    """One entry: which exceptions, and where, innermost last."""
    _log.error(
        "crash",
        request_id=request_id,
        error=" from ".join(type(one).__name__ for one in _chain(crash)),
        frames=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(crash.__traceback__)
        ],
    )


def _shown(error: GraphQLError, context: Context | None) -> GraphQLError:
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
            request_id = context.request_id if context else ""
            log(crash, request_id)
            extensions = {"code": "INTERNAL", "requestId": request_id}
            return _placed(GraphQLError(MESSAGE, extensions=extensions), error)


def _chain(crash: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while crash is not None and crash not in chain:
        chain.append(crash)
        crash = crash.__cause__ or crash.__context__
    return chain


def _placed(error: GraphQLError, at: GraphQLError) -> GraphQLError:
    return GraphQLError(error.message, at.nodes, path=at.path, extensions=error.extensions)
