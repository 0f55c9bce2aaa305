"""The record is sealed beside the requests: nobody who signs in pays for it."""

from pathlib import Path

import pytest

from models.record.audit import AuditEntry
from server import app
from tests.support import people, statements
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running, running

NEVER, ALL_THE_TIME = 3_600.0, 0.005


async def cost(place: Running, clock: Clock, ada: Person) -> list[str]:
    """The statements of `Login` and `VerifyCode`, without what they were filled with."""
    ada.client = place.browser()
    code = await ada.next_code()
    with statements.of_requests() as heard:
        challenge = await ada.challenge()
        await ada.verify(challenge, code)
    return [statement.partition(":")[0].split(" VALUES ")[0][:60] for statement in heard]


async def test_a_sign_in_costs_the_same(
    database_url: str,
    tmp_path: Path,
    secret_keys: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    costs: list[list[str]] = []
    for seconds in (NEVER, ALL_THE_TIME):
        monkeypatch.setattr(app, "SEAL_EVERY", seconds)
        async with running(database_url, tmp_path, secret_keys) as place:
            ada = await people.customer(place, clock, f"ada{len(costs)}@example.com")
            costs.append(await cost(place, clock, ada))
            sealed = await AuditEntry.exclude(seal=None).exists()
        assert sealed is (seconds == ALL_THE_TIME)
    assert costs[0] == costs[1] and len(costs[0]) > 3
