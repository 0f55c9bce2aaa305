"""Signing in: e-mail and password, then the second step."""

from dataclasses import dataclass
from datetime import datetime

from models import clock
from models.accounts import account as accounts
from models.accounts import addresses
from models.accounts.account import Account
from models.errors import ChallengeExpired, InvalidCredentials
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import calling_off, grant
from models.second_factor import attempts, code_entry
from models.second_factor.attempts import Entry
from models.signing_in import browser, challenge, password_entry
from models.signing_in import session as sessions
from models.signing_in.challenge import SignIn, Step
from models.signing_in.password_entry import Entered
from models.signing_in.session import Delivery, Session
from models.storage import database
from models.stream import doorbell
from models.stream.feed import CancelledBy


@dataclass(frozen=True)
class SignedIn:
    """A new session. `browser` is the mark of a browser that entered a code, for its cookie."""

    account: Account
    session: Session
    token: str
    browser: str | None = None


@dataclass(frozen=True)
class EnrollmentRequired:
    """A challenge for binding an authenticator app."""

    token: str
    expires_at: datetime
    release_code_required: bool


@dataclass(frozen=True)
class CodeRequired:
    """A challenge for entering a code."""

    token: str
    expires_at: datetime


Outcome = SignedIn | EnrollmentRequired | CodeRequired


async def login(
    policy: Policy, origin: Origin, email: str, password: str, delivery: Delivery
) -> Outcome:
    """The first step. Raises InvalidInput, InvalidCredentials, Throttled.

    Unknown addresses cost and say the same as a wrong password, and throttle alike
    (ASVS 6.3.8).
    """
    address = addresses.normalised(email)
    await policy.network.may_log_in(origin.network)
    entered = await password_entry.enter(policy, origin, address, password)
    if entered is None:
        await policy.network.failed_login(origin.network)
        raise InvalidCredentials
    return await _second_step(policy, origin, entered, delivery)


async def verify_code(policy: Policy, origin: Origin, token: str, code: str) -> SignedIn:
    """The second step, by the code of the authenticator app.

    Signing in ends a reset that was asked for or granted: the factor is there after all. Raises
    CodeRejected, FactorSuspended, ChallengeExpired, Throttled.
    """
    entered = await code_entry.enter(policy, origin, token, code)
    half = entered.half
    session, session_token = entered.opened or await _complete(policy, origin, half, entered.entry)
    mark = browser.mark(policy.keyring, origin, half.account.email)
    return SignedIn(half.account, session, session_token, mark)


async def _second_step(
    policy: Policy, origin: Origin, entered: Entered, delivery: Delivery
) -> Outcome:
    account, charge, step = entered.account, entered.charge, _next(entered)
    if step is None:
        await charge.give_back()
        if first := await _first_sign_in(policy, origin, account, delivery):
            return first
        half, token = await challenge.open_for(account, delivery, Step.ENROLL)
    else:
        half, token = await challenge.open_for(account, delivery, step, charge)
    if step == Step.CODE:
        return CodeRequired(token, half.expires_at)
    return EnrollmentRequired(token, half.expires_at, release_code_required=step == Step.RELEASE)


def _next(entered: Entered) -> Step | None:
    """The second step; None where there may be no need of one."""
    if entered.released:
        return Step.RELEASE
    if entered.enrolled:
        return Step.CODE
    return None if entered.account.first_sign_in else Step.ENROLL


async def _first_sign_in(
    policy: Policy, origin: Origin, account: Account, delivery: Delivery
) -> SignedIn | None:
    """Signs in without a second step, once, where that is still to come."""
    if not account.first_sign_in:
        return None
    async with database.transaction():
        waiting = Account.filter(
            id=account.id, first_sign_in=True, security_version=account.security_version
        )
        if not await waiting.update(first_sign_in=False, last_sign_in_at=clock.now()):
            return None
        session, token = await sessions.open_for(policy, origin, account, delivery, None)
        await audit.write(
            policy.keyring, Action.SESSION_OPENED, actor=account.id, account=account.id
        )
    return SignedIn(account, session, token)


async def _complete(
    policy: Policy, origin: Origin, half: SignIn, entry: Entry
) -> tuple[Session, str]:
    """What a right code allows, all or nothing, whatever else it changes."""
    async with database.transaction():
        session, token, news = await _completed(policy, origin, half, entry)
    if news:
        doorbell.ring()
    return session, token


async def _completed(
    policy: Policy, origin: Origin, half: SignIn, entry: Entry
) -> tuple[Session, str, bool]:
    """Tells whether the queue has news."""
    account, now = half.account, clock.now()
    granted = await grant.unended(account)
    move = accounts.raise_version if granted else accounts.hold_version
    if not await move(account, last_sign_in_at=now, locale=origin.locale):
        raise ChallengeExpired
    await attempts.use(entry, half.attempts_left)
    await challenge.complete(half)
    session, token = await sessions.open_for(policy, origin, account, half.delivery, now)
    await audit.write(policy.keyring, Action.SESSION_OPENED, actor=account.id, account=account.id)
    news = await calling_off.call_off(policy, account, CancelledBy.SIGN_IN)
    return session, token, news
