"""A look at a code: paid for, compared, and used once or held against the factor."""

from collections.abc import Collection
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from models import clock, mail
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import CodeHint, CodeRejected, FactorSuspended
from models.origin import Origin
from models.policy import Policy
from models.second_factor import totp, two_factor
from models.second_factor.two_factor import Authenticator, DisclosedStep, Suspension
from models.signing_in import browser, throttle
from models.storage import database

FAILURES_IN_A_ROW = 100
"""So many wrong codes suspend the factor (NIST SP 800-63B-4 §3.2.2)."""


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


async def pay(policy: Policy, origin: Origin, account: Account) -> Attempt:
    """Pay for one attempt before its code is looked at, in commits of their own.

    Of many at once no more are looked at than are left in a row. Raises FactorSuspended, Throttled.
    """
    factor = await two_factor.find(account)
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
    secret = two_factor.secret_of(policy, factor)
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


async def suspend_for_failures(policy: Policy, account: Account) -> None:
    """Where so many in a row were paid for, and none of them was right."""
    spent = Authenticator.filter(
        account_id=account.id, suspended_at=None, failures_in_a_row__gte=FAILURES_IN_A_ROW
    )
    if not await spent.exists():
        return
    async with database.transaction():
        if await accounts.raise_version(account):
            await two_factor.suspend(policy, account, Suspension.FAILURES)
            await mail.post(
                policy.keyring, account, mail.Kind.SECOND_FACTOR_SUSPENDED, at=clock.now()
            )


async def _disclosed(account: Account) -> set[int]:
    rows = DisclosedStep.filter(account_id=account.id)
    return set(await rows.values_list("step", flat=True))  # type: ignore[arg-type]
