"""Takes mails from the outbox and brings them on their way, at least once each."""

import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from models import clock, mail
from models.policy import Policy
from server import delivery, letters, logs
from server.settings import Settings

EVERY = 1.0
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
log = structlog.get_logger("server.postman")


class Postman:
    """Delivers to the folder that SPAREKEY_MAIL_URL names."""

    def __init__(self, settings: Settings, policy: Policy) -> None:
        self._folder = Path(settings.mail_url.removeprefix("file:"))
        self._sender = settings.mail_from
        self._policy = policy

    async def round(self) -> None:
        """Deliver what is due, until nothing is."""
        while due := await mail.due(self._policy.keyring):
            for letter in due:
                await self._bring(letter)

    async def _bring(self, letter: mail.Letter) -> None:
        try:
            message = letters.compose(self._policy, self._sender, letter)
            await asyncio.to_thread(delivery.to_folder, self._folder, letter, message)
        except Exception as error:
            log.error("mail postponed", mail=letter.message_id, **logs.crash(error))
            await mail.postpone(letter, clock.now() + wait_after(letter.attempts))
        else:
            await mail.delivered(letter)
            log.info("mail delivered", mail=letter.message_id, kind=letter.kind.value)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, an hour at most."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)
