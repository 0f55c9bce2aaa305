"""Delivery to a relay by SMTP (RFC 5321), over connections that are kept while a round lasts."""

import asyncio
import re
from email.headerregistry import Address
from email.message import EmailMessage

from aiosmtplib import SMTP, SMTPRecipientsRefused
from email_validator import validate_email

from models.mail import Letter
from server.mail.destination import Encryption, Relay

PATIENCE = 10.0  # seconds for each answer of the relay
# For one mail in all. Shorter than the outbox's lease, so that nobody else has it meanwhile.
LONGEST_ATTEMPT = 30.0
_LEAVING = 1.0
# RFC 3463 §3.8: the relay's policy, such as "relaying denied": about us, not about the mailbox.
_POLICY = re.compile(r"5\.7\.\d")


class Refused(Exception):
    """Raised when there is no such mailbox, or never will be: trying again is of no use."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The relay refused the recipient with {status}.")
        self.status = status


class Line:
    """Connections to a relay, each for one mail at a time; used again, closed in the end."""

    def __init__(self, relay: Relay, greeting: str, patience: float = PATIENCE) -> None:
        self._relay = relay
        self._greeting = greeting
        self._patience = patience
        self._free: list[SMTP] = []

    async def bring(self, _: Letter, message: EmailMessage) -> None:
        """Hand a mail to the relay. Raises Refused, or whatever went wrong for now."""
        async with asyncio.timeout(LONGEST_ATTEMPT):
            connection = await self._connection()
            try:
                await connection.send_message(_addressed(message))
            except SMTPRecipientsRefused as refused:
                self._free.append(connection)
                raise _judged(refused) from None
            except BaseException:
                # Nobody knows what the relay would answer next.
                connection.close()
                raise
        self._free.append(connection)

    async def rest(self) -> None:
        """Close what is open, hardly waiting for the relay to agree."""
        while self._free:
            connection = self._free.pop()
            try:
                await connection.quit(timeout=_LEAVING)
            except Exception:
                connection.close()

    async def _connection(self) -> SMTP:
        while self._free:
            connection = self._free.pop()
            if connection.is_connected:
                return connection
        return await connect(self._relay, self._greeting, self._patience)


async def connect(relay: Relay, greeting: str, patience: float = PATIENCE) -> SMTP:
    """A connection that is encrypted and signed in as the relay's URL demands.

    `greeting` is our own name, for EHLO. Raises SMTPException or OSError.
    """
    connection = SMTP(
        hostname=relay.host,
        port=relay.port,
        username=relay.user,
        password=relay.password.get_secret_value() if relay.password else None,
        use_tls=relay.encryption is Encryption.FROM_THE_START,
        start_tls=relay.encryption is Encryption.STARTTLS,
        local_hostname=greeting,
        timeout=patience,
    )
    await connection.connect()
    return connection


def _addressed(message: EmailMessage) -> EmailMessage:
    # Domains as name servers know them, which every relay takes.
    (to,) = message["To"].addresses
    if not to.domain.isascii():
        known = validate_email(
            f"x@{to.domain}", check_deliverability=False, globally_deliverable=False
        )
        address = Address(username=to.username, domain=known.ascii_domain)
        message.replace_header("To", address)
    return message


def _judged(refused: SMTPRecipientsRefused) -> Exception:
    # RFC 5321 §4.2.1: 5 is for good, and x5x the word of the mail system about the mailbox.
    (answer,) = refused.recipients
    about_the_mailbox = 550 <= answer.code <= 559 and not _POLICY.match(answer.message)
    return Refused(answer.code) if about_the_mailbox else answer
