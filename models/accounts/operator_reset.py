"""A reset that an operator grants on the command line, such as for a supervisor who is alone.

It is a grant like the desk's: the second step stays on, the old factor signs in until the new one
is confirmed, and the owner is mailed a release code and a link that takes the grant back.
"""

from models import text, tokens
from models.accounts import account as accounts
from models.accounts.account import Account
from models.errors import ChallengeExpired, NothingToReset
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import grant
from models.reset.grant import ResetGrant
from models.second_factor import two_factor
from models.storage import database

LONGEST_REASON = 500


async def give(policy: Policy, account: Account, reason: str) -> ResetGrant:
    """Grant a reset; any earlier grant ends.

    `reason` goes into the record, for good. Raises InvalidInput for a reason that is empty or too
    long, NothingToReset where the account has no second factor or is disabled, and ChallengeExpired
    where it changed since it was read.
    """
    cleaned = text.required("reason", reason, LONGEST_REASON)
    if account.disabled_at is not None or await two_factor.find(account) is None:
        raise NothingToReset
    reference = tokens.new_reference()
    async with database.transaction():
        if not await accounts.raise_version(account):
            raise ChallengeExpired
        granted = await grant.give(policy, account, None, reference)
        await audit.write(
            policy.keyring,
            Action.RESET_GRANTED,
            account=account.id,
            detail=f"{reference}: {cleaned}",
        )
    return granted
