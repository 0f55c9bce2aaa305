"""How the queue looks in a terminal."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from models import clock
from models.accounts import account
from models.dashboard.figures import QueueStatus
from models.reset.ticket import OPEN, RecoveryTicket, in_states

_NEWS = 8


@dataclass(frozen=True)
class Row:
    """An open request, and who works on it."""

    ticket: RecoveryTicket
    agent: str | None


@dataclass
class Board:
    """What is on the screen now."""

    status: QueueStatus
    rows: list[Row]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_NEWS))

    def news(self, line: str) -> None:
        """Something has happened."""
        self.lines.appendleft(line)

    def picture(self) -> RenderableType:
        """All of it, with the times as they are now."""
        news = Panel(Text("\n".join(self.lines)), title="News", title_align="left")
        counters = Panel(Text(counted(self.status)), title="Recovery queue", title_align="left")
        return Group(counters, table(self.rows), news)


async def open_rows(most: int) -> list[Row]:
    """Open requests, what is due next first."""
    wanted = RecoveryTicket.filter(in_states(OPEN)).order_by("due_at", "id").limit(most)
    tickets = await wanted.select_related("account")
    holders = {one.claimed_by_id for one in tickets if one.claimed_by_id}
    agents = await account.accounts_of(holders)
    return [Row(one, _address(agents, one)) for one in tickets]


def table(rows: list[Row]) -> Table:
    """Requests as lines; what is late is red."""
    made = Table("reference", "account", "reason", "state", "agent", "due", expand=True)
    for row in rows:
        one = row.ticket
        made.add_row(
            one.reference,
            one.account.email,
            one.reason.value,
            one.state.value,
            row.agent or "",
            _due(one),
            style="red" if one.overdue else None,
        )
    return made


def _address(agents: dict[UUID, account.Account], one: RecoveryTicket) -> str | None:
    holder = agents.get(one.claimed_by_id) if one.claimed_by_id else None
    return holder.email if holder else None


def counted(status: QueueStatus) -> str:
    """The counters in a line."""
    told = f"{status.waiting} waiting, {status.claimed} claimed, {status.overdue} overdue"
    if status.median_seconds_to_decision is None:
        return told
    return f"{told}, decided in {_span(timedelta(seconds=status.median_seconds_to_decision))}"


def _due(ticket: RecoveryTicket) -> str:
    left = ticket.due_at - clock.now()
    return f"{_span(-left)} ago" if left < timedelta() else f"in {_span(left)}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if days >= 2:
        return f"{days} days"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "under a minute"
