"""How an account ends: by its owner, who never asked for it, or by an operator, who may undo it."""

from dataclasses import dataclass
from datetime import datetime

from models import clock, mail, text
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import calling_off, links
from models.reset.links import Purpose
from models.reset.ticket import RecoveryTicket
from models.second_factor import two_factor
from models.signing_in import session
from models.storage import database
from models.stream import doorbell
from models.stream.feed import CancelledBy

LONGEST_REASON = 500


@dataclass(frozen=True)
class Ended:
    """What ended with an account: when, how many sessions, and whether a reset was called off."""

    at: datetime
    sessions: int
    reset: bool


async def close(policy: Policy, token: str) -> datetime:
    """Close the account by the "not me" link of the mail about its registration.

    The address can be registered anew. Returns when it was closed. Raises ChallengeExpired, also
    where a mailbox alone must not do: the account has a second factor, is staff's, or was not made
    by registering.
    """
    link = await links.find(Purpose.CLOSE_ACCOUNT, token)
    if link is None:
        raise ChallengeExpired
    async with database.transaction():
        await links.use(link)
        account = await Account.get(id=link.account_id)
        if account.staff or not account.self_registered or await two_factor.find(account):
            raise ChallengeExpired
        ended = await _end(policy, account, Action.ACCOUNT_CLOSED, free=True)
    doorbell.ring()
    return ended.at


async def disable(policy: Policy, account: Account, reason: str) -> Ended:
    """Let nobody sign in to this account any more; its owner is mailed.

    `reason` goes into the record, for good. Raises InvalidInput for one that is empty or too long,
    and ChallengeExpired if the account was disabled, or changed since it was read.
    """
    cleaned = text.required("reason", reason, LONGEST_REASON)
    async with database.transaction():
        ended = await _end(policy, account, Action.ACCOUNT_DISABLED, cleaned)
    doorbell.ring()
    return ended


async def enable(policy: Policy, account: Account, reason: str) -> bool:
    """Let its owner sign in again, by password and second step. False where it was not disabled.

    Nothing that ended comes back: no session, no reset, no first sign-in. The owner is mailed;
    `reason` goes into the record. Raises InvalidInput for one that is empty or too long.
    """
    cleaned = text.required("reason", reason, LONGEST_REASON)
    # Disabling has raised the version: whatever was half done before is void.
    disabled = Account.filter(
        id=account.id, disabled_at__not_isnull=True, email_key__not_isnull=True
    )
    async with database.transaction():
        if not await disabled.update(disabled_at=None):
            return False
        await audit.write(
            policy.keyring, Action.ACCOUNT_ENABLED, account=account.id, detail=cleaned
        )
        await mail.post(policy.keyring, account, mail.Kind.ACCOUNT_ENABLED, at=clock.now())
    return True


async def _end(
    policy: Policy, account: Account, action: Action, why: str | None = None, free: bool = False
) -> Ended:
    now = clock.now()
    if not await accounts.raise_version(account, disabled_at=now, first_sign_in=False):
        raise ChallengeExpired
    sessions = await session.end_all(account)
    await audit.write(policy.keyring, action, account=account.id, detail=why)
    await mail.post(policy.keyring, account, mail.Kind.ACCOUNT_CLOSED, at=now)
    if free:
        await _free_address(account)
    reset = await calling_off.call_off(policy, account, CancelledBy.ACCOUNT_CLOSED)
    return Ended(now, sessions, reset)


async def _free_address(account: Account) -> None:
    # A key changes, which PostgreSQL keeps from whoever writes a row that refers to the account.
    # The desk does so while it holds a ticket, so the tickets come before.
    await RecoveryTicket.filter(account_id=account.id).update(email_key=None)
    await Account.filter(id=account.id).update(email_key=None)
