"""People to try things out with: they are in the states that are told of them."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pyotp
import pytest
from tortoise.context import TortoiseContext
from typer.testing import CliRunner

from models.accounts import account
from models.accounts.account import Role
from models.policy import Policy
from models.reset.ticket import RecoveryTicket, TicketState
from models.stream.feed import QueueEvent
from server import demo
from server.cli import app
from tests.support import databases
from tests.support.client import Client, expect
from tests.support.ready import ready
from tests.support.served import Running

STATES = {
    demo.WAITING: TicketState.WAITING,
    demo.CLAIMED: TicketState.CLAIMED,
    demo.APPROVED: TicketState.APPROVED,
    demo.REJECTED: TicketState.REJECTED,
}


class TestThePeople:
    async def test_are_as_they_are_told(self, served: Running) -> None:
        await demo.make(served.policy)
        expected = {
            demo.NEW: "SignedIn",
            demo.APPROVED: "EnrollmentRequired",
            **dict.fromkeys((demo.ENROLLED, demo.AGENT, demo.SUPERVISOR), "CodeRequired"),
            **dict.fromkeys((demo.WAITING, demo.CLAIMED, demo.REJECTED), "CodeRequired"),
        }
        assert expected.keys() == set(demo.PEOPLE)
        for person, typename in expected.items():
            login = {"email": person.email, "password": demo.PASSWORD}
            answer = expect(await served.browser().run("Login", login), typename)
            assert answer.get("releaseCodeRequired") in (None, True)

    async def test_have_their_tickets(self, policy: Policy, connected: TortoiseContext) -> None:
        await demo.make(policy)
        tickets = {one.account_id: one.state for one in await RecoveryTicket.all()}
        for person, state in STATES.items():
            found = await account.find(person.email)
            assert found and tickets.pop(found.id) == state
        assert tickets == {}

    async def test_have_their_roles(self, policy: Policy, connected: TortoiseContext) -> None:
        await demo.make(policy)
        for person in demo.PEOPLE:
            found = await account.find(person.email)
            assert found and found.role == person.role
        roles = [person.role for person in demo.PEOPLE]
        assert {Role.SUPPORT, Role.SUPERVISOR} < set(roles)

    async def test_are_made_once(
        self, policy: Policy, connected: TortoiseContext, database_url: str
    ) -> None:
        await demo.make(policy)
        before = await databases.dump(database_url)
        await demo.make(policy)
        assert await databases.dump(database_url) == before

    async def test_are_completed_after_an_interruption(
        self, policy: Policy, connected: TortoiseContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as interrupted:
            interrupted.setattr(demo, "_approved", _interrupted)
            with pytest.raises(_Interruption):
                await demo.make(policy)
        await demo.make(policy)
        assert await RecoveryTicket.all().count() == len(STATES)
        assert await QueueEvent.filter(kind="APPROVED").count() == 1


class TestInProduction:
    @pytest.mark.parametrize("arguments", [(), ("code", "otto@example.com")])
    def test_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("SPAREKEY_MODE", "production")
        result = CliRunner().invoke(app, ["demo", *arguments])
        assert result.exit_code == 1
        assert "SPAREKEY_MODE" in result.stderr
        assert list(tmp_path.iterdir()) == []


class TestTheCommand:
    @pytest.fixture
    def bare(self, tmp_path: Path) -> dict[str, str]:
        """The environment of a fresh clone: nothing is set."""
        wanted = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
        return {name: os.environ[name] for name in wanted if name in os.environ}

    @asynccontextmanager
    async def serving(self, folder: Path, bare: dict[str, str]) -> AsyncIterator[tuple[str, str]]:
        """What it prints before it serves, and where; Ctrl-C ends it."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = str(listening.getsockname()[1])
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "demo", "--port", port),
            env=bare,
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert child.stdout
        try:
            async with asyncio.timeout(60):
                told = (await child.stdout.readuntil(b"Ctrl-C")).decode()
                assert await ready(child, f"http://127.0.0.1:{port}")
            yield told, f"http://127.0.0.1:{port}"
        finally:
            child.send_signal(signal.SIGINT)
            await child.communicate()

    async def test_tells_how_to_sign_in(self, tmp_path: Path, bare: dict[str, str]) -> None:
        for _ in range(2):
            async with self.serving(tmp_path, bare) as (told, url):
                for person in demo.PEOPLE:
                    assert person.email in told
                assert demo.PASSWORD in told and f"{url}/graphql" in told
                await self._sign_in(url, tmp_path, bare)

    async def _sign_in(self, url: str, folder: Path, bare: dict[str, str]) -> None:
        client = Client(url)
        login = {"email": demo.AGENT.email, "password": demo.PASSWORD}
        challenge = expect(await client.run("Login", login), "CodeRequired")["challenge"]["token"]
        asked = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "demo", "code", demo.AGENT.email),
            env=bare,
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
        )
        code = (await asked.communicate())[0].decode().strip()
        assert len(code) == pyotp.TOTP("A" * 32).digits
        answer = await client.run("VerifyCode", challenge=challenge, code=code)
        assert answer["__typename"] == "SignedIn" or answer["hint"] == "ALREADY_USED"
        await client.close()


class _Interruption(Exception):
    pass


async def _interrupted(*_: object) -> None:
    raise _Interruption
