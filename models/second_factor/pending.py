"""A secret that waits for the first code made from it, and stays the same until then.

It belongs to the challenge, or the session, that began it, and to the account as it was: what
changes the account makes it void.
"""

from datetime import datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models import clock
from models.accounts.account import Account
from models.errors import ChallengeExpired
from models.policy import Policy
from models.second_factor import totp
from models.signing_in.challenge import ATTEMPTS


class Enrollment(Model):
    """An enrolment that was begun."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    subject_id = fields.UUIDField(unique=True)
    """Of the challenge or the session that began it."""
    account_id = fields.UUIDField()
    security_version = fields.IntField()
    secret = fields.TextField()
    """Encrypted for this row."""
    attempts_left = fields.IntField(default=ATTEMPTS)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "enrollment"


async def find(subject_id: UUID, account: Account) -> Enrollment | None:
    """What a challenge or session has begun, unless it is void."""
    return await Enrollment.get_or_none(
        subject_id=subject_id,
        security_version=account.security_version,
        expires_at__gt=clock.now(),
        attempts_left__gt=0,
    )


async def start(
    policy: Policy, subject_id: UUID, account: Account, expires_at: datetime
) -> Enrollment:
    """Begin with a new secret, or with the one that another tab began at the same moment.

    Raises ChallengeExpired where that one is void already.
    """
    row_id = uuid4()
    await _void(subject_id, account).delete()
    begun = Enrollment(
        id=row_id,
        subject_id=subject_id,
        account_id=account.id,
        security_version=account.security_version,
        secret=policy.keyring.encrypt(totp.new_secret(), _aad(row_id)),
        expires_at=expires_at,
    )
    try:
        await begun.save()
    except IntegrityError:
        found = await find(subject_id, account)
        if found is None:
            raise ChallengeExpired from None
        return found
    return begun


async def charge(begun: Enrollment) -> int:
    """Pay for one code before it is looked at; returns how many are left. Raises ChallengeExpired.

    Codes count against their own enrolment only.
    """
    paid = Enrollment.filter(id=begun.id, attempts_left__gt=0)
    if not await paid.update(attempts_left=F("attempts_left") - 1):
        raise ChallengeExpired
    return begun.attempts_left - 1


def secret_of(policy: Policy, begun: Enrollment) -> str:
    """The secret in base32."""
    return policy.keyring.decrypt(begun.secret, _aad(begun.id))


async def purge() -> None:
    """Drop secrets that nobody confirmed in time."""
    await Enrollment.filter(expires_at__lt=clock.now()).delete()


def _void(subject_id: UUID, account: Account) -> QuerySet[Enrollment]:
    # Not all: what another tab began just now is to stay.
    overtaken = Q(security_version__lt=account.security_version)
    return Enrollment.filter(
        overtaken | Q(expires_at__lte=clock.now()) | Q(attempts_left__lte=0), subject_id=subject_id
    )


def _aad(enrollment_id: UUID) -> str:
    return f"enrollment:{enrollment_id}"
