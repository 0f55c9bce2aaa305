"""A usual question to the endpoint in one go, where no layer around it has anything to say.

Whether one has depends on the head alone: it is found out once for requests of one connection in
the same words (see `usual.Head`), by asking the layers. What is refused by one of them, marked for
other origins or sent piece by piece goes through all, and so does every request that another
server than ours has read.
"""

import time
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog
from cross_web import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from server import logs
from server.http import admission, answers, fields, media
from server.http.cors import Cors
from server.http.fields import Question
from server.http.limits import Limits, TooMuch
from server.http.middleware import RequestLine, begin, crashed
from server.http.usual import PATH, lines
from server.view import View

Tell: TypeAlias = Callable[[int, bytes, bytes], Awaitable[None]]
_FOR_THE_LAYERS = ""
log = structlog.get_logger("server.request")


class Plain:
    """Stands before `RequestLine`, and does itself what that does."""

    def __init__(self, app: ASGIApp, view: View) -> None:
        assert isinstance(app, RequestLine)  # noqa: S101 # as they are put together
        self.line = app
        self.view = view
        self._limits = Limits(app, view.settings)
        self._cors = Cors(app, view.settings)
        self._marks = lines(app.marks)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """One request, or whatever else."""
        # Taken out, since it leads back to what this scope belongs to.
        tell: Tell | None = scope["state"].pop("tell", None) if "state" in scope else None
        if tell is None or self.line.stopping.begun:
            return self.line(scope, receive, send)
        question, found = Question(scope, receive), fields.of(scope)
        if found.plain is None:
            found.plain = self._form(question)
        if not found.plain:
            return self.line(scope, receive, send)
        question.media = found.plain
        return self._answer(question, tell)

    async def _answer(self, question: Question, tell: Tell) -> None:
        started, status = time.perf_counter(), None
        request_id = begin(question.scope)
        try:
            answer = await self._found(question, request_id)
            status = answer.status
            head = b"%bx-request-id: %b\r\n%b"
            marked = head % (lines(answer.headers), request_id.encode(), self._marks)
            await tell(status, marked, answer.body)
        finally:
            self.line.over(question.scope, status, started)

    async def _found(self, question: Question, request_id: str) -> answers.Answer:
        try:
            return answers.whole(await self.view.answer(question))
        except Exception as error:
            log.error("crashed", **logs.crash(error))
        except CancelledError:
            pass  # not done when its server has to end
        return answers.whole(crashed(request_id))

    def _form(self, question: Question) -> str:
        """The media type of its answer, unless a layer has something to say."""
        try:
            self._limits.admit(question.scope)
            question.media = media.chosen(question.headers)
            admission.admit(self.view.settings, question)
        except (TooMuch, HTTPException):
            return _FOR_THE_LAYERS
        marked = self._cors.origin(question.scope) or question.media == media.EVENTS
        is_for_us = question.scope["path"] == PATH and not marked
        return question.media or _FOR_THE_LAYERS if is_for_us else _FOR_THE_LAYERS
