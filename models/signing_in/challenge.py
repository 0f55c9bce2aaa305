"""Half signed in: e-mail and password were right, the second step is still to come."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model

from models import clock, tokens
from models.accounts.account import Account
from models.errors import ChallengeExpired
from models.signing_in import throttle
from models.signing_in.session import Delivery
from models.signing_in.throttle import Charge
from models.storage.rows import Columns, Insertion
from models.storage.statement import Statement, Whole

LIFETIME = timedelta(minutes=10)
ATTEMPTS = 5


class Step(StrEnum):
    """What may come next."""

    CODE = "CODE"
    ENROLL = "ENROLL"
    RELEASE = "RELEASE"
    """Enrolling, with the release code of a granted reset; the old factor's code does as well."""


class SignIn(Model):
    """A sign-in between its two steps; known to its owner by a token."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    token_hash = fields.CharField(max_length=64, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name=False
    )
    account_id: UUID
    security_version = fields.IntField()
    delivery = fields.CharEnumField(Delivery, max_length=8)
    step = fields.CharEnumField(Step, max_length=8)
    attempts_left = fields.IntField(default=ATTEMPTS)
    released = fields.BooleanField(default=False)
    """Whether the release code was right on this challenge."""
    expires_at = fields.DatetimeField(db_index=True)
    completed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "sign_in"


_WRITTEN = Insertion(
    SignIn,
    "id token_hash account_id security_version delivery step attempts_left released expires_at",
)
_HALF, _ACCOUNT = Columns(SignIn, "s"), Columns(Account, "a")
_OPEN = f"{_WRITTEN.sql(first=3)} RETURNING id"
_OPENED = Statement(_OPEN)
_REPAID = Whole(
    Statement(f"WITH forgotten AS ({throttle.forgetting()}) {_OPEN}"),
    Statement(f"{throttle.forgetting()} RETURNING key"),
    _OPENED,
)


async def open_for(
    account: Account, delivery: Delivery, step: Step, charge: Charge | None = None
) -> tuple[SignIn, str]:
    """A new challenge, and its token, which is kept nowhere; gives back what the way to it cost."""
    token = tokens.new_token()
    half = _WRITTEN.made(
        {"account": account},
        id=uuid4(),
        token_hash=tokens.token_hash(token),
        account_id=account.id,
        security_version=account.security_version,
        delivery=delivery,
        step=step,
        attempts_left=ATTEMPTS,
        released=False,
        expires_at=clock.now() + LIFETIME,
    )
    values = _WRITTEN.values(half)
    # None where the failures have been purged: nothing is left to be given back.
    if charge is None or not await _REPAID.rows(charge.key, charge.entry, *values):
        await _OPENED.rows(None, None, *values)
    return half, token


async def find(token: str, *steps: Step) -> SignIn:
    """The challenge of a token, with its account, if one of these steps may come next.

    Raises ChallengeExpired for one that is unknown, used up, too old, or was overtaken by a change
    of the account.
    """
    rows = await _finding(steps).rows(tokens.token_hash(token), clock.now())
    if not rows:
        raise ChallengeExpired
    return _HALF.made(rows[0], account=_ACCOUNT.made(rows[0]))


@cache
def _finding(steps: tuple[Step, ...]) -> Statement:
    listed = ", ".join(f"'{step}'" for step in steps)
    return Statement(f"""
SELECT {_HALF.listed}, {_ACCOUNT.listed} FROM sign_in AS s JOIN account AS a ON a.id = s.account_id
WHERE s.token_hash = $1 AND s.completed_at IS NULL AND s.expires_at > $2 AND s.attempts_left > 0
    AND s.step IN ({listed})
    AND a.disabled_at IS NULL AND s.security_version = a.security_version
""")  # noqa: S608 # words of ours


async def charge(half: SignIn) -> int:
    """Pay for one attempt before it is looked at; returns how many are left after it.

    Raises ChallengeExpired when none was left.
    """
    open_ = SignIn.filter(id=half.id, completed_at=None, attempts_left__gt=0)
    if not await open_.update(attempts_left=F("attempts_left") - 1):
        raise ChallengeExpired
    half.attempts_left -= 1
    return half.attempts_left


async def remember_release(half: SignIn) -> None:
    """The release code was right: say so on the challenge, and give the attempt back."""
    await SignIn.filter(id=half.id).update(released=True, attempts_left=F("attempts_left") + 1)
    half.released = True


async def complete(half: SignIn) -> None:
    """Use the challenge up, once. Raises ChallengeExpired where another was faster."""
    open_ = SignIn.filter(id=half.id, completed_at=None, expires_at__gt=clock.now())
    if not await open_.update(completed_at=clock.now()):
        raise ChallengeExpired


async def purge() -> None:
    """Drop challenges that have been dead for a day."""
    await SignIn.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()
