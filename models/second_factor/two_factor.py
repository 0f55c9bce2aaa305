"""The second factor: an authenticator app, bound to an account, and accepted until suspended."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from models import clock
from models.accounts.account import Account
from models.keys.keyring import Keyring
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.second_factor import totp


class Suspension(StrEnum):
    """Why a factor is not accepted any more."""

    FAILURES = "FAILURES"
    STOLEN = "STOLEN"


class Authenticator(Model):
    """An account's authenticator app."""

    account: fields.OneToOneRelation[Account] = fields.OneToOneField(
        "models.Account", related_name="authenticator", primary_key=True
    )
    account_id: UUID
    secret = fields.TextField()
    """Encrypted for this account."""
    enrolled_at = fields.DatetimeField()
    last_used_at: datetime | None = fields.DatetimeField(null=True)
    last_step = fields.BigIntField()
    failures_in_a_row = fields.IntField(default=0)
    suspended_at: datetime | None = fields.DatetimeField(null=True)
    suspension = fields.CharEnumField(Suspension, max_length=16, null=True)
    suspended_by_id: UUID | None = fields.UUIDField(null=True)
    """The ticket that told of the theft: only that one lifts it."""

    class Meta:
        table = "authenticator"


class DisclosedStep(Model):
    """A step still to come whose code somebody was told to be right."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    account_id = fields.UUIDField()
    step = fields.BigIntField()

    class Meta:
        table = "disclosed_step"
        unique_together = (("account_id", "step"),)


async def find(account: Account) -> Authenticator | None:
    """The account's second factor, suspended or not; None where it has none."""
    return await Authenticator.get_or_none(account_id=account.id)


async def factors_of(account_ids: Iterable[UUID]) -> dict[UUID, Authenticator]:
    """The second factors of several accounts."""
    rows = await Authenticator.filter(account_id__in=list(account_ids))
    return {row.account_id: row for row in rows}


async def bind(policy: Policy, account: Account, secret: str, step: int) -> None:
    """Make this the account's second factor, in place of any other; `step` counts as used."""
    await Authenticator.filter(account_id=account.id).delete()
    await DisclosedStep.filter(account_id=account.id).delete()
    now = clock.now()
    await Authenticator.create(
        account=account,
        secret=policy.keyring.encrypt(secret, _aad(account.id)),
        enrolled_at=now,
        last_used_at=now,
        last_step=step,
    )


def brought_along(keyring: Keyring, account_id: UUID, secret: str) -> Authenticator:
    """A second factor from another system, to be saved with the account; no code of it was used."""
    return Authenticator(
        account_id=account_id,
        secret=keyring.encrypt(secret, _aad(account_id)),
        enrolled_at=clock.now(),
        last_step=0,
    )


async def suspend(
    policy: Policy, account: Account, why: Suspension, ticket_id: UUID | None = None
) -> None:
    """Accept nothing more from this factor, in the caller's transaction; the account keeps it."""
    usable = Authenticator.filter(account_id=account.id, suspended_at=None)
    await usable.update(suspended_at=clock.now(), suspension=why, suspended_by_id=ticket_id)
    await audit.write(policy.keyring, Action.FACTOR_SUSPENDED, account=account.id, detail=why.value)


async def lift_theft(policy: Policy, account_id: UUID, ticket_id: UUID) -> bool:
    """Accept it again that this ticket said was stolen. False where there is nothing to lift."""
    stolen = Authenticator.filter(account_id=account_id, suspended_by_id=ticket_id)
    lifted = await stolen.update(suspended_at=None, suspension=None, suspended_by_id=None)
    if lifted:
        await audit.write(policy.keyring, Action.FACTOR_RESTORED, account=account_id)
    return bool(lifted)


async def current_code(policy: Policy, account: Account) -> str | None:
    """A code that signs the account in, for demonstrations; None without a factor.

    It is what the app shows now, or next where that was used.
    """
    factor = await find(account)
    if factor is None:
        return None
    step = max(totp.step_at(clock.now()), factor.last_step + 1)
    return totp.code_at(secret_of(policy, factor), step)


def secret_of(policy: Policy, factor: Authenticator) -> str:
    """The secret in base32."""
    return policy.keyring.decrypt(factor.secret, _aad(factor.account_id))


async def purge() -> None:
    """Drop disclosed steps whose time has passed."""
    past = totp.step_at(clock.now() - timedelta(minutes=10))
    await DisclosedStep.filter(step__lt=past).delete()


def _aad(account_id: UUID) -> str:
    return f"authenticator:{account_id}"
