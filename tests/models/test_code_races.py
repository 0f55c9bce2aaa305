"""A code that is entered while something else happens to the account."""

import asyncio
import contextvars
import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from tortoise.context import TortoiseContext

from models.accounts import account as accounts
from models.errors import ChallengeExpired, CodeRejected, Throttled
from models.policy import Policy
from models.reset.recovery import Form, submit
from models.reset.ticket import RecoveryTicket, ResetReason, TicketState
from models.second_factor import totp
from models.second_factor.two_factor import Suspension, suspend
from models.signing_in.challenge import SignIn
from models.signing_in.session import Session
from models.signing_in.sign_in import SignedIn
from models.signing_in.throttle import Throttle
from models.storage import database
from tests.support import owners, rows
from tests.support.clock import Clock
from tests.support.databases import on_postgres
from tests.support.owners import HOME, Owner

_BLOCKED = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"


@pytest.fixture
async def ada(policy: Policy, clock: Clock, connected: TortoiseContext) -> Owner:
    return await owners.enrolled(policy, clock)


async def blocked() -> None:
    """Wait until somebody waits for a lock."""
    async with asyncio.timeout(20):
        while not (await database.connection().execute_query_dict(_BLOCKED))[0]["n"]:
            await asyncio.sleep(0.01)


async def state(ticket: RecoveryTicket) -> TicketState:
    return (await RecoveryTicket.get(id=ticket.id)).state


@on_postgres
class TestHeldUp:
    """The account is being written when the code is about to be accepted."""

    async def test_a_reset_that_is_asked_for_just_then_is_called_off(self, ada: Owner) -> None:
        token = await ada.challenge()
        async with database.transaction():
            account = await ada.row()
            assert await accounts.hold_version(account, locale=account.locale)
            (ticket,) = await rows.tickets([account], told=False)
            entering = _outside(ada.verify(ada.code(), challenge=token))
            await _outside(blocked())
        assert isinstance(await entering, SignedIn)
        assert await state(ticket) == TicketState.CANCELLED

    async def test_a_reset_that_is_not_asked_for_after_all(self, ada: Owner) -> None:
        token = await ada.challenge()
        with suppress(ZeroDivisionError):
            async with database.transaction():
                account = await ada.row()
                assert await accounts.hold_version(account, locale=account.locale)
                await rows.tickets([account], told=False)
                entering = _outside(ada.verify(ada.code(), challenge=token))
                await _outside(blocked())
                raise ZeroDivisionError
        assert isinstance(await entering, SignedIn)
        assert await RecoveryTicket.all().count() == 0

    async def test_a_theft_that_is_told_just_then_refuses_it(self, ada: Owner) -> None:
        token = await ada.challenge()
        async with database.transaction():
            account = await ada.row()
            assert await accounts.raise_version(account)
            entering = _outside(ada.verify(ada.code(), challenge=token))
            await _outside(blocked())
            await suspend(ada.policy, account, Suspension.STOLEN)
        with pytest.raises(ChallengeExpired):
            await entering
        assert await Session.all().count() == 0
        assert (await ada.factor()).suspension is Suspension.STOLEN


class TestAtOnce:
    async def test_a_reset_that_is_open_was_asked_for_afterwards(
        self, ada: Owner, clock: Clock
    ) -> None:
        for _ in range(3):
            lost, found = await ada.challenge(), await ada.challenge()
            asking = submit(ada.policy, HOME, lost, Form(ResetReason.PHONE_LOST))
            asked, signed = await asyncio.gather(asking, ada.verify(ada.code(), challenge=found))
            if await state(asked.ticket) != TicketState.CANCELLED:
                assert asked.ticket.submitted_at > signed.session.started_at
            await clock.travel(timedelta(days=8))
            await owners.next_step(clock)
            await ada.verify(ada.code())
            assert await state(asked.ticket) == TicketState.CANCELLED
            await owners.next_step(clock)

    async def test_a_right_code_among_many_has_no_advantage(self, ada: Owner) -> None:
        tokens = [await ada.challenge() for _ in range(40)]
        wrong, right = ada.wrong_code(), ada.code()
        tries = [ada.verify(wrong, challenge=token) for token in tokens[:-1]]
        tries.append(ada.verify(right, challenge=tokens[-1]))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, CodeRejected) for one in outcomes) == 5
        assert all(isinstance(one, CodeRejected | Throttled | SignedIn) for one in outcomes)

    async def test_two_right_codes_of_two_challenges(self, ada: Owner) -> None:
        tokens = [await ada.challenge() for _ in range(3)]
        tries = (ada.verify(ada.code(n - 1), challenge=one) for n, one in enumerate(tokens))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        signed = [one for one in outcomes if isinstance(one, SignedIn)]
        assert signed and len(signed) == await Session.all().count()
        assert all(isinstance(one, SignedIn | CodeRejected) for one in outcomes)
        assert await SignIn.filter(completed_at=None).count() == 3 - len(signed)


class TestGone:
    """Who asks and goes away has paid for all that was looked at."""

    async def test_before_the_answer(self, ada: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        looked, match = [], totp.match

        def counting(*args: Any) -> object:
            looked.append(args)
            return match(*args)

        monkeypatch.setattr(totp, "match", counting)
        tokens = [await ada.challenge() for _ in range(12)]
        tries = [
            asyncio.create_task(ada.verify(ada.wrong_code(), challenge=token)) for token in tokens
        ]
        for one in random.sample(tries, len(tries)):
            await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 # any moment
            one.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
        # What was under way in a thread is brought to its end before this is read.
        paid = (await ada.factor()).failures_in_a_row
        row = await Throttle.get_or_none(key=f"code:{ada.account.id}")
        assert len(looked) <= paid <= 5
        assert paid == 0 or (row and row.failures.count(";") >= len(looked))


def _outside(step: Any) -> Any:
    """A task that knows nothing of the running transaction."""
    return asyncio.get_running_loop().create_task(step, context=contextvars.Context())
