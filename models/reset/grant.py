"""What an approval gives: the right to enrol again, with a release code that is mailed.

Approval never turns the second step off. The grant is used up when the new factor is confirmed.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models import clock, mail, tokens
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired, ReleaseCodeRejected
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import links
from models.signing_in import browser, challenge, throttle
from models.signing_in.challenge import SignIn, Step
from models.storage import database

LIFETIME = timedelta(hours=24)
RESENDS = (throttle.Limit(3, timedelta(hours=1)),)
_PURPOSE = "release-code"


class ResetGrant(Model):
    """A reset that was granted, until it is used up or ended."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    account_id = fields.UUIDField(db_index=True)
    ticket_id: UUID | None = fields.UUIDField(null=True)
    """Null where an operator granted it."""
    reference = fields.CharField(max_length=16)
    release_code_hash = fields.CharField(max_length=64)
    """Made with the key ring: 60 bits alone could be tried out on a stolen copy."""
    security_version = fields.IntField()
    expires_at = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "reset_grant"


async def give(
    policy: Policy, account: Account, ticket_id: UUID | None, reference: str
) -> ResetGrant:
    """Grant a reset in the caller's transaction, after the account's version was raised.

    Any earlier grant ends.
    """
    code, grant_id = tokens.new_release_code(), uuid4()
    await ResetGrant.filter(account_id=account.id, ended_at=None).update(ended_at=clock.now())
    granted = await ResetGrant.create(
        id=grant_id,
        account_id=account.id,
        ticket_id=ticket_id,
        reference=reference,
        release_code_hash=policy.keyring.mac(_PURPOSE, _message(grant_id, code)),
        security_version=account.security_version,
        expires_at=clock.now() + LIFETIME,
    )
    await _mail(policy, account, granted, code)
    return granted


async def active(account: Account) -> ResetGrant | None:
    """The account's grant, unless it is used, ended, expired or overtaken."""
    return await ResetGrant.get_or_none(
        account_id=account.id,
        ended_at=None,
        expires_at__gt=clock.now(),
        security_version=account.security_version,
    )


async def check(
    policy: Policy, origin: Origin, half: SignIn, release_code: str | None
) -> ResetGrant:
    """Look at the release code, unless it was right on this challenge before.

    Five wrong ones end the challenge, never the grant. Raises ReleaseCodeRejected,
    ChallengeExpired, Throttled.
    """
    granted = await active(half.account)
    if granted is None:
        raise ChallengeExpired
    if half.released:
        return granted
    if not (release_code or "").strip():
        raise ReleaseCodeRejected(half.attempts_left)
    account = half.account
    key = browser.budget(policy.keyring, origin, "release", str(account.id), account.email)
    charge = await throttle.charge(key, throttle.RELEASE_CODES)
    left = await challenge.charge(half)
    message = _message(granted.id, release_code or "")
    if not policy.keyring.verify(_PURPOSE, message, granted.release_code_hash):
        raise ReleaseCodeRejected(left)
    await challenge.remember_release(half)
    await charge.give_back()
    return granted


async def unended(account: Account) -> ResetGrant | None:
    """The account's grant that has not expired, whatever has happened to the account since."""
    return await ResetGrant.get_or_none(
        account_id=account.id, ended_at=None, expires_at__gt=clock.now()
    )


async def end(granted: ResetGrant) -> None:
    """Use a grant up, or end it, once. Raises ChallengeExpired where it had ended."""
    alive = ResetGrant.filter(id=granted.id, ended_at=None)
    if not await alive.update(ended_at=clock.now()):
        raise ChallengeExpired


async def resend(policy: Policy, token: str) -> datetime:
    """Mail a new release code; an earlier one stops working. Returns when it expires.

    Raises ChallengeExpired, Throttled.
    """
    half = await challenge.find(token, Step.RELEASE)
    granted = await active(half.account)
    if granted is None:
        raise ChallengeExpired
    await throttle.charge(f"release:{granted.id}", RESENDS)
    code = tokens.new_release_code()
    hashed = policy.keyring.mac(_PURPOSE, _message(granted.id, code))
    async with database.transaction():
        if not await accounts.hold_version(half.account, locale=half.account.locale):
            raise ChallengeExpired
        alive = ResetGrant.filter(id=granted.id, ended_at=None)
        if not await alive.update(release_code_hash=hashed):
            raise ChallengeExpired
        await audit.write(
            policy.keyring,
            Action.RELEASE_CODE_RESENT,
            account=half.account_id,
            ticket=granted.ticket_id,
        )
        await _mail(policy, half.account, granted, code)
    return granted.expires_at


def _message(grant_id: UUID, code: str) -> str:
    return f"{grant_id}:{tokens.bare_release_code(code)}"


async def _mail(policy: Policy, account: Account, granted: ResetGrant, code: str) -> None:
    cancel = await links.new(policy, links.Purpose.CANCEL_RESET, account.id, granted.ticket_id)
    await mail.post(
        policy.keyring,
        account,
        mail.Kind.RESET_APPROVED,
        reference=granted.reference,
        release_code=code,
        expires_at=granted.expires_at,
        cancel_link=cancel,
    )
