"""The second factor: an authenticator app, what it takes to be accepted, and when it is not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F
from tortoise.models import Model

from models import clock, mail
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import CodeHint, CodeRejected, FactorSuspended
from models.keys.keyring import Keyring
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.second_factor import totp
from models.signing_in import browser, throttle
from models.storage import database

FAILURES_IN_A_ROW = 100
"""So many wrong codes suspend the factor (NIST SP 800-63B-4 §3.2.2)."""


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


@dataclass(frozen=True)
class Attempt:
    """A look at one code, paid for."""

    account: Account
    factor: Authenticator
    charge: throttle.Charge


@dataclass(frozen=True)
class Entry:
    """A code that was right, before it is used."""

    account: Account
    charge: throttle.Charge
    step: int


async def find(account: Account) -> Authenticator | None:
    """The account's second factor, suspended or not; None where it has none."""
    return await Authenticator.get_or_none(account_id=account.id)


async def factors_of(account_ids: Iterable[UUID]) -> dict[UUID, Authenticator]:
    """The second factors of several accounts."""
    rows = await Authenticator.filter(account_id__in=list(account_ids))
    return {row.account_id: row for row in rows}


async def pay(policy: Policy, origin: Origin, account: Account) -> Attempt:
    """Pay for one attempt before its code is looked at, in commits of their own.

    Of many at once no more are looked at than are left in a row. Raises FactorSuspended, Throttled.
    """
    factor = await find(account)
    if factor is None or factor.suspended_at is not None:
        raise FactorSuspended
    key = browser.budget(policy.keyring, origin, "code", str(account.id), account.email)
    charge = await throttle.charge(key, throttle.CODES)
    usable = Authenticator.filter(
        account_id=account.id, suspended_at=None, failures_in_a_row__lt=FAILURES_IN_A_ROW
    )
    if not await usable.update(failures_in_a_row=F("failures_in_a_row") + 1):
        await charge.give_back()
        await suspend_for_failures(policy, account)
        raise FactorSuspended
    return Attempt(account, factor, charge)


async def check(policy: Policy, attempt: Attempt, code: str, attempts_left: int) -> Entry:
    """Look at a code. Raises CodeRejected; only `use` accepts what comes back."""
    account = attempt.account
    found = compare(policy, attempt.factor, code, await _disclosed(account))
    if isinstance(found, totp.Accepted):
        return Entry(account, attempt.charge, found.step)
    await refused(account, found)
    await suspend_for_failures(policy, account)
    raise CodeRejected(found.hint, attempts_left)


def compare(
    policy: Policy, factor: Authenticator, code: str, disclosed: Collection[int]
) -> totp.Accepted | totp.Rejected:
    """What a code is worth just now, to whom has paid for it; changes nothing."""
    secret = policy.keyring.decrypt(factor.secret, _aad(factor.account_id))
    return totp.match(secret, code, clock.now(), factor.last_step, disclosed)


async def refused(account: Account, found: totp.Rejected) -> None:
    """Remember what the refusal is about to disclose."""
    if found.disclosed is None:
        return
    try:
        await DisclosedStep.create(account_id=account.id, step=found.disclosed)
    except IntegrityError:
        pass  # Somebody was told before.


async def use(entry: Entry, attempts_left: int) -> None:
    """Accept a code, once: in the transaction of what it allows, which gives the attempt back.

    Raises CodeRejected where its step was used meanwhile (RFC 6238 §5.2).
    """
    unused = Authenticator.filter(
        account_id=entry.account.id, last_step__lt=entry.step, suspended_at=None
    )
    now = clock.now()
    if not await unused.update(last_step=entry.step, last_used_at=now, failures_in_a_row=0):
        raise CodeRejected(CodeHint.ALREADY_USED, attempts_left)
    await entry.charge.give_back()


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
    secret = policy.keyring.decrypt(factor.secret, _aad(account.id))
    return totp.code_at(secret, max(totp.step_at(clock.now()), factor.last_step + 1))


async def purge() -> None:
    """Drop disclosed steps whose time has passed."""
    past = totp.step_at(clock.now() - timedelta(minutes=10))
    await DisclosedStep.filter(step__lt=past).delete()


async def _disclosed(account: Account) -> set[int]:
    rows = DisclosedStep.filter(account_id=account.id)
    return set(await rows.values_list("step", flat=True))  # type: ignore[arg-type]


async def suspend_for_failures(policy: Policy, account: Account) -> None:
    """Where so many in a row were paid for, and none of them was right."""
    spent = Authenticator.filter(
        account_id=account.id, suspended_at=None, failures_in_a_row__gte=FAILURES_IN_A_ROW
    )
    if not await spent.exists():
        return
    async with database.transaction():
        if await accounts.raise_version(account):
            await suspend(policy, account, Suspension.FAILURES)
            await mail.post(
                policy.keyring, account, mail.Kind.SECOND_FACTOR_SUSPENDED, at=clock.now()
            )


def _aad(account_id: UUID) -> str:
    return f"authenticator:{account_id}"
