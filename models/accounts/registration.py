"""An account is made by registering the first unit, with e-mail and password.

The answer is the same whether the address was free or not, at the same cost; who owns the mailbox
is told either way.
"""

from tortoise.exceptions import IntegrityError

from models import clock, mail, text
from models.accounts import account as accounts
from models.accounts import addresses
from models.accounts.account import Account, Role
from models.mail import Kind
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import links
from models.reset.links import Purpose
from models.signing_in import passwords
from models.storage import database


async def register(
    policy: Policy,
    origin: Origin,
    email: str,
    password: str,
    serial_number: str,
    device_name: str,
) -> str:
    """Register a first unit; returns the address. It opens no session.

    Raises InvalidInput, Throttled.
    """
    address = addresses.normalised(email)
    passwords.check("password", password, address, policy.issuer)
    accounts.serial_of(serial_number)
    text.required("name", device_name, accounts.LONGEST_NAME)
    await policy.network.registration(origin.network)
    hashed = await policy.passwords.hash(password)
    try:
        await _make(policy, origin, address, hashed, serial_number, device_name)
    except IntegrityError:
        await _tell_existing(policy, address)
    return address


async def _make(
    policy: Policy, origin: Origin, address: str, hashed: str, serial: str, name: str
) -> None:
    async with database.transaction():
        account = await Account.create(
            email=address,
            email_key=addresses.key_of(address),
            password_hash=hashed,
            role=Role.CUSTOMER,
            locale=origin.locale,
            first_sign_in=True,
            self_registered=True,
            registered_at=clock.now(),
        )
        await accounts.register_device(account, serial, name)
        await audit.write(policy.keyring, Action.ACCOUNT_REGISTERED, account=account.id)
        await _mail(policy, account, Kind.REGISTERED)


async def _tell_existing(policy: Policy, address: str) -> None:
    async with database.transaction():
        account = await accounts.find(address)
        if account is not None:
            await audit.write(policy.keyring, Action.ACCOUNT_REGISTERED_AGAIN, account=account.id)
            await _mail(policy, account, Kind.REGISTERED_AGAIN)


async def _mail(policy: Policy, account: Account, kind: Kind) -> None:
    link = await links.new(policy, Purpose.CLOSE_ACCOUNT, account.id)
    await mail.post(policy.keyring, account, kind, link=link)
