"""One account, looked up and changed by an operator."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from models.accounts import people
from models.accounts.account import Account
from models.errors import ChallengeExpired
from models.policy import Policy
from server import keys
from server.commands.migrate import connected
from server.commands.trouble import Unable
from server.policy import build_policy
from server.settings import Settings

_TRIES = 5
T = TypeVar("T")


async def account(
    settings: Settings, named: str, verb: Callable[[Policy, Account], Awaitable[T]]
) -> T:
    """What `verb` makes of the account of an address or id. Raises Unable where there is none.

    Where its owner does something at the same moment, it is read and changed once more.
    """
    policy = build_policy(settings)
    try:
        async with connected(settings):
            await keys.require(policy.keyring)
            for _ in range(_TRIES):
                try:
                    return await verb(policy, await _found(named))
                except ChallengeExpired:
                    continue
            raise Unable("The account changes all the time. Try again.")
    finally:
        policy.passwords.close()


async def _found(named: str) -> Account:
    found = await people.find(named)
    if found is None:
        raise Unable(f"There is no account with the address {named}.")
    return found
