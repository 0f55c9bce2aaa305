"""The second step's code, in few statements: read, pay, compare, and sign in where it was right.

A code is looked at only once its place among all others is fixed. On PostgreSQL it is paid for
before, in a commit of its own, as long as nobody has paid since it was read what was left; what is
right gives that back with all that it allows, in one statement. On SQLite all is done under the
write lock, in one transaction that nothing cancels, and told after its commit. So of many codes at
once no more are looked at than the limits allow.
"""

from dataclasses import dataclass

from models import clock, tokens
from models.accounts.account import Account
from models.errors import ChallengeExpired, CodeRejected, FactorSuspended
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.second_factor import attempts, totp
from models.second_factor import code_statements as asking
from models.second_factor.attempts import FAILURES_IN_A_ROW
from models.second_factor.two_factor import Authenticator
from models.signing_in import browser, throttle
from models.signing_in import session as sessions
from models.signing_in.challenge import SignIn
from models.signing_in.session import Session
from models.signing_in.throttle import Price
from models.storage import database, statement
from models.storage.sqlite import Run
from models.storage.statement import NothingDone, Row


@dataclass(frozen=True)
class Look:
    """All that a code is judged by, as it was read."""

    half: SignIn
    factor: Authenticator
    disclosed: frozenset[int]
    price: Price
    account_row: str
    reset_waiting: bool
    """Whether a reset was asked for or granted, which signing in has to call off."""

    @property
    def account(self) -> Account:
        """Whose code it is."""
        return self.half.account


@dataclass(frozen=True)
class Entered:
    """A code that was right; `opened` is its session, where nothing else had to be decided."""

    half: SignIn
    entry: attempts.Entry
    opened: tuple[Session, str] | None


@dataclass(frozen=True)
class _Verdict:
    look: Look
    found: totp.Accepted | totp.Rejected
    attempts_left: int
    failures: int
    opened: tuple[Session, str] | None = None


async def enter(policy: Policy, origin: Origin, token: str, code: str) -> Entered:
    """Pay for a code and look at it; where it is right, sign in with it or leave that to be done.

    What is left to be done has paid, and has not used the code. Raises CodeRejected,
    FactorSuspended, ChallengeExpired, Throttled.
    """
    asked = _Asked(policy, origin, token, code)
    try:
        verdict = await (_locked if database.dialect() == "sqlite" else _paid)(asked)
    except _Spent as spent:
        await attempts.suspend_for_failures(policy, spent.account)
        raise FactorSuspended from None
    look, found = verdict.look, verdict.found
    half = look.half
    half.attempts_left = verdict.attempts_left
    if isinstance(found, totp.Accepted):
        entry = attempts.Entry(half.account, look.price.charge, found.step)
        return Entered(half, entry, verdict.opened)
    await attempts.refused(half.account, found)
    if verdict.failures >= FAILURES_IN_A_ROW:
        await attempts.suspend_for_failures(policy, half.account)
    raise CodeRejected(found.hint, verdict.attempts_left)


@dataclass(frozen=True)
class _Asked:
    policy: Policy
    origin: Origin
    token: str
    code: str

    @property
    def values(self) -> tuple[object, ...]:
        return tokens.token_hash(self.token), clock.now(), browser.claimed(self.origin)

    def compared(self, look: Look) -> totp.Accepted | totp.Rejected:
        return attempts.compare(self.policy, look.factor, self.code, look.disclosed)


class _Spent(Exception):
    """So many wrong codes in a row that the factor is to be suspended."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


async def _paid(asked: _Asked) -> _Verdict:
    look, paid = await _first_look(asked)
    while not paid:
        if not (paid := await asking.PAY.rows(*_price(look))):
            look = _look(asked, await asking.reading().rows(*asked.values))
    found, left, failures = asked.compared(look), paid[0]["attempts_left"], paid[0]["failures"]
    opened = None
    if isinstance(found, totp.Accepted) and not look.reset_waiting:
        session, values = _success(asked, look, found.step)
        opened = session if await asking.ACCEPT.rows(*values) else None
    return _Verdict(look, found, left, failures, opened)


async def _first_look(asked: _Asked) -> tuple[Look, list[Row]]:
    """What is read, and what is left where that has paid already."""
    token_hash, now, claimed = asked.values
    # What a browser claims is true or not by the address, which is still to be read.
    if claimed:
        return _look(asked, await asking.reading().rows(token_hash, now, claimed)), []
    first = throttle.price("", "", throttle.CODES)
    rows = await asking.paying().rows(token_hash, now, claimed, first.after, first.kept_until)
    paid = [row for row in rows if row["attempts_left"] is not None]
    return _look(asked, rows, first if paid else None), paid


async def _locked(asked: _Asked) -> _Verdict:
    try:
        return await statement.visit(lambda run: _judged(asked, run, may_accept=True))
    except NothingDone:
        return await statement.visit(lambda run: _judged(asked, run, may_accept=False))


def _judged(asked: _Asked, run: Run, may_accept: bool) -> _Verdict:
    look = _look(asked, asking.reading().run(run, *asked.values))
    found = asked.compared(look)
    if may_accept and isinstance(found, totp.Accepted) and not look.reset_waiting:
        opened, values = _success(asked, look, found.step)
        asking.ACCEPT.run(run, *values)
        return _Verdict(look, found, look.half.attempts_left, 0, opened)
    (paid,) = asking.PAY.run(run, *_price(look))
    return _Verdict(look, found, paid["attempts_left"], paid["failures"])


def _look(asked: _Asked, rows: list[Row], paid: Price | None = None) -> Look:
    if not rows:
        raise ChallengeExpired
    row = rows[0]
    account = asking.ACCOUNT.made(row)
    if row["f_account_id"] is None or row["f_suspended_at"] is not None:
        raise FactorSuspended
    common = f"code:{account.id}"
    key = browser.budget(asked.policy.keyring, asked.origin, "code", str(account.id), account.email)
    failures = row["everybodys"] if key == common else row["browsers"]
    price = paid.of(key) if paid else throttle.price(key, failures, throttle.CODES)
    if row["f_failures_in_a_row"] >= FAILURES_IN_A_ROW:
        raise _Spent(account)
    return Look(
        half=asking.HALF.made(row, account=account),
        factor=asking.FACTOR.made(row),
        disclosed=frozenset(map(int, (row["disclosed"] or "").split())),
        price=price,
        account_row=row["account_row"],
        reset_waiting=bool(row["reset_waiting"]),
    )


def _price(look: Look) -> tuple[object, ...]:
    return look.account.id, look.half.id, *look.price.values


def _success(asked: _Asked, look: Look, step: int) -> tuple[tuple[Session, str], list[object]]:
    account, charge, now = look.account, look.price.charge, clock.now()
    session, token = sessions.prepare(
        asked.policy, asked.origin, account, look.half.delivery, verified_at=now
    )
    entry = audit.entry(
        asked.policy.keyring, Action.SESSION_OPENED, actor=account.id, account=account.id
    )
    values = [account.id, look.half.id, now, asked.origin.locale, step, account.security_version]
    values += [look.account_row, charge.key, charge.entry]
    return (session, token), [
        *values,
        *sessions.WRITTEN.values(session),
        *audit.WRITTEN.values(entry),
    ]
