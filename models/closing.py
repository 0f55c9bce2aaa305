"""How an account ends: by its owner, who never asked for it, or by an operator."""

from datetime import datetime

from models import account as accounts
from models import audit, calling_off, clock, database, doorbell, links, mail, session
from models.account import Account
from models.actions import Action
from models.errors import ChallengeExpired
from models.feed import CancelledBy
from models.links import Purpose
from models.policy import Policy
from models.ticket import RecoveryTicket


async def close(policy: Policy, token: str) -> datetime:
    """Close the account by the "not me" link of the mail about its registration.

    The address can be registered anew. Returns when it was closed; raises ChallengeExpired.
    """
    link = await links.find(Purpose.CLOSE_ACCOUNT, token)
    if link is None:
        raise ChallengeExpired
    async with database.transaction():
        await links.use(link)
        account = await Account.get(id=link.account_id)
        closed_at = await _end(policy, account, Action.ACCOUNT_CLOSED, free_address=True)
    doorbell.ring()
    return closed_at


async def disable(policy: Policy, account: Account) -> None:
    """Let nobody sign in to this account any more. Raises ChallengeExpired if it was disabled."""
    async with database.transaction():
        await _end(policy, account, Action.ACCOUNT_DISABLED)
    doorbell.ring()


async def _end(
    policy: Policy, account: Account, action: Action, free_address: bool = False
) -> datetime:
    now = clock.now()
    if not await accounts.raise_version(account, disabled_at=now, first_sign_in=False):
        raise ChallengeExpired
    await session.end_all(account)
    await audit.write(policy.keyring, action, account=account.id)
    await mail.post(policy.keyring, account, mail.Kind.ACCOUNT_CLOSED, at=now)
    if free_address:
        await _free_address(account)
    await calling_off.call_off(policy, account, CancelledBy.ACCOUNT_CLOSED)
    return now


async def _free_address(account: Account) -> None:
    # A key changes, which PostgreSQL keeps from whoever writes a row that refers to the account.
    # The desk does so while it holds a ticket, so the tickets have to be held before.
    await RecoveryTicket.filter(account_id=account.id).select_for_update(no_key=True)
    await Account.filter(id=account.id).update(email_key=None)
