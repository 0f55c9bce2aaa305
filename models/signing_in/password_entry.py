"""The first step's password: what is read before it is compared, and paid, in one statement.

On PostgreSQL it pays in the same statement where nothing has failed lately, and in a second one
otherwise; on SQLite both are sent in one go. All is the same for addresses that nobody has, and so
is the work of comparing (ASVS 6.3.8).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from models import clock
from models.accounts import addresses
from models.accounts.account import Account
from models.origin import Origin
from models.policy import Policy
from models.signing_in import browser, throttle
from models.signing_in.throttle import Charge
from models.storage import database, statement
from models.storage.rows import Columns
from models.storage.sqlite import Run
from models.storage.statement import Row, Statement

_ACCOUNT = Columns(Account, "a")


@dataclass(frozen=True)
class Entered:
    """An account whose password was right, what is known of its second step, and what was paid."""

    account: Account
    charge: Charge
    enrolled: bool
    """Whether it has a second factor, suspended or not."""
    released: bool
    """Whether a reset was granted: see `grant.active`."""


async def enter(policy: Policy, origin: Origin, address: str, password: str) -> Entered | None:
    """Pay for one try, and look at the password; None where it is not that of an account.

    Raises Throttled.
    """
    subject = policy.keyring.mac("throttle", addresses.key_of(address))
    key = browser.budget(policy.keyring, origin, "password", subject, address)
    row, charge = await _paid(key, address)
    account = _ACCOUNT.made(row) if row["a_id"] and row["a_disabled_at"] is None else None
    if not await _is_right(policy, account, password) or account is None:
        return None
    return Entered(account, charge, bool(row["enrolled"]), bool(row["released"]))


async def _paid(key: str, address: str) -> tuple[Row, Charge]:
    asked = (key, addresses.key_of(address), clock.now())
    if database.dialect() == "sqlite":
        return await statement.visit(lambda run: _paid_during(run, *asked), whole=False)
    first = throttle.price(key, "", throttle.PASSWORDS)
    (row,) = await paying().rows(*asked, *first.values)
    if row["paid"]:
        return row, first.charge
    return row, await throttle.charge(key, throttle.PASSWORDS, row["failures"] or "")


def _paid_during(run: Run, key: str, address: str, now: datetime) -> tuple[Row, Charge]:
    (row,) = reading().run(run, key, address, now)
    return row, throttle.charged(run, key, throttle.PASSWORDS, row["failures"] or "")


async def _is_right(policy: Policy, account: Account | None, password: str) -> bool:
    hashed = account.password_hash if account else None
    verified = await policy.passwords.verify(password, hashed)
    if account is not None and verified.right and verified.upgrade:
        unchanged = Account.filter(id=account.id, password_hash=hashed)
        await unchanged.update(password_hash=verified.upgrade)
    return verified.right


@cache
def paying() -> Statement:
    """What is read, and whether that has paid, by the values of the first price."""
    return Statement(f"""
WITH paid AS ({throttle.payment(4)})
{_selecting("EXISTS (SELECT 1 FROM paid)")}
""")  # noqa: S608 # words of ours


@cache
def reading() -> Statement:
    """The same without paying: by the throttle's key, the address as it is compared, and now."""
    return Statement(_selecting("FALSE"))


def _selecting(paid: str) -> str:
    return f"""
SELECT {_ACCOUNT.listed}, t.failures, {paid} AS paid,
    EXISTS (SELECT 1 FROM authenticator AS f WHERE f.account_id = a.id) AS enrolled,
    EXISTS (
        SELECT 1 FROM reset_grant AS g WHERE g.account_id = a.id AND g.ended_at IS NULL
        AND g.expires_at > $3 AND g.security_version = a.security_version
    ) AS released
FROM (SELECT 1) AS asked
LEFT JOIN throttle AS t ON t.key = $1
LEFT JOIN account AS a ON a.email_key = $2
"""  # noqa: S608 # columns of ours
