"""The scenes of a lost phone, played on the models: for races, limits and edges of clocks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from models import clock, outbox
from models.accounts import account as accounts
from models.accounts.account import Account, Role
from models.mail import Kind, Letter
from models.origin import Origin
from models.policy import Policy
from models.reset import decision, desk, recovery
from models.reset.evidence import EvidenceKind
from models.reset.recovery import Form, Submitted
from models.reset.ticket import RecoveryTicket, ResetReason
from models.second_factor import enrollment, totp, two_factor
from models.signing_in import session, sign_in
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired, SignedIn
from models.stream.feed import QueueEvent
from tests.support import databases
from tests.support.clock import Clock

PASSWORD = "seven quiet turbines"
SERIAL = "AHU-2042/7"
ORIGIN = Origin(ip="203.0.113.7", user_agent="Firefox/140.0 (Windows NT 10.0)")
LONGEST_ASKED = 1_000


class Customer:
    """Someone with a password and an authenticator app."""

    def __init__(self, policy: Policy, email: str, secret: str) -> None:
        self.policy = policy
        self.email = email
        self.secret = secret

    async def account(self) -> Account:
        """The account as it stands."""
        return await Account.get(email=self.email)

    async def login(self) -> sign_in.Outcome:
        """E-mail and password; whatever comes next."""
        return await sign_in.login(self.policy, ORIGIN, self.email, PASSWORD, Delivery.BEARER)

    async def challenge(self) -> str:
        """Sign in up to the code; returns the token."""
        outcome = await self.login()
        assert isinstance(outcome, CodeRequired), outcome
        return outcome.token

    async def released(self) -> str:
        """Sign in up to the release code; returns the token."""
        outcome = await self.login()
        assert isinstance(outcome, EnrollmentRequired), outcome
        assert outcome.release_code_required
        return outcome.token

    def code(self) -> str:
        """What the app shows now; unused where the clock moved on by 30 seconds."""
        return totp.code_at(self.secret, totp.step_at(clock.now()))

    async def verify(self, token: str) -> SignedIn:
        """Enter what the app shows now."""
        return await sign_in.verify_code(self.policy, ORIGIN, token, self.code())

    async def request(
        self,
        reason: ResetReason = ResetReason.PHONE_LOST,
        origin: Origin = ORIGIN,
        **form: str | None,
    ) -> Submitted:
        """Sign in up to the code, and ask for a reset."""
        return await recovery.submit(
            self.policy, origin, await self.challenge(), Form(reason, **form)
        )

    async def enroll(self, token: str, release_code: str | None) -> SignedIn:
        """Bind a new app in place of the one that was there."""
        offer = await enrollment.begin(self.policy, ORIGIN, token, None, release_code)
        self.secret = offer.secret
        return await enrollment.confirm(self.policy, ORIGIN, token, None, self.code())


class Scene:
    """Where people meet: one database, one clock, one outbox."""

    def __init__(self, policy: Policy, clock: Clock, database_url: str) -> None:
        self.policy = policy
        self.clock = clock
        self.database_url = database_url
        self._post: list[Letter] = []

    async def customer(
        self, email: str = "ada@example.com", role: Role = Role.CUSTOMER
    ) -> Customer:
        """Someone with a unit, a password and an authenticator app."""
        account = await accounts.add(self.policy, email, PASSWORD, role, SERIAL)
        secret = totp.new_secret()
        await two_factor.bind(self.policy, account, secret, step=0)
        return Customer(self.policy, email, secret)

    async def agent(self, email: str = "sam@example.com", role: Role = Role.SUPPORT) -> Session:
        """The session of one of the staff, who entered a code just now."""
        customer = await self.customer(email, role)
        return await self.session(await customer.account())

    async def session(self, account: Account) -> Session:
        """A session with a code entered just now."""
        opened, _ = await session.open_for(
            self.policy, ORIGIN, account, Delivery.BEARER, clock.now()
        )
        return opened

    async def ticket(self, email: str = "ada@example.com", **fields: Any) -> RecoveryTicket:
        """A new customer's request, with the serial number of a unit of theirs."""
        ada = await self.customer(email)
        submitted = await ada.request(**{"device_serial_number": SERIAL} | fields)
        return submitted.ticket

    async def approve(self, agent: Session, ticket: RecoveryTicket) -> RecoveryTicket:
        """Claim and approve, on the serial number given."""
        await desk.claim(self.policy, agent, ticket.id)
        kinds = [EvidenceKind.DEVICE_SERIAL]
        return await decision.approve(self.policy, agent, ticket.id, kinds, "Serial matches.")

    async def granted(self, ada: Customer, **fields: Any) -> RecoveryTicket:
        """A reset that was asked for and approved."""
        submitted = await ada.request(**{"device_serial_number": SERIAL} | fields)
        sam = await Account.get_or_none(email="sam@example.com")
        agent = await (self.session(sam) if sam else self.agent())
        return await self.approve(agent, submitted.ticket)

    async def letters(self, kind: Kind, to: str = "ada@example.com") -> list[Letter]:
        """All mails of that kind to one person, oldest first."""
        self._post += await outbox.due(self.policy.keyring, LONGEST_ASKED)
        mine = [one for one in self._post if one.kind == kind and one.to == to]
        return sorted(mine, key=lambda letter: letter.written_at)

    async def linked(self, kind: Kind, name: str) -> str:
        """The token of a link in the newest mail of that kind."""
        return (await self.letters(kind))[-1].params[name].partition("#")[2]

    async def release_code(self) -> str:
        """The code of the newest mail that holds one."""
        return (await self.letters(Kind.RESET_APPROVED))[-1].params["release_code"]

    async def told(self) -> list[QueueEvent]:
        """What the queue's stream tells, oldest first."""
        return await QueueEvent.all().order_by("number")

    async def kinds(self) -> list[str]:
        """The same in short."""
        return [event.kind.value for event in await self.told()]

    async def travel(self, **by: float) -> None:
        """Move on by so many seconds, minutes, hours or days."""
        await self.clock.travel(timedelta(**by))

    @asynccontextmanager
    async def refused(
        self, refusal: type[Exception], but: str | None = None
    ) -> AsyncIterator[pytest.ExceptionInfo[Any]]:
        """The block is refused just so, and everything in the database stays as it was.

        `but`: a word in the only rows that may change, such as those that count attempts.
        """
        before = await self._rows(but)
        with pytest.raises(refusal) as caught:
            yield caught
        assert caught.type is refusal
        assert await self._rows(but) == before

    async def _rows(self, but: str | None) -> list[str]:
        rows = (await databases.dump(self.database_url)).splitlines()
        return sorted(row for row in rows if but is None or but not in row)
