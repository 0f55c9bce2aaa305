"""A real SMTP server on a loopback port that refuses, stalls, cuts off, dies and comes back."""

import asyncio
import email
import email.policy
import random
import socket
import ssl
import warnings
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"
# Below those that outgoing connections take: else one of them may hold it when we come back.
_PORTS = range(32_000, 32_700)
_HOST = "127.0.0.1"


class Relay:
    """What it took is in `received`; what it says and does is set beforehand, by address."""

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        from_the_start: bool = False,
        password: str | None = None,
    ) -> None:
        self.port = _free_port()
        self.received: list[tuple[str, EmailMessage]] = []
        self.heard: list[str] = []
        self.connections = 0
        self.answers: dict[str, list[str]] = {}
        """Replies to RCPT, used up one by one."""
        self.verdicts: list[str] = []
        """Replies to the end of DATA, used up one by one; `""` takes the mail and says nothing."""
        self.stalling: set[str] = set()
        self.mute = False
        self._tls = tls
        self._from_the_start = from_the_start
        self._password = password
        self._open: set[_Conversation] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it is, for SPAREKEY_MAIL_URL; unencrypted."""
        return f"smtp://{_HOST}:{self.port}?starttls=never"

    @property
    def recipients(self) -> list[str]:
        """Whom it took mails for, in order."""
        return [to for to, _ in self.received]

    @property
    def message_ids(self) -> Counter[str]:
        """How often it took each mail."""
        return Counter(str(message["Message-ID"]) for _, message in self.received)

    async def start(self) -> None:
        """Listen, on the port it always had."""
        self._server = await asyncio.get_running_loop().create_server(
            self._answer,
            _HOST,
            self.port,
            ssl=self._tls if self._from_the_start else None,
        )

    async def kill(self) -> None:
        """Be gone at once, in the middle of whatever is said."""
        if self._server:
            self._server.close()
        for conversation in list(self._open):
            conversation.cut()
        await asyncio.sleep(0)

    def _answer(self) -> "_Conversation":
        with warnings.catch_warnings():
            # aiosmtpd does not know TLS from the first byte, and warns of passwords in clear.
            warnings.simplefilter("ignore")
            return _Conversation(self, **self._protocol())

    def _protocol(self) -> dict[str, Any]:
        checked = {"authenticator": self._authenticate} if self._password else {}
        return {
            "tls_context": None if self._from_the_start else self._tls,
            "require_starttls": bool(self._tls) and not self._from_the_start,
            "auth_require_tls": not self._from_the_start,
            "auth_required": self._password is not None,
            "enable_SMTPUTF8": True,
            "hostname": "relay.example",
            "loop": asyncio.get_running_loop(),
            **checked,
        }

    def _authenticate(self, *said: Any) -> AuthResult:
        given = said[-1]
        assert isinstance(given, LoginPassword) and self._password
        return AuthResult(success=given.password == self._password.encode(), handled=False)

    async def handle_MAIL(
        self, server: "_Conversation", _: Session, envelope: Envelope, sender: str, options: Any
    ) -> str:
        self.heard.append("MAIL")
        envelope.mail_from = sender
        return OK

    async def handle_RCPT(
        self, server: "_Conversation", _: Session, envelope: Envelope, to: str, options: Any
    ) -> str:
        self.heard.append("RCPT")
        if to in self.stalling:
            await asyncio.Event().wait()
        if self.answers.get(to):
            return self.answers[to].pop(0)
        envelope.rcpt_tos.append(to)
        return OK

    async def handle_DATA(self, server: "_Conversation", _: Session, envelope: Envelope) -> str:
        verdict = self.verdicts.pop(0) if self.verdicts else OK
        if verdict in (OK, ""):
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.received += [(to, message) for to in envelope.rcpt_tos]
        if not verdict:
            server.cut()
        return verdict


class _Conversation(SMTP):
    def __init__(self, relay: Relay, **settings: Any) -> None:
        super().__init__(relay, **settings)
        self._relay = relay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._relay._open:
            self._relay._open.add(self)
            self._relay.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._relay._open.discard(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        while self._relay.mute:
            await asyncio.sleep(0.05)
        await super().push(status)

    def cut(self) -> None:
        """End the connection without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


@asynccontextmanager
async def running(**how: Any) -> AsyncIterator[Relay]:
    """A relay that listens until the block ends; `how` as Relay takes it."""
    relay = Relay(**how)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.kill()


def _free_port() -> int:
    while True:
        port = random.choice(_PORTS)
        try:
            with socket.create_server((_HOST, port)):
                return port
        except OSError:
            continue
