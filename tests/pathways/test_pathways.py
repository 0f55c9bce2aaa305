"""No chain of calls reaches a session without the second step where one is due.

The same lives each time, so that a change is what makes a difference. More of them, and others:
`SPAREKEY_TEST_LIVES=1000 python -m pytest tests/pathways -s -k nobody`.
"""

import os
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from models import clock
from models.errors import ChallengeExpired
from models.origin import Origin
from models.policy import Policy
from models.reset import grant
from models.reset.grant import ResetGrant
from models.second_factor import attempts, totp
from models.second_factor.attempts import Entry
from models.second_factor.two_factor import Authenticator
from models.signing_in.challenge import SignIn
from tests.pathways.machine import Pathways
from tests.pathways.world import World
from tests.support.databases import on_sqlite

_WANTED = os.environ.get("SPAREKEY_TEST_LIVES")
LIVES = int(_WANTED or 40)
STEPS = settings(
    derandomize=_WANTED is None,
    max_examples=LIVES,
    stateful_step_count=50,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# To see that a fault is found, without telling in how few steps it can be.
HUNT = settings(STEPS, max_examples=1000, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture(autouse=True)
def world(policy: Policy, database_url: str) -> Iterator[World]:
    """Where all lives of a test are lived."""
    Pathways.world = World(policy, database_url)
    Pathways.reached = {}
    yield Pathways.world
    Pathways.world.close()


def test_nobody_gets_around_the_second_step() -> None:
    run_state_machine_as_test(Pathways, settings=STEPS)
    told = [f"{times:6} {answer}\n" for answer, times in sorted(Pathways.reached.items())]
    sys.stdout.write("".join(told) + f"{sum(Pathways.reached.values()):6} in {LIVES} lives\n")
    assert {
        "VerifyCode → SignedIn",
        "VerifyCode → CodeRejected",
        "ConfirmEnrollment → SignedIn",
        "BeginEnrollment → ReleaseCodeRejected",
        "ApproveReset → RecoveryTicket",
        "CancelReset → ResetStatus",
    } <= set(Pathways.reached)


@on_sqlite
class TestFaults:
    """What this would catch, each fault made on purpose."""

    def test_a_time_step_that_is_taken_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        match = totp.match

        def forgetful(secret: str, code: str, at: datetime, *_: object, **__: object) -> object:
            return match(secret, code, at, last_step=0)

        monkeypatch.setattr(totp, "match", forgetful)
        monkeypatch.setattr(attempts, "use", _use_again)
        with pytest.raises(AssertionError, match="'SignedIn'.* where the guide says CodeRejected"):
            run_state_machine_as_test(Pathways, settings=HUNT)

    def test_a_release_code_that_is_not_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(grant, "check", _release_anyway)
        with pytest.raises(AssertionError, match="'Enrollment'.* where the guide says Release"):
            run_state_machine_as_test(Pathways, settings=HUNT)


async def _use_again(entry: Entry, attempts_left: int) -> None:
    rows = Authenticator.filter(account_id=entry.account.id)
    await rows.update(last_step=entry.step, last_used_at=clock.now(), failures_in_a_row=0)
    await entry.charge.give_back()


async def _release_anyway(
    policy: Policy, origin: Origin, half: SignIn, release_code: str | None
) -> ResetGrant:
    granted = await grant.active(half.account)
    if granted is None:
        raise ChallengeExpired
    return granted
