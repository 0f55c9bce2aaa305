"""All that is kept of one person, as data for them to read (GDPR Art. 15).

Neither secrets nor hashes, which would be of use to a thief only, nor who of the staff wrote what.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from models.accounts.account import Account, Device
from models.record.audit import AuditEntry
from models.reset import evidence, notes
from models.reset.ticket import RecoveryTicket
from models.second_factor import two_factor
from models.signing_in.session import Session
from models.stream import feed

_Told = dict[str, Any]


async def about(account: Account) -> _Told:
    """What is kept, as JSON takes it: instants in ISO 8601."""
    factor = await two_factor.find(account)
    return {
        "account": _named(account, "email", "role", "locale", "registered_at", "last_sign_in_at",
                          "password_changed_at", "disabled_at"),
        "secondFactor": factor and _named(factor, "enrolled_at", "last_used_at", "suspended_at"),
        "units": [
            _named(one, "serial_number", "name", "registered_at")
            for one in await Device.filter(account_id=account.id).order_by("registered_at")
        ],
        "sessions": [
            _named(one, "started_at", "last_used_at", "ended_at", "ip_address", "user_agent")
            for one in await Session.filter(account_id=account.id).order_by("started_at")
        ],
        "requests": [one async for one in _requests(account)],
        "record": [
            _named(one, "at", "action", "detail")
            for one in await AuditEntry.filter(account_id=account.id).order_by("id")
        ],
    }  # fmt: skip


async def _requests(account: Account) -> AsyncIterator[_Told]:
    tickets = await RecoveryTicket.filter(account_id=account.id).order_by("submitted_at")
    ids = [one.id for one in tickets]
    found, events = await evidence.evidence_of(ids), await feed.events_of(ids)
    written = await notes.notes_of(ids)
    for one in tickets:
        yield {
            **_named(one, "reference", "state", "reason", "customer_message", "contact_phone",
                     "submitted_at", "due_at", "decided_at"),
            "evidence": [_named(row, "kind", "outcome", "detail") for row in found.get(one.id, [])],
            "notes": [_named(row, "written_at", "text") for row in written.get(one.id, [])],
            "events": [_named(row, "at", "kind") for row in events.get(one.id, [])],
        }  # fmt: skip


def _named(row: object, *names: str) -> _Told:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
