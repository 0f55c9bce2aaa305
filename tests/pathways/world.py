"""The real thing, asked through the schema's own operations by people with browsers."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import time_machine

import schema
from models import outbox
from models.accounts import account as accounts
from models.accounts.account import Account, Role
from models.mail import Letter
from models.origin import Origin
from models.policy import Policy
from models.signing_in import session
from models.signing_in.session import Delivery
from models.storage import database
from models.stream.tailer import Tailer
from schema.context import Context
from tests.support.clock import Clock
from tests.support.operations import operation

PASSWORD = "seven quiet turbines"
SERIAL = "AHU-2042/7"
T = TypeVar("T")


class Browser:
    """What a person's browser sends along, and keeps."""

    def __init__(self) -> None:
        self.mark: str | None = None
        self.token: str | None = None

    def keep_session(self, token: str, expires_at: datetime) -> None:
        """For cookies only; people here carry their tokens."""

    def drop_session(self) -> None:
        """For cookies only."""

    def keep_browser(self, value: str) -> None:
        """Known again by this."""
        self.mark = value


class World:
    """One database, many lives of `ada`, each with an address of its own; the clock stands still.

    Lives share the clock, which never goes back.
    """

    def __init__(self, policy: Policy, url: str) -> None:
        self.policy = replace(policy, approvals_per_hour=10_000)
        self._schema = schema.build()
        self._runner = asyncio.Runner()
        self._travel = time_machine.travel(datetime.now(UTC), tick=False)
        self._clock = Clock(self._travel.start(), url)
        self._connection = database.connect(url)
        self.run(self._connection.__aenter__())

    def close(self) -> None:
        """Leave."""
        self.run(self._connection.__aexit__(None, None, None))
        self._runner.close()
        self._travel.stop()

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        """Wait for it."""
        return self._runner.run(step)

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self._clock.now()

    def travel(self, by: timedelta) -> None:
        """Move on."""
        self.run(self._clock.travel(by))

    def ask(self, browser: Browser, name: str, token: str | None = None, /, **fields: Any) -> Any:
        """One operation of the contract; returns what its root field says."""
        return self.run(self._ask(browser, name, token, fields))

    def new_account(self, registered: bool) -> str:
        """A life begins: registered by its owner, or made on the command line."""
        email = f"{uuid4().hex}@example.com"
        if not registered:
            self.run(accounts.add(self.policy, email, PASSWORD, Role.CUSTOMER, SERIAL))
            return email
        device = {"serialNumber": SERIAL, "name": "Roof, east"}
        fields = {"email": email, "password": PASSWORD, "device": device}
        assert self.ask(Browser(), "Register", **fields)["__typename"] == "Registered"
        return email

    def new_agent(self, role: Role) -> tuple[str, str]:
        """The address and the session's token of one of the staff."""
        email = f"{uuid4().hex}@example.com"
        account = self.run(accounts.add(self.policy, email, PASSWORD, role))
        return email, self.agent_session(account.email)

    def agent_session(self, email: str) -> str:
        """A session in which a code was entered just now."""
        return self.run(self._agent_session(email))

    def letters(self) -> list[Letter]:
        """What was mailed since."""
        return self.run(self._letters())

    async def _ask(
        self, browser: Browser, name: str, token: str | None, fields: dict[str, Any]
    ) -> Any:
        context = Context(
            policy=self.policy,
            origin=Origin(ip="203.0.113.7", user_agent="Firefox", browser=browser.mark),
            session=await session.find(self.policy, token) if token else None,
            cookies=browser,
            tailer=Tailer(),
            request_id="pathways",
        )
        asked = operation(name)
        payload = asked.payload(fields)
        answer = await self._schema.execute(
            asked.document, payload["variables"], context_value=context, operation_name=name
        )
        assert answer.errors is None, answer.errors
        assert answer.data
        return answer.data[asked.field]

    async def _agent_session(self, email: str) -> str:
        account = await Account.get(email=email)
        origin = Origin(ip="203.0.113.9", user_agent="Firefox")
        now = self._clock.now()
        _, token = await session.open_for(self.policy, origin, account, Delivery.BEARER, now)
        return token

    async def _letters(self) -> list[Letter]:
        letters = await outbox.due(self.policy.keyring, 1000)
        for letter in letters:
            await outbox.delivered(letter)
        return letters


def links_of(letter: Letter) -> list[tuple[str, str]]:
    """The page and the token of each link in it."""
    links = [text.partition("#") for text in letter.params.values() if "#" in text]
    return [(page.rpartition("/")[2], token) for page, _, token in links]
