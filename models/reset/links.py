"""Links in mails: each for one purpose, once, until it expires."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models import clock, tokens
from models.errors import ChallengeExpired
from models.policy import Policy
from models.storage.rows import Insertion
from models.storage.statement import Statement

_LIFETIME = timedelta(days=30)


class Purpose(StrEnum):
    """The values are the pages that the links lead to."""

    CONFIRM_MAILBOX = "confirm"
    CANCEL_RESET = "cancel"
    CLOSE_ACCOUNT = "not-me"


class MailLink(Model):
    """A link that was mailed; only the hash of its token is kept."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    purpose = fields.CharEnumField(Purpose, max_length=16)
    account_id = fields.UUIDField()
    ticket_id: UUID | None = fields.UUIDField(null=True)
    expires_at = fields.DatetimeField(db_index=True)
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "mail_link"


WRITTEN = Insertion(MailLink, "token_hash purpose account_id ticket_id expires_at")
_INSERT = Statement(WRITTEN.sql())


async def new(
    policy: Policy, purpose: Purpose, account_id: UUID, ticket_id: UUID | None = None
) -> str:
    """A link to put in a mail."""
    link, url = prepare(policy, purpose, account_id, ticket_id)
    await _INSERT.rows(*WRITTEN.values(link))
    return url


def prepare(
    policy: Policy, purpose: Purpose, account_id: UUID, ticket_id: UUID | None = None
) -> tuple[MailLink, str]:
    """A link as it will be once it is written, and what to put in a mail."""
    token = tokens.new_token()
    link = WRITTEN.made(
        token_hash=tokens.token_hash(token),
        purpose=purpose,
        account_id=account_id,
        ticket_id=ticket_id,
        expires_at=clock.now() + _LIFETIME,
    )
    return link, policy.link(purpose.value, token)


async def find(purpose: Purpose, token: str) -> MailLink | None:
    """The unused link of a token, if it serves this purpose."""
    return await MailLink.get_or_none(
        token_hash=tokens.token_hash(token),
        purpose=purpose,
        used_at=None,
        expires_at__gt=clock.now(),
    )


async def use(link: MailLink) -> None:
    """Use a link up. Raises ChallengeExpired where another was faster."""
    unused = MailLink.filter(token_hash=link.token_hash, used_at=None)
    if not await unused.update(used_at=clock.now()):
        raise ChallengeExpired


async def purge() -> None:
    """Drop links that have expired."""
    await MailLink.filter(expires_at__lt=clock.now()).delete()
