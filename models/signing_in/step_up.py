"""A fresh code for a session that is about to do something that matters."""

from dataclasses import dataclass

from models import clock
from models.accounts import account as accounts
from models.errors import NotAllowed, Reason, StepUpRequired
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.second_factor import attempts, two_factor
from models.signing_in import session
from models.signing_in.session import Delivery, Session
from models.storage import database


@dataclass(frozen=True)
class SteppedUp:
    """The session as it stands now; its new token where it is a cookie's (ASVS 7.2.4)."""

    session: Session
    token: str | None


async def step_up(policy: Policy, origin: Origin, signed_in: Session, code: str) -> SteppedUp:
    """Confirm a session by a code. Raises CodeRejected, FactorSuspended, Throttled, NotAllowed."""
    account = signed_in.account
    if await two_factor.find(account) is None:
        raise NotAllowed(Reason.NO_FACTOR)
    attempt = await attempts.pay(policy, origin, account)
    left = attempt.charge.left
    entry = await attempts.check(policy, attempt, code, left)
    async with database.transaction():
        if not await accounts.hold_version(account, last_sign_in_at=account.last_sign_in_at):
            raise NotAllowed(Reason.NO_SESSION)
        await attempts.use(entry, left)
        token = await _confirm(signed_in)
        await audit.write(
            policy.keyring, Action.SESSION_CONFIRMED, actor=account.id, account=account.id
        )
    return SteppedUp(signed_in, token)


async def require(signed_in: Session, has_factor: bool = True) -> None:
    """Raises StepUpRequired where the session's last code is too long ago.

    An account without a second factor has no code to ask for.
    """
    if has_factor and not signed_in.code_is_recent:
        raise StepUpRequired


async def _confirm(signed_in: Session) -> str | None:
    signed_in.verified_at = clock.now()
    if signed_in.delivery == Delivery.COOKIE:
        return await session.renew_token(signed_in, verified_at=signed_in.verified_at)
    await session.change(signed_in, verified_at=signed_in.verified_at)
    return None
