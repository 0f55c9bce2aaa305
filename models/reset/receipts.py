"""Receipts: capabilities to follow a request without a session; the first can cancel it too."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models import clock, tokens
from models.storage.rows import Insertion
from models.storage.statement import Statement

_FOLLOWS_AFTER_DECISION = timedelta(days=30)
_LIFETIME = timedelta(days=365)


class Receipt(Model):
    """A receipt; only the hash of its token is kept."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    ticket_id = fields.UUIDField(db_index=True)
    can_cancel = fields.BooleanField()
    expires_at: datetime = fields.DatetimeField(db_index=True)

    class Meta:
        table = "receipt"


WRITTEN = Insertion(Receipt, "token_hash ticket_id can_cancel expires_at")
_INSERT = Statement(WRITTEN.sql())


def prepare(ticket_id: UUID, can_cancel: bool) -> tuple[Receipt, str]:
    """A receipt as it will be once it is written, and its token, which is kept nowhere."""
    token = tokens.new_token()
    receipt = WRITTEN.made(
        token_hash=tokens.token_hash(token),
        ticket_id=ticket_id,
        can_cancel=can_cancel,
        expires_at=clock.now() + _LIFETIME,
    )
    return receipt, token


async def new(ticket_id: UUID, can_cancel: bool) -> str:
    """A new receipt's token."""
    receipt, token = prepare(ticket_id, can_cancel)
    await _INSERT.rows(*WRITTEN.values(receipt))
    return token


async def find(token: str) -> Receipt | None:
    """The receipt of a token; None for an unknown or expired one."""
    return await Receipt.get_or_none(
        token_hash=tokens.token_hash(token), expires_at__gt=clock.now()
    )


async def expire(ticket_id: UUID) -> None:
    """The ticket is closed: its receipts follow it for 30 days more."""
    until = clock.now() + _FOLLOWS_AFTER_DECISION
    await Receipt.filter(ticket_id=ticket_id).update(expires_at=until)


async def purge() -> None:
    """Drop receipts that have expired."""
    await Receipt.filter(expires_at__lt=clock.now()).delete()
