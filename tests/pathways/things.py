"""What an account is made of while people sign in, and the numbers of the rules."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

CODES = ((5, timedelta(minutes=5)), (20, timedelta(hours=1)), (50, timedelta(days=1)))
PASSWORDS = ((10, timedelta(minutes=10)),)
RELEASE_CODES = ((10, timedelta(hours=1)), (30, timedelta(days=1)))
RESENDS = ((3, timedelta(hours=1)),)
TICKETS = ((3, timedelta(days=7)),)
LIFETIME = timedelta(minutes=10)
RECENT = timedelta(minutes=15)
CLAIM = timedelta(minutes=15)
DAY = timedelta(days=1)
LINK = timedelta(days=30)
OPEN = ("WAITING", "CLAIMED")
OWNER, THIEF = "owner", "thief"


@dataclass
class Pending:
    """A secret that waits for its first code."""

    secret: str
    version: int
    until: datetime
    attempts: int = 5


@dataclass
class Half:
    """A challenge."""

    who: str
    step: str
    version: int
    until: datetime
    token: str = ""
    attempts: int = 5
    released: bool = False
    used: bool = False
    pending: Pending | None = None


@dataclass
class Held:
    """A session."""

    who: str
    verified_at: datetime | None
    until: datetime
    token: str = ""
    id: str = ""
    ended: bool = False
    pending: Pending | None = None


@dataclass
class Factor:
    """An authenticator app, and whose phone it is on."""

    secret: str
    last_step: int
    holder: str
    suspended: "Ticket | bool" = False
    disclosed: set[int] = field(default_factory=set)
    failures: int = 0


@dataclass
class Ticket:
    """A request to support."""

    state: str = "WAITING"
    strong: bool = False
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    closed_at: datetime | None = None


@dataclass
class Grant:
    """An approval that was not used yet."""

    ticket: Ticket
    version: int
    until: datetime
    ended: bool = False
    resent: list[datetime] = field(default_factory=list)


@dataclass
class Link:
    """A link that was mailed: the page, and what it was about."""

    page: str
    token: str
    until: datetime
    ticket: Ticket | None
