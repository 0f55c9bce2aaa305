"""Takes mails from the outbox and brings them on their way, at least once each."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import structlog

from models import clock, outbox, spans
from models.mail import Letter
from models.policy import Policy
from server import logs
from server.mail import delivery, letters, smtp
from server.settings import Settings

EVERY = 1.0
# So many may be stuck with a relay that stalls before others have to wait.
AT_ONCE = 4
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=15)
_FINISH_WITHIN = 2.0
log = structlog.get_logger("server.postman")


class Postman:
    """Delivers to where SPAREKEY_MAIL_URL says; a relay's answer is waited for `patience` s."""

    def __init__(
        self,
        settings: Settings,
        policy: Policy,
        patience: float = smtp.PATIENCE,
        results: Counter[str] | None = None,
    ) -> None:
        self._carrier = delivery.carrier(settings.mail, policy.public_url, patience)
        self._sender = settings.mail_from
        self._policy = policy
        self._results = Counter() if results is None else results

    async def round(self) -> None:
        """Deliver what is due, until nothing is; what comes in meanwhile does not wait."""
        underway: set[asyncio.Task[None]] = set()
        try:
            while underway := underway | await self._start(AT_ONCE - len(underway)):
                done, underway = await asyncio.wait(
                    underway, timeout=EVERY, return_when=asyncio.FIRST_COMPLETED
                )
                _raise_what_failed(done)
        finally:
            await _finish(underway)
            await self._carrier.rest()

    async def _start(self, free: int) -> set[asyncio.Task[None]]:
        due = await outbox.due(self._policy.keyring, free) if free else []
        return {asyncio.create_task(self._bring(letter)) for letter in due}

    async def _bring(self, letter: Letter) -> None:
        try:
            message = letters.compose(self._policy, self._sender, letter)
            with spans.span("deliver mail", "client", mail=letter.kind.value):
                await self._carrier.bring(letter, message)
        except Exception as error:
            self._results[await _put_off(self._policy, letter, error)] += 1
        else:
            self._results["delivered"] += 1
            await outbox.delivered(letter)
            log.info("mail delivered", mail=letter.message_id, kind=letter.kind.value)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, 15 minutes at most."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)


async def _put_off(policy: Policy, letter: Letter, error: Exception) -> str:
    about = {"mail": letter.message_id, "kind": letter.kind.value, **_reason(error)}
    if isinstance(error, smtp.Refused) or outbox.is_too_old(letter.written_at):
        await outbox.give_up(policy.keyring, letter)
        log.error("mail given up", **about)
        return "given_up"
    await outbox.postpone(letter, clock.now() + wait_after(letter.attempts))
    log.warning("mail postponed", **about)
    return "postponed"


def _reason(error: Exception) -> dict[str, object]:
    # The relay's words are left out: they quote addresses.
    status = getattr(error, "status", getattr(error, "code", None))
    return {"status": status, **logs.crash(error)}


def _raise_what_failed(done: Iterable[asyncio.Task[None]]) -> None:
    for task in done:
        task.result()


async def _finish(underway: set[asyncio.Task[None]]) -> None:
    if underway:
        _, late = await asyncio.wait(underway, timeout=_FINISH_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*underway, return_exceptions=True)
