"""How far the event stream has been told to a webhook: by one process at a time, in order."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.models import Model

from models import clock
from models.stream import feed
from models.stream.feed import Cursor, QueueEvent

LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=3)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_AT_ONCE = 50


class WebhookPosition(Model):
    """Where one webhook stands; its address is kept as a hash."""

    address_hash = fields.CharField(max_length=64, primary_key=True)
    epoch = fields.CharField(max_length=16)
    number = fields.BigIntField()
    """The last event that was taken, or given up."""
    attempts = fields.IntField(default=0)
    """How often the next one was tried."""
    due_at = fields.DatetimeField()
    """When the next one may be tried; nobody else tries before."""
    failing_since: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "webhook_position"


@dataclass(frozen=True)
class Turn:
    """The right to tell the next events, for a minute from each that was taken."""

    position: WebhookPosition
    events: list[QueueEvent]


async def turn(address: str) -> Turn | None:
    """The next events for this address, if there are any; not while another process tells it, and
    not before it is time to try again.

    A webhook that is new, or that has seen another stream, begins with what happens from now on.
    """
    head = await feed.head()
    position = await _position(address, head)
    if position.number >= head.number or not await _lease(position):
        return None
    return Turn(position, await feed.read_after(position.number, _AT_ONCE))


async def taken(turn: Turn, event: QueueEvent) -> bool:
    """Go on after this event. False where the turn was lost meanwhile."""
    return await _moved(turn.position, number=event.number, attempts=0, failing_since=None)


async def refused(turn: Turn, event: QueueEvent) -> bool:
    """Try this event again later; after three days go on without it. True where it is given up."""
    position, now = turn.position, clock.now()
    since = position.failing_since or now
    if now - since >= GIVEN_UP_AFTER:
        await taken(turn, event)
        return True
    attempts = position.attempts + 1
    wait = min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)
    await _moved(position, due_at=now + wait, attempts=attempts, failing_since=since)
    return False


async def done(turn: Turn) -> None:
    """Let any process tell what comes next."""
    await _moved(turn.position, due_at=clock.now())


async def _position(address: str, head: Cursor) -> WebhookPosition:
    key = hashlib.sha256(address.encode()).hexdigest()
    found = await WebhookPosition.get_or_none(address_hash=key)
    if found is not None and found.epoch == head.epoch:
        return found
    begins: dict[str, Any] = {"epoch": head.epoch, "number": head.number, "due_at": clock.now()}
    if found is None:
        try:
            return await WebhookPosition.create(address_hash=key, **begins)
        except IntegrityError:
            pass  # Another process was faster.
    elsewhere = WebhookPosition.filter(address_hash=key).exclude(epoch=head.epoch)
    await elsewhere.update(attempts=0, failing_since=None, **begins)
    return await WebhookPosition.get(address_hash=key)


async def _lease(position: WebhookPosition) -> bool:
    now = clock.now()
    return position.due_at <= now and await _moved(position, due_at=now + LEASE)


async def _moved(position: WebhookPosition, **changes: object) -> bool:
    """Change it, where nobody else has since it was read."""
    same = WebhookPosition.filter(
        Q(address_hash=position.address_hash),
        epoch=position.epoch,
        number=position.number,
        due_at=position.due_at,
    )
    changes.setdefault("due_at", clock.now() + LEASE)
    if not await same.update(**changes):
        return False
    position.update_from_dict(changes)
    return True
