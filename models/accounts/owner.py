"""What signed-in owners change about their own account."""

from models import clock, mail
from models.accounts import account as accounts
from models.accounts import addresses
from models.accounts.account import Account, Device
from models.errors import InvalidCredentials, NotAllowed, Reason
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.reset import calling_off, grant
from models.second_factor import two_factor
from models.signing_in import browser, passwords, step_up, throttle
from models.signing_in import session as sessions
from models.signing_in.session import Session
from models.storage import database
from models.stream import doorbell
from models.stream.feed import CancelledBy


async def add_device(
    policy: Policy, signed_in: Session | None, serial_number: str, name: str
) -> Device:
    """Register a further unit. It can serve as evidence later, so a recent code is needed.

    Where the account has no second factor there is none, and the unit never serves as evidence.

    Raises InvalidInput, StepUpRequired, NotAllowed.
    """
    signed_in = await _confirmed(signed_in)
    async with database.transaction():
        device = await accounts.register_device(
            signed_in.account, serial_number, name, vouched=signed_in.code_is_recent
        )
        await audit.write(
            policy.keyring,
            Action.DEVICE_REGISTERED,
            actor=signed_in.account_id,
            account=signed_in.account_id,
        )
    return device


async def change_password(
    policy: Policy, origin: Origin, signed_in: Session | None, current: str, new: str
) -> Account:
    """Change the password; ends all other sessions and any grant.

    Raises InvalidCredentials, InvalidInput, StepUpRequired, Throttled, NotAllowed.
    """
    signed_in = await _confirmed(signed_in)
    account = signed_in.account
    passwords.check("newPassword", new, account.email, policy.issuer)
    await _check_current(policy, origin, account, current)
    hashed = await policy.passwords.hash(new)
    async with database.transaction():
        await _change(policy, origin, signed_in, hashed)
        news = bool(await grant.unended(account)) and await calling_off.call_off(
            policy, account, CancelledBy.SIGN_IN
        )
    if news:
        doorbell.ring()
    return account


async def _confirmed(signed_in: Session | None) -> Session:
    if signed_in is None:
        raise NotAllowed(Reason.NO_SESSION)
    await step_up.require(signed_in, bool(await two_factor.find(signed_in.account)))
    return signed_in


async def _check_current(policy: Policy, origin: Origin, account: Account, current: str) -> None:
    subject = policy.keyring.mac("throttle", addresses.key_of(account.email))
    key = browser.budget(policy.keyring, origin, "password", subject, account.email)
    charge = await throttle.charge(key, throttle.PASSWORDS)
    if not (await policy.passwords.verify(current, account.password_hash)).right:
        raise InvalidCredentials
    await charge.give_back()


async def _change(policy: Policy, origin: Origin, signed_in: Session, hashed: str) -> None:
    account, now = signed_in.account, clock.now()
    changes = {"password_hash": hashed, "password_changed_at": now, "first_sign_in": False}
    if not await accounts.raise_version(account, **changes):
        raise NotAllowed(Reason.NO_SESSION)
    # Hashing takes its time, in which the session may have been ended.
    await sessions.change(signed_in, last_used_at=now)
    await sessions.end_all(account, but=signed_in)
    await audit.write(policy.keyring, Action.PASSWORD_CHANGED, actor=account.id, account=account.id)
    await mail.post(policy.keyring, account, mail.Kind.PASSWORD_CHANGED, at=now, ip=origin.ip)
