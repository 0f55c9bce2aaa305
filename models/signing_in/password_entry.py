"""The first step's password: what is read before it is compared, in one statement.

That statement and the one that pays for the try are the same for addresses that nobody has, and
so is the work of comparing (ASVS 6.3.8).
"""

from dataclasses import dataclass
from functools import cache

from models import clock
from models.accounts import account as accounts
from models.accounts.account import Account
from models.origin import Origin
from models.policy import Policy
from models.signing_in import browser, throttle
from models.signing_in.throttle import Charge
from models.storage.statement import Columns, Statement

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
    subject = policy.keyring.mac("throttle", accounts.key_of(address))
    key = browser.budget(policy.keyring, origin, "password", subject, address)
    (row,) = await _reading().rows(key, accounts.key_of(address), clock.now())
    charge = await throttle.charge(key, throttle.PASSWORDS, row["failures"] or "")
    account = _ACCOUNT.made(row) if row["a_id"] and row["a_disabled_at"] is None else None
    if not await _is_right(policy, account, password) or account is None:
        return None
    return Entered(account, charge, bool(row["enrolled"]), bool(row["released"]))


async def _is_right(policy: Policy, account: Account | None, password: str) -> bool:
    hashed = account.password_hash if account else None
    verified = await policy.passwords.verify(password, hashed)
    if account is not None and verified.right and verified.upgrade:
        unchanged = Account.filter(id=account.id, password_hash=hashed)
        await unchanged.update(password_hash=verified.upgrade)
    return verified.right


@cache
def _reading() -> Statement:
    return Statement(f"""
SELECT {_ACCOUNT.listed}, t.failures,
    EXISTS (SELECT 1 FROM authenticator AS f WHERE f.account_id = a.id) AS enrolled,
    EXISTS (
        SELECT 1 FROM reset_grant AS g WHERE g.account_id = a.id AND g.ended_at IS NULL
        AND g.expires_at > $3 AND g.security_version = a.security_version
    ) AS released
FROM (SELECT 1) AS asked
LEFT JOIN throttle AS t ON t.key = $1
LEFT JOIN account AS a ON a.email_key = $2
""")  # noqa: S608 # columns of ours
