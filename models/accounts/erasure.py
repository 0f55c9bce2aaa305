"""What is kept of one person: told to them, and taken away (GDPR Art. 15 and 17).

The account stays as an empty shell, and so do its requests, without anything that somebody wrote or
that names anyone: the desk's figures, the event stream and the record go on without a gap. Entries
of the record never held more than hashes of ids.
"""

from models import clock, outbox, retention
from models.accounts import addresses, closing
from models.accounts.account import Account, Device
from models.errors import ChallengeExpired
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset.grant import ResetGrant
from models.reset.links import MailLink
from models.reset.receipts import Receipt
from models.reset.ticket import RecoveryTicket
from models.second_factor.pending import Enrollment
from models.second_factor.two_factor import Authenticator, DisclosedStep
from models.signing_in.challenge import SignIn
from models.signing_in.session import Session
from models.storage import database

ERASED = "(erased)"
_OWN = (Device, Session, SignIn, Authenticator, DisclosedStep, ResetGrant, MailLink, Enrollment)


async def erase(policy: Policy, account: Account, reason: str) -> None:
    """Take away all that is known of a person, for good. `reason` goes into the record.

    An account that is not disabled is disabled first, which tells its owner by mail. Raises
    ChallengeExpired where it changed since it was read.
    """
    address = account.email
    if account.disabled_at is None:
        await closing.disable(policy, account, reason)
    async with database.transaction():
        # Held first, as everywhere: account, then ticket.
        held = Account.filter(id=account.id, security_version=account.security_version)
        if not await held.update(first_sign_in=False):
            raise ChallengeExpired
        await _empty_tickets(account)
        for table in _OWN:
            await table.filter(account_id=account.id).delete()
        await _empty_account(account)
        await audit.write(policy.keyring, Action.ACCOUNT_ERASED, account=account.id, detail=reason)
    await outbox.forget(policy.keyring, addresses.key_of(address))


async def _empty_tickets(account: Account) -> None:
    mine = RecoveryTicket.filter(account_id=account.id)
    ids = await mine.values_list("id", flat=True)
    await retention.empty(ids, ERASED)  # type: ignore[arg-type]
    await Receipt.filter(ticket_id__in=ids).delete()
    await mine.update(email_key=None)


async def _empty_account(account: Account) -> None:
    await Account.filter(id=account.id).update(
        email=ERASED,
        email_key=None,
        password_hash="",
        disabled_at=account.disabled_at or clock.now(),
        last_sign_in_at=None,
    )
