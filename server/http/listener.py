"""HTTP as uvicorn speaks it, and more: bounded headers, bounded waits, refusals in our own form.

uvicorn has no deadline for headers or for a client that does not read, and answers rubbish itself.
The usual request goes a short way (see `usual`), all others through h11.
"""

import asyncio
import sys
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from server.http import usual
from server.http.usual import Head, Heads, Usual
from server.http.wire import HEADERS, NO_HTTP, Unread, told

HEADER_SECONDS = 10.0
# How long an idle connection stays when the server ends. A proxy lets go of its own before.
LINGER_SECONDS = 3
_AGAIN_SECONDS = 0.1
_WORDS = {
    400: NO_HTTP,
    408: "The headers took too long.",
    431: "Headers hold at most 16 kB, in 100 lines.",
}


class Listener(Unread, H11Protocol):
    """HTTP. Headers come within 10 s, or the connection ends."""

    _deadline: asyncio.TimerHandle | None = None
    _idle_since = 0.0
    # What came while a usual request was being answered.
    _later = b""
    # Whether h11 has seen nothing since it was last found to hold no part of a request.
    _is_clean = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there."""
        super().connection_made(transport)
        self._heads = Heads()
        self._idle_since = self.loop.time()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Some more of a request, or all of it."""
        if self._is_busy():
            self._later += data
            self.flow.pause_reading()
        elif self._is_between() and (head := self._heads.of(data)):
            self._begin(head, data[len(head.raw) :])
        else:
            self._is_clean = False
            super().data_received(data)
            self._watch()

    def on_response_complete(self) -> None:
        """The next request may come."""
        self._idle_since = self.loop.time()
        super().on_response_complete()
        self._watch()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing has come for a while: usual requests do not wind up the clock each time."""
        self.timeout_keep_alive_task = None
        due = self._idle_since + self.timeout_keep_alive
        if self._is_busy():
            return
        if self.loop.time() < due:
            self._wind(due)
        else:
            super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        """The server ends: what is under way is finished, a stream says that it is to be resumed.

        After SIGTERM a request may be on its way that a proxy sent before it could know: looked at
        again and again, since it may be for a stream or a socket.
        """
        at: Any = self.transport.get_protocol()
        if self.transport.is_closing():
            return
        if at is not self:
            at.shutdown()
            return
        if self.cycle is not None and not self.cycle.response_complete:
            super().shutdown()
            if stream := self.cycle.scope["state"].get("stream"):
                stream.leave()
        elif self.app_state["stopping"].begun:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive = LINGER_SECONDS
            self._wind(self._idle_since + LINGER_SECONDS)
        else:
            super().shutdown()
        self.loop.call_later(_AGAIN_SECONDS, self.shutdown)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._forget()
        super().connection_lost(exc)

    def _should_upgrade(self) -> bool:
        # RFC 9110 §7.8: an upgrade in HTTP/1.0 is not there. uvicorn would call it 1.1.
        return self.scope["http_version"] == "1.1" and super()._should_upgrade()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Another protocol takes over."""
        self._forget()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP."""
        # uvicorn calls this from where it caught the exception, and drops it.
        status = getattr(sys.exc_info()[1], "error_status_hint", 400)
        self._refuse(status if status in _WORDS else 400)

    def _is_busy(self) -> bool:
        return isinstance(self.cycle, Usual) and not self.cycle.response_complete

    def _is_between(self) -> bool:
        # Only then does h11 hold no part of a request.
        if not self._is_clean:
            states, held = self.conn.states, self.conn.trailing_data[0]
            self._is_clean = not held and states[h11.CLIENT] is states[h11.SERVER] is h11.IDLE
        return self._is_clean

    def _begin(self, head: Head, body: bytes) -> None:
        self._forget()
        scope = self._scope(head, body)
        self.cycle = cycle = Usual(self, scope, body, self._end)
        scope["state"]["tell"] = cycle.tell
        self.tasks.add(self.loop.create_task(cycle.run(self.app, self.tasks)))

    def _scope(self, head: Head, body: bytes) -> Any:
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": "POST",
            "root_path": self.root_path,
            "path": self.root_path + usual.PATH,
            "raw_path": (self.root_path + usual.PATH).encode(),
            "query_string": b"",
            "headers": head.headers,
            "state": {**self.app_state, "whole": body, "fields": head.fields},
        }

    def _end(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wind(self._idle_since + self.timeout_keep_alive)
        if self._later:
            data, self._later = self._later, b""
            self.flow.resume_reading()
            self.data_received(data)

    def _wind(self, due: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_at(due, self.timeout_keep_alive_handler)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE or self.transport.get_protocol() is not self:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_at(self._idle_since + HEADER_SECONDS, self._too_late)

    def _forget(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = None

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle and not cycle.response_complete:
            # The request that is being answered is over: its body does not come.
            cycle.disconnected = True
            cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = told(_WORDS[status])
            fields = [*HEADERS.items(), ("content-length", str(len(body))), ("connection", "close")]
            response = h11.Response(status_code=status, headers=fields)
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
