"""Binding an authenticator app: offer a secret, and be shown the first code made from it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp

from models import clock, mail
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired, CodeRejected, NotAllowed, Reason, ReleaseCodeRejected
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import calling_off, grant
from models.reset.grant import ResetGrant
from models.second_factor import pending, totp, two_factor
from models.second_factor.pending import Enrollment
from models.signing_in import browser, challenge, step_up
from models.signing_in import session as sessions
from models.signing_in.challenge import LIFETIME, SignIn, Step
from models.signing_in.session import Session
from models.signing_in.sign_in import SignedIn
from models.storage import database
from models.stream import doorbell
from models.stream.feed import CancelledBy


@dataclass(frozen=True)
class Offer:
    """What an authenticator app needs: the secret in base32, alone and as an otpauth URI."""

    secret: str
    uri: str
    issuer: str
    expires_at: datetime


@dataclass(frozen=True)
class Asker:
    """Who enrols: half signed in by a challenge, or signed in."""

    id: UUID
    account: Account
    half: SignIn | None = None
    session: Session | None = None
    granted: ResetGrant | None = None


async def begin(
    policy: Policy,
    origin: Origin,
    token: str | None,
    signed_in: Session | None,
    release_code: str | None = None,
) -> Offer:
    """Offer a secret, the same one again while it waits to be confirmed.

    Raises ChallengeExpired, ReleaseCodeRejected, Throttled, StepUpRequired, NotAllowed.
    """
    asker = await _asker(policy, origin, token, signed_in, release_code)
    expires_at = asker.half.expires_at if asker.half else clock.now() + LIFETIME
    begun = await pending.find(asker.id, asker.account) or await pending.start(
        policy, asker.id, asker.account, expires_at
    )
    secret = pending.secret_of(policy, begun)
    totp_ = pyotp.TOTP(secret, name=asker.account.email, issuer=policy.issuer)
    return Offer(secret, totp_.provisioning_uri(), policy.issuer, begun.expires_at)


async def confirm(
    policy: Policy, origin: Origin, token: str | None, signed_in: Session | None, code: str
) -> SignedIn:
    """Bind the app whose code this is, in place of any other, and sign in.

    Ends all other sessions, gives this one a new token and mails the owner. Raises CodeRejected,
    ChallengeExpired, StepUpRequired, NotAllowed.
    """
    asker = await _begun(policy, origin, token, signed_in)
    begun = await pending.find(asker.id, asker.account)
    if begun is None:
        raise ChallengeExpired
    left = await pending.charge(begun)
    secret = pending.secret_of(policy, begun)
    found = totp.match(secret, code, clock.now(), last_step=0)
    if isinstance(found, totp.Rejected):
        raise CodeRejected(found.hint, left)
    async with database.transaction():
        signed, news = await _bind(policy, origin, asker, begun, secret, found.step)
    if news:
        doorbell.ring()
    return signed


async def _asker(
    policy: Policy,
    origin: Origin,
    token: str | None,
    signed_in: Session | None,
    release_code: str | None,
) -> Asker:
    if token is None:
        return await _in_session(signed_in)
    half = await challenge.find(token, Step.ENROLL, Step.RELEASE)
    if half.step == Step.ENROLL:
        return Asker(half.id, half.account, half)
    granted = await grant.check(policy, origin, half, release_code)
    return Asker(half.id, half.account, half, granted=granted)


async def _begun(
    policy: Policy, origin: Origin, token: str | None, signed_in: Session | None
) -> Asker:
    try:
        return await _asker(policy, origin, token, signed_in, None)
    except ReleaseCodeRejected:
        # Nothing was begun on this challenge: the release code comes with beginEnrollment.
        raise ChallengeExpired from None


async def _in_session(signed_in: Session | None) -> Asker:
    if signed_in is None:
        raise NotAllowed(Reason.NO_SESSION)
    account = await Account.get(id=signed_in.account_id)
    factor = await two_factor.find(account)
    if factor is not None and factor.suspended_at is not None:
        raise NotAllowed(Reason.FACTOR_SUSPENDED)
    await step_up.require(signed_in, bool(factor or await grant.active(account)))
    return Asker(signed_in.id, account, session=signed_in)


async def _bind(
    policy: Policy, origin: Origin, asker: Asker, begun: Enrollment, secret: str, step: int
) -> tuple[SignedIn, bool]:
    account, now = asker.account, clock.now()
    account.security_version = begun.security_version
    changes = {"first_sign_in": False, "last_sign_in_at": now, "locale": origin.locale}
    if not await accounts.raise_version(account, **changes):
        raise ChallengeExpired
    account.locale = origin.locale
    await begun.delete()
    await two_factor.bind(policy, account, secret, step)
    if asker.granted is not None:
        await grant.end(asker.granted)
    signed = await _signed_in(policy, origin, asker)
    await _tell(policy, origin, account, now)
    news = await calling_off.call_off(policy, account, CancelledBy.SIGN_IN)
    return signed, news


async def _signed_in(policy: Policy, origin: Origin, asker: Asker) -> SignedIn:
    mark = browser.mark(policy.keyring, origin, asker.account.email)
    await sessions.end_all(asker.account, but=asker.session)
    if asker.session is not None:
        asker.session.verified_at = clock.now()
        token = await sessions.renew_token(asker.session, verified_at=asker.session.verified_at)
        return SignedIn(asker.account, asker.session, token, mark)
    if asker.half is None:
        raise ChallengeExpired
    await challenge.complete(asker.half)
    session, token = await sessions.open_for(
        policy, origin, asker.account, asker.half.delivery, clock.now()
    )
    return SignedIn(asker.account, session, token, mark)


async def _tell(policy: Policy, origin: Origin, account: Account, now: datetime) -> None:
    await audit.write(policy.keyring, Action.FACTOR_CONFIRMED, actor=account.id, account=account.id)
    await mail.post(
        policy.keyring,
        account,
        mail.Kind.SECOND_FACTOR_CONFIRMED,
        at=now,
        ip=origin.ip,
        user_agent=origin.user_agent,
    )
