"""Signed in: who, since when, and whether a code was entered."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models import clock, tokens
from models.accounts.account import Account, Role
from models.errors import NotAllowed, Reason
from models.origin import Origin
from models.policy import Policy
from models.record import audit
from models.record.actions import Action
from models.storage import database
from models.storage.rows import Columns, Insertion
from models.storage.statement import Statement

CODE_IS_RECENT = timedelta(minutes=15)
_TOUCH_EVERY = timedelta(minutes=1)


class Delivery(StrEnum):
    """How the token of a session travels."""

    COOKIE = "COOKIE"
    BEARER = "BEARER"


class Session(Model):
    """A sign-in that was completed; only the hash of its token is kept."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    token_hash = fields.CharField(max_length=64, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="sessions"
    )
    account_id: UUID
    delivery = fields.CharEnumField(Delivery, max_length=8)
    started_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    verified_at: datetime | None = fields.DatetimeField(null=True)
    user_agent: str | None = fields.TextField(null=True)
    ip_address = fields.CharField(max_length=64, null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "session"
        indexes = (("account_id", "started_at"),)

    @property
    def code_is_recent(self) -> bool:
        """Whether a code was entered lately enough for what matters."""
        return self.verified_at is not None and self.verified_at > clock.now() - CODE_IS_RECENT


WRITTEN = Insertion(
    Session,
    "id token_hash account_id delivery started_at last_used_at expires_at verified_at "
    "user_agent ip_address",
)
_INSERT = Statement(WRITTEN.sql())
_SESSION = Columns(Session, "s")
_ACCOUNT = Columns(Account, "a")


async def open_for(
    policy: Policy,
    origin: Origin,
    account: Account,
    delivery: Delivery,
    verified_at: datetime | None,
) -> tuple[Session, str]:
    """Sign in: a new session, and its token, which is kept nowhere."""
    session, token = prepare(policy, origin, account, delivery, verified_at)
    await _INSERT.rows(*WRITTEN.values(session))
    return session, token


def prepare(
    policy: Policy,
    origin: Origin,
    account: Account,
    delivery: Delivery,
    verified_at: datetime | None,
) -> tuple[Session, str]:
    """A session as it will be once it is written, and its token."""
    now, token = clock.now(), tokens.new_token()
    lifetime = policy.staff_session if account.staff else policy.customer_session
    session = WRITTEN.made(
        {"account": account},
        id=uuid4(),
        token_hash=tokens.token_hash(token),
        account_id=account.id,
        delivery=delivery,
        started_at=now,
        last_used_at=now,
        expires_at=now + lifetime,
        verified_at=verified_at,
        user_agent=origin.user_agent,
        ip_address=origin.ip,
    )
    return session, token


async def find(policy: Policy, token: str) -> Session | None:
    """The live session of a token, with its account; None for a dead one. Using it keeps it up."""
    session = await _unended_by(policy, "token_hash", tokens.token_hash(token))
    if session is not None and session.last_used_at < clock.now() - _TOUCH_EVERY:
        await touch([session.id])
    return session


async def reread(policy: Policy, session_id: UUID) -> Session | None:
    """A session as it stands now, with its account; None for a dead one."""
    return await _unended_by(policy, "id", session_id)


async def live(policy: Policy, session_ids: Iterable[UUID]) -> dict[UUID, Role]:
    """Which of these sessions still hold, and the role of each; in one statement."""
    sessions = await _unended().filter(id__in=list(session_ids)).select_related("account")
    return {one.id: one.account.role for one in sessions if _is_live(policy, one)}


async def touch(session_ids: Iterable[UUID]) -> None:
    """Say that these sessions are in use."""
    await Session.filter(id__in=list(session_ids)).update(last_used_at=clock.now())


async def sessions_of(policy: Policy, accounts: Iterable[Account]) -> dict[UUID, list[Session]]:
    """The live sessions of several accounts, last used first."""
    found: dict[UUID, list[Session]] = defaultdict(list)
    ids = [account.id for account in accounts]
    rows = _unended().filter(account_id__in=ids).select_related("account")
    for session in await rows.order_by("-last_used_at"):
        if _is_live(policy, session):
            found[session.account_id].append(session)
    return found


async def renew_token(session: Session, **changes: object) -> str:
    """Exchange the token of a session, and change more in the same statement.

    Raises NotAllowed where it has ended.
    """
    token = tokens.new_token()
    await change(session, token_hash=tokens.token_hash(token), **changes)
    return token


async def change(session: Session, **changes: object) -> None:
    """Change a session as it is kept. Raises NotAllowed where it has ended since it was read."""
    if not await Session.filter(id=session.id, ended_at=None).update(**changes):
        raise NotAllowed(Reason.NO_SESSION)


async def end(policy: Policy, session: Session) -> bool:
    """Sign out. False where it had ended before."""
    return await _end(policy, session, session.id, Action.SESSION_ENDED)


async def revoke(policy: Policy, viewer: Session, session_id: UUID) -> bool:
    """End a session of the viewer's own account. False where it is none of theirs, or had ended."""
    return await _end(policy, viewer, session_id, Action.SESSION_REVOKED)


async def end_all(account: Account, but: Session | None = None) -> int:
    """Sign an account out everywhere, or everywhere else; returns how many sessions ended."""
    alive = Session.filter(account_id=account.id, ended_at=None)
    if but is not None:
        alive = alive.exclude(id=but.id)
    return await alive.update(ended_at=clock.now())


async def _end(policy: Policy, viewer: Session, session_id: UUID, action: Action) -> bool:
    owner = viewer.account_id
    alive = Session.filter(id=session_id, account_id=owner, ended_at=None)
    async with database.transaction():
        if not await alive.update(ended_at=clock.now()):
            return False
        await audit.write(policy.keyring, action, actor=owner, account=owner)
    return True


async def _unended_by(policy: Policy, column: str, value: object) -> Session | None:
    rows = await _finding(column).rows(value, clock.now())
    if not rows:
        return None
    session = _SESSION.made(rows[0], account=_ACCOUNT.made(rows[0]))
    return session if _is_live(policy, session) else None


@cache
def _finding(column: str) -> Statement:
    # Made when it is needed: what columns there are is known once the database is connected.
    return Statement(
        f"SELECT {_SESSION.listed}, {_ACCOUNT.listed} "  # noqa: S608 # columns of ours
        "FROM session AS s JOIN account AS a ON a.id = s.account_id "
        f"WHERE s.{column} = $1 AND s.ended_at IS NULL AND s.expires_at > $2 "
        "AND a.disabled_at IS NULL"
    )


def _unended() -> QuerySet[Session]:
    return Session.filter(
        Q(ended_at=None) & Q(expires_at__gt=clock.now()) & Q(account__disabled_at=None)
    )


def _is_live(policy: Policy, session: Session) -> bool:
    if not session.account.staff:
        return True
    return session.last_used_at > clock.now() - policy.staff_idle
