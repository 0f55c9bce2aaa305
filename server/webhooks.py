"""Tells a vendor's help-desk what happens to the queue: signed by Standard Webhooks, in order.

At least once each, with the same `webhook-id`; the next event of the stream waits until the one
before it was taken. What is told names no person: a help-desk asks the API for the rest.
"""

import json
from collections import Counter
from datetime import datetime

import httpx
import structlog
from standardwebhooks.webhooks import Webhook

from models import clock, spans
from models.stream import webhook
from models.stream.feed import QueueEvent
from models.stream.webhook import Turn
from server import reaching
from server.reaching import Inside
from server.settings import Settings

EVERY = 1.0
log = structlog.get_logger("server.webhooks")


class Webhooks:
    """The webhook that these settings name, or none."""

    def __init__(self, settings: Settings, results: Counter[str] | None = None) -> None:
        self._url = settings.webhook_url.get_secret_value() if settings.webhook_url else None
        secret = settings.webhook_secret
        self._signer = Webhook(secret.get_secret_value()) if secret else None
        self._inside = settings.webhook_inside
        self._results = Counter() if results is None else results

    async def round(self) -> None:
        """Tell what is due, if it is this process's turn."""
        if self._url is None or self._signer is None:
            return
        while (turn := await webhook.turn(self._url)) is not None:
            if not await self._tell_all(turn, self._url, self._signer):
                return
            await webhook.done(turn)

    async def _tell_all(self, turn: Turn, url: str, signer: Webhook) -> bool:
        for event in turn.events:
            if not await self._tell(turn, url, signer, event):
                return False
        return True

    async def _tell(self, turn: Turn, url: str, signer: Webhook, event: QueueEvent) -> bool:
        """Whether to go on with the next one."""
        body = json.dumps(told(event)).encode()
        try:
            with spans.span("tell webhook", "client", event=event.kind.value):
                status = await reaching.post(url, body, signed(signer, event, body), self._inside)
        except (Inside, OSError, httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return await self._put_off(turn, event, type(error).__name__)
        if 200 <= status < 300:
            self._results["taken"] += 1
            return await webhook.taken(turn, event)
        return await self._put_off(turn, event, str(status))

    async def _put_off(self, turn: Turn, event: QueueEvent, why: str) -> bool:
        given_up = await webhook.refused(turn, event)
        self._results["given_up" if given_up else "put_off"] += 1
        tell = log.error if given_up else log.warning
        tell("webhook given up" if given_up else "webhook put off", event_number=event.number,
             because=why)  # fmt: skip
        return given_up


def told(event: QueueEvent) -> dict[str, object]:
    """What a webhook is told of an event."""
    ticket = event.ticket
    return {
        "type": f"ticket.{event.kind.value.lower()}",
        "timestamp": event.at.isoformat(),
        "data": {
            "cursor": event.cursor,
            "reference": ticket.reference,
            "state": ticket.state.value,
            "reason": ticket.reason.value,
            "submittedAt": ticket.submitted_at.isoformat(),
            "dueAt": ticket.due_at.isoformat(),
            "decidedAt": _instant(ticket.decided_at),
            "lapsed": event.lapsed,
            "cancelledBy": event.cancelled_by.value if event.cancelled_by else None,
        },
    }


def signed(signer: Webhook, event: QueueEvent, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks; the id is the same at each try."""
    at, name = clock.now(), f"evt_{event.epoch}_{event.number}"
    return {
        "content-type": "application/json",
        "user-agent": "Sparekey",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signer.sign(name, at, body.decode()),
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
