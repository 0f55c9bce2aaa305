"""Accounts that can sign in with a code, many of them: user0@example.com and so on.

All have one password and one TOTP secret, so that a client needs no list of them; the secret is
encrypted for each account, as ever.
"""

from models import clock
from models.accounts.account import Account, Role
from models.keys.keyring import Keyring
from models.second_factor import totp
from models.second_factor.two_factor import Authenticator
from models.storage import database
from tests.support import databases

PASSWORD = "seven quiet turbines"
SECRET = totp.new_secret()
_BATCH = 1_000


async def fill(url: str, keys: str, count: int, hashed: str) -> None:
    """Migrate a database of ours, and enrol so many accounts, all with this hash."""
    await databases.migrate(url)
    async with database.connect(url):
        await enrol(Keyring.parse(keys), count, hashed)
        await database.connection().execute_script("ANALYZE")


async def enrol(keyring: Keyring, count: int, hashed: str) -> None:
    """Put so many accounts into the connected database."""
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        accounts = [_account(number, hashed) for number in numbers]
        async with database.transaction():
            await Account.bulk_create(accounts)
            await Authenticator.bulk_create([_factor(keyring, one) for one in accounts])


def address(number: int) -> str:
    """Whose account it is."""
    return f"user{number}@example.com"


def _account(number: int, hashed: str) -> Account:
    return Account(
        email=address(number),
        email_key=address(number),
        password_hash=hashed,
        role=Role.CUSTOMER,
        registered_at=clock.now(),
    )


def _factor(keyring: Keyring, account: Account) -> Authenticator:
    return Authenticator(
        account_id=account.id,
        secret=keyring.encrypt(SECRET, f"authenticator:{account.id}"),
        enrolled_at=clock.now(),
        last_step=0,
    )
