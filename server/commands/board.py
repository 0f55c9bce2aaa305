"""How the queue looks in a terminal."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text

from models import clock
from models.dashboard import listed
from models.dashboard.figures import QueueStatus
from models.dashboard.listed import Listed
from models.dashboard.positions import Position
from models.reset.ticket import OPEN, RecoveryTicket, in_states

_NEWS = 8
_OTHERS = ("account", "reason", "state", "agent", "due")
_WANTED = ("reference", "state", "reason", "due_at", "account", "account.email", "claimed_by")


@dataclass
class Board:
    """What is on the screen now."""

    status: QueueStatus
    rows: list[Listed]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_NEWS))

    def news(self, line: str) -> None:
        """Something has happened."""
        self.lines.appendleft(line)

    def picture(self) -> RenderableType:
        """All of it, with the times as they are now."""
        news = Panel(Text("\n".join(self.lines)), title="News", title_align="left")
        counters = Panel(Text(counted(self.status)), title="Recovery queue", title_align="left")
        return Group(counters, table(self.rows), news)


async def open_rows(most: int) -> list[Listed]:
    """Open requests, what is due next first."""
    order = Position.order(newest_first=False)
    window = RecoveryTicket.filter(in_states(OPEN)).order_by(*order).limit(most)
    rows, _ = await listed.read(window, order, _WANTED)
    return rows


def table(rows: list[Listed]) -> Table:
    """Requests as lines; what is late is red. Where it is narrow, nothing is cut off."""
    others = (Column(name, overflow="fold") for name in _OTHERS)
    made = Table(Column("reference", no_wrap=True), *others, expand=True)
    for one in rows:
        left = one.due_at - clock.now()
        made.add_row(
            one.reference,
            one.account.email,
            one.reason.value,
            one.state.value,
            one.claimed_by.email if one.claimed_by else "",
            _due(left),
            style="red" if left < timedelta() else None,
        )
    return made


def counted(status: QueueStatus) -> str:
    """The counters in a line."""
    told = f"{status.waiting} waiting, {status.claimed} claimed, {status.overdue} overdue"
    if status.median_seconds_to_decision is None:
        return told
    return f"{told}, decided in {_span(timedelta(seconds=status.median_seconds_to_decision))}"


def _due(left: timedelta) -> str:
    return f"{_span(-left)} ago" if left < timedelta() else f"in {_span(left)}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if days >= 2:
        return f"{days} days"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "under a minute"
