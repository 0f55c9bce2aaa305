"""Accounts as an operator looks them up: a list by address, and all about one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from models.accounts import account as accounts
from models.accounts.account import Account, Device, Role
from models.policy import Policy
from models.reset import grant
from models.reset.grant import ResetGrant
from models.reset.ticket import OPEN, RecoveryTicket
from models.second_factor import two_factor
from models.second_factor.two_factor import Authenticator
from models.signing_in import session
from models.signing_in.session import Session

_BATCH = 500
_ID = "account_"


@dataclass(frozen=True)
class Dossier:
    """All about one account; nothing that signs in."""

    account: Account
    factor: Authenticator | None
    grant: ResetGrant | None
    devices: list[Device]
    sessions: list[Session]
    ticket: RecoveryTicket | None
    """The open one."""


async def find(named: str) -> Account | None:
    """The account of an address; or of an id such as `show` tells, also once it is closed."""
    if not named.startswith(_ID):
        return await accounts.find(named)
    try:
        return await Account.get_or_none(id=UUID(hex=named.removeprefix(_ID)))
    except ValueError:
        return None


async def matching(
    start: str, role: Role | None, disabled: bool | None, most: int
) -> AsyncIterator[tuple[Account, Authenticator | None]]:
    """Accounts whose address begins so, in the order of addresses, each with its second factor.

    Closed accounts have no address and are not among them.
    """
    after = ""
    while most > 0:
        wanted = Account.filter(email_key__startswith=start.lower(), email_key__gt=after)
        if role is not None:
            wanted = wanted.filter(role=role)
        if disabled is not None:
            wanted = wanted.filter(disabled_at__isnull=not disabled)
        rows = await wanted.order_by("email_key").limit(min(most, _BATCH))
        factors = await two_factor.factors_of(row.id for row in rows)
        for row in rows:
            yield row, factors.get(row.id)
        if len(rows) < min(most, _BATCH):
            return
        most, after = most - len(rows), rows[-1].email_key or ""


async def dossier(policy: Policy, account: Account) -> Dossier:
    """All about an account."""
    return Dossier(
        account,
        await two_factor.find(account),
        await grant.unended(account),
        await Device.filter(account_id=account.id).order_by("registered_at"),
        (await session.sessions_of(policy, [account])).get(account.id, []),
        await RecoveryTicket.get_or_none(account_id=account.id, state__in=OPEN),
    )


def state_of(factor: Authenticator | None) -> str:
    """A second factor in a word or two."""
    if factor is None:
        return "none"
    return "active" if factor.suspended_at is None else f"suspended: {factor.suspension}"
