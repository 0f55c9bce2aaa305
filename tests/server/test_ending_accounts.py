"""`sparekey accounts disable` and `enable`."""

import asyncio

import pytest

from models.accounts import closing
from models.accounts.account import Account
from models.errors import FactorSuspended
from models.policy import Policy
from models.record.actions import Action
from models.record.audit import AuditEntry
from models.second_factor import two_factor
from models.second_factor.two_factor import Suspension
from models.signing_in.sign_in import EnrollmentRequired
from models.storage import database
from tests.conftest import StartProcess
from tests.support import owners, people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.terminal import Terminal

WHY = ("--reason", "Left us.")
ADD = ("accounts", "add", "ada@example.com", "--role", "customer", "--password-stdin")


class TestDisable:
    async def test_ends_everything_and_nothing_comes_back(
        self, start_process: StartProcess, clock: Clock
    ) -> None:
        place = await start_process()
        ada = await people.customer(place, clock)
        challenge = await ada.challenge()
        await ada.request_reset()
        printed = await place.command("accounts", "disable", "ADA@example.com", *WHY)
        assert "Sessions ended: 1. A reset of the second step was called off." in printed
        expect(await ada.login(), "InvalidCredentials")
        await ada.letter("closed")

        printed = await place.command("accounts", "enable", ada.email, *WHY)
        assert printed == (
            "Enabled: ada@example.com. Nothing that had ended came back. "
            "The owner is told by mail.\n"
        )
        await ada.letter("open again")
        assert (await ada.client.run("Viewer")) is None
        expect(await ada.verify(challenge), "ChallengeExpired")
        await ada.sign_in()


@pytest.mark.usefixtures("connected")
class TestEnable:
    async def test_no_first_sign_in_comes_back(self, policy: Policy) -> None:
        ada = await owners.registered(policy)
        await closing.disable(policy, await ada.row(), "Left us.")
        assert await closing.enable(policy, await ada.row(), "Left us.")
        assert isinstance(await ada.login(), EnrollmentRequired)

    async def test_once(self, policy: Policy) -> None:
        ada = await owners.added(policy)
        await closing.disable(policy, await ada.row(), "Left us.")
        tries = [closing.enable(policy, await ada.row(), "Left us.") for _ in range(4)]
        assert sorted(await asyncio.gather(*tries)) == [False, False, False, True]

    async def test_a_suspended_factor_stays_suspended(self, policy: Policy, clock: Clock) -> None:
        ada = await owners.enrolled(policy, clock)
        await two_factor.suspend(policy, ada.account, Suspension.FAILURES)
        await closing.disable(policy, await ada.row(), "Left us.")
        await closing.enable(policy, await ada.row(), "Left us.")
        with pytest.raises(FactorSuspended):
            await ada.verify(ada.code())


class TestSaid:
    @pytest.mark.parametrize("command", ["disable", "enable"])
    def test_nobody_has_the_address(self, settled: Terminal, command: str) -> None:
        said = settled.cannot("accounts", command, "eve@example.com", *WHY)
        assert said == "There is no account with the address eve@example.com.\n"

    def test_again_is_nothing_new(self, settled: Terminal, database_url: str) -> None:
        settled.does(*ADD, input="seven quiet turbines")
        assert "is not disabled." in settled.does("accounts", "enable", "ada@example.com", *WHY)
        first = settled.does("accounts", "disable", "ada@example.com", *WHY)
        assert first == "Disabled: ada@example.com. Sessions ended: 0. The owner is told by mail.\n"
        assert "is disabled already." in settled.does(
            "accounts", "disable", "ada@example.com", *WHY
        )
        settled.does("accounts", "enable", "ada@example.com", *WHY)
        assert asyncio.run(record(database_url)) == [
            (Action.ACCOUNT_ADDED, "CUSTOMER"),
            (Action.ACCOUNT_DISABLED, "Left us."),
            (Action.ACCOUNT_ENABLED, "Left us."),
        ]

    @pytest.mark.parametrize("command", ["disable", "enable"])
    def test_needs_a_reason(self, settled: Terminal, command: str) -> None:
        settled.does(*ADD, input="seven quiet turbines")
        if command == "enable":
            settled.does("accounts", "disable", "ada@example.com", *WHY)
        asked = settled.run("accounts", command, "ada@example.com")
        assert asked.exit_code == 2 and "--reason" in asked.stderr
        said = settled.cannot("accounts", command, "ada@example.com", "--reason", " ")
        assert said == "--reason: Please fill in this field.\n"

    def test_a_closed_account_stays_closed(self, settled: Terminal, database_url: str) -> None:
        settled.does(*ADD, input="seven quiet turbines")
        asyncio.run(closed(database_url))
        assert "There is no account" in settled.cannot(
            "accounts", "enable", "ada@example.com", *WHY
        )


async def record(url: str) -> list[tuple[str, str | None]]:
    async with database.connect(url):
        return [(entry.action, entry.detail) for entry in await AuditEntry.all().order_by("id")]


async def closed(url: str) -> None:
    async with database.connect(url):
        await Account.all().update(email_key=None)
