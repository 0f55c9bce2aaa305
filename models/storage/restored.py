"""What must be done to a database that was restored from a backup, before it is served.

A backup brings back what had ended since it was made. So everything that could be used a second
time ends, whoever follows the queue begins anew, and no code that was used is accepted again.
"""

import secrets
from dataclasses import dataclass

from tortoise.expressions import F

from models import clock
from models.accounts.account import Account
from models.keys.keyring import Keyring
from models.record import audit
from models.record.actions import Action
from models.reset.grant import ResetGrant
from models.reset.links import MailLink
from models.second_factor import totp
from models.second_factor.two_factor import Authenticator
from models.signing_in.session import Session
from models.storage import database
from models.stream.feed import QueueCounter


@dataclass(frozen=True)
class Ended:
    """How much of each was ended."""

    sessions: int
    grants: int
    links: int


async def settle(keyring: Keyring) -> Ended:
    """End what the backup brought back, all or nothing, and leave a record of it."""
    now = clock.now()
    async with database.transaction():
        await QueueCounter.all().update(epoch=secrets.token_hex(8))
        # Half done things are void; a first sign-in may have been spent since.
        await Account.all().update(security_version=F("security_version") + 1, first_sign_in=False)
        # One step ahead is accepted, so a code of that may have been used already.
        used = totp.step_at(now) + 1
        await Authenticator.filter(last_step__lt=used).update(last_step=used)
        ended = Ended(
            await Session.filter(ended_at=None).update(ended_at=now),
            await ResetGrant.filter(ended_at=None).update(ended_at=now),
            await MailLink.filter(used_at=None).update(used_at=now),
        )
        await audit.write(keyring, Action.BACKUP_RESTORED)
    return ended
