"""People without a client: for races, limits and edges of time, where HTTP would add nothing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tortoise.models import Model

from models import clock as models_clock
from models import outbox
from models.accounts import account as accounts
from models.accounts import registration
from models.accounts.account import Account, Role
from models.errors import CodeRejected
from models.mail import Letter
from models.origin import Origin
from models.policy import Policy
from models.second_factor import totp, two_factor
from models.signing_in import browser, sign_in
from models.signing_in import session as sessions
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired, Outcome, SignedIn
from tests.support.clock import Clock

PASSWORD = "seven quiet turbines"
HOME = Origin(ip="192.0.2.1", user_agent="Firefox")
_FURTHEST_HINT = 10


@dataclass
class Owner:
    """Someone with an account; `secret` is what their phone holds."""

    policy: Policy
    account: Account
    secret: str = field(default_factory=totp.new_secret)

    async def login(self, origin: Origin = HOME, delivery: Delivery = Delivery.BEARER) -> Outcome:
        """Say e-mail and password; returns whatever comes next."""
        return await sign_in.login(self.policy, origin, self.account.email, PASSWORD, delivery)

    async def challenge(self, origin: Origin = HOME) -> str:
        """Sign in up to the second step; returns the challenge's token."""
        answer = await self.login(origin)
        assert isinstance(answer, CodeRequired | EnrollmentRequired), answer
        return answer.token

    async def verify(
        self, code: str, origin: Origin = HOME, challenge: str | None = None
    ) -> SignedIn:
        """Enter a code, on a challenge of its own if none is given."""
        token = await self.challenge(origin) if challenge is None else challenge
        return await sign_in.verify_code(self.policy, origin, token, code)

    async def fail(self, times: int, origin: Origin = HOME) -> None:
        """Enter wrong codes, each of which has to be looked at."""
        for _ in range(times):
            try:
                await self.verify(self.wrong_code(), origin)
            except CodeRejected:
                continue
            raise AssertionError("A wrong code signed in.")

    def known_browser(self) -> Origin:
        """A browser of its own, with the mark that a full sign-in would leave there."""
        mark = browser.mark(self.policy.keyring, HOME, self.account.email)
        return Origin(ip="192.0.2.2", user_agent="Firefox", browser=mark)

    async def session(self, verified: bool = True) -> Session:
        """A session, opened without the two steps."""
        at = models_clock.now() if verified else None
        opened, _ = await sessions.open_for(
            self.policy, HOME, await self.row(), Delivery.BEARER, at
        )
        return opened

    async def row(self) -> Account:
        """The account as it stands in the database."""
        return await Account.get(id=self.account.id)

    async def factor(self) -> two_factor.Authenticator:
        """The second factor as it stands in the database."""
        return await two_factor.Authenticator.get(account_id=self.account.id)

    async def letters(self) -> list[Letter]:
        """The mails that wait for them, each returned once; oldest first."""
        waiting = await outbox.due(self.policy.keyring, limit=100)
        return [letter for letter in waiting if letter.to == self.account.email]

    def code(self, steps: int = 0) -> str:
        """What the phone shows so many steps from now."""
        return code_of(self.secret, steps)

    def wrong_code(self) -> str:
        """A code that is right for no step around now."""
        near = {self.code(steps) for steps in range(-_FURTHEST_HINT - 2, _FURTHEST_HINT + 3)}
        return next(code for code in map("{:06}".format, range(100)) if code not in near)


def columns(row: Model) -> dict[str, object]:
    """Everything a row holds, to compare it with itself later."""
    return {name: getattr(row, name) for name in sorted(row._meta.db_fields)}


def code_of(secret: str, steps: int = 0) -> str:
    """What a phone with that secret shows so many steps from now."""
    return totp.code_at(secret, totp.step_at(models_clock.now()) + steps)


async def registered(policy: Policy, email: str = "ada@example.com") -> Owner:
    """Someone who registered and has not signed in yet."""
    await registration.register(policy, HOME, email, PASSWORD, "AHU-1", "Roof, east")
    account = await accounts.find(email)
    assert account
    return Owner(policy, account)


async def added(
    policy: Policy, email: str = "sam@example.com", role: Role = Role.CUSTOMER
) -> Owner:
    """Someone whose account was made on the command line."""
    return Owner(policy, await accounts.add(policy, email, PASSWORD, role))


async def enrolled(
    policy: Policy, clock: Clock, email: str = "ada@example.com", role: Role = Role.CUSTOMER
) -> Owner:
    """Someone with a second factor none of whose present codes was used; a time step begins."""
    owner = await added(policy, email, role)
    await next_step(clock)
    long_ago = totp.step_at(clock.now() - timedelta(hours=1))
    await two_factor.bind(policy, owner.account, owner.secret, long_ago)
    return owner


async def next_step(clock: Clock, steps: int = 1) -> None:
    """Travel to where a coming time step begins."""
    step = totp.step_at(clock.now()) + steps
    await clock.travel_to(datetime.fromtimestamp(step * totp.STEP_SECONDS, tz=UTC))
