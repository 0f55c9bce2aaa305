"""`python -m tests.benchmarks.queue_growth [sqlite|postgres] [--tickets N]`: the desk as it grows.

Prints how long the desk's questions take, in milliseconds (medians), with 1,000 tickets and with
N, of which a sixth are open; on both databases where none is named. Half of the addresses begin
with `a`, and none of these has an open ticket.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from models.accounts.account import Account
from models.calendar import WorkingCalendar
from models.dashboard import days, figures, queue
from models.dashboard.positions import Position
from models.dashboard.queue import Filter
from models.keys.keyring import Keyring
from models.policy import Policy
from models.reset.ticket import OPEN, RecoveryTicket, TicketState
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Session
from models.storage import database
from models.stream.feed import QueueCounter
from tests.benchmarks import queue_filling
from tests.support import databases, postgres, rows

SMALL = 1_000
_ROUNDS = 15
_PAGE = 50
_ANY = list(TicketState)
_CLOSED = [TicketState.APPROVED, TicketState.REJECTED, TicketState.CANCELLED]

Question = Callable[[], Awaitable[object]]
out = Console()


async def measured(url: str, count: int) -> dict[str, float]:
    """Fill a new database and ask; question to milliseconds."""
    await databases.migrate(url)
    async with database.connect(url):
        started = time.perf_counter()
        await queue_filling.fill(count - count // 6, count // 6)
        out.print(f"{database.dialect()}: {count} tickets in {time.perf_counter() - started:.0f} s")
        policy = _policy()
        try:
            agent, _ = await rows.staff(policy)
            await figures.keep_overdue()
            questions = await _questions(policy, agent)
            return {name: await _milliseconds(ask) for name, ask in questions.items()}
        finally:
            policy.passwords.close()


async def _questions(policy: Policy, agent: Session) -> dict[str, Question]:
    open_ = RecoveryTicket.filter(state__in=OPEN)
    last = await open_.order_by("-due_at", "-id").offset(_PAGE // 2).first()
    assert last
    owner = await Account.get(id=last.account_id)

    def page(after: str | None = None, **filter: object) -> Question:
        wanted = Filter(**filter)  # type: ignore[arg-type]  # as the test names them
        return lambda: queue.page(agent, wanted, False, _PAGE, after)

    return {
        "first page": page(),
        "deepest page": page(str(Position(last.due_at, last.id))),
        "first page, closed ones": page(states=_CLOSED),
        "claimed by me": page(claimed_by_me=True),
        "overdue": page(overdue=True),
        "search: a reference": page(search=last.reference),
        "search: start of a reference": page(search=last.reference[:6]),
        "search: two letters of a reference": page(search=last.reference[:4]),
        "search: a letter of a reference": page(search=last.reference[:3]),
        "search: every reference": page(search="R-"),
        "search: an address": page(search=owner.email),
        "search: start of many addresses": page(search="c"),
        "search: the newest half, of any state": page(search="c", states=_ANY),
        "search: some addresses": page(search=owner.email[:4]),
        "search: some addresses, of any state": page(search=owner.email[:4], states=_ANY),
        "search: some newest addresses, of any state": page(search="c9", states=_ANY),
        "search: some addresses, none open": page(search="c500"),
        "search: many addresses, none open": page(search="a"),
        "search: nobody": page(search="100%_"),
        "counters, median looked up": figures.status,
        "looking at the median": _look,
        "counters": figures.status,
        "30 days": lambda: days.history(policy, 30),
        "366 days": lambda: days.history(policy, 366),
        "366 days, first time": lambda: days.history(_policy(), 366),
    }


async def _look() -> None:
    await QueueCounter.all().update(median_looked_at=None)
    assert await figures.keep_median()


async def _milliseconds(ask: Question) -> float:
    taken = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - started)
    return median(taken) * 1e3


def _policy() -> Policy:
    return Policy(
        keyring=Keyring.parse(Keyring.generate_text()),
        passwords=Passwords(memory_kib=64, time_cost=1),
        calendar=WorkingCalendar("Europe/Berlin", "DE"),
        network=NetworkLimits(),
    )


async def _both_sizes(dialect: str, count: int) -> None:
    found = {}
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        for size in (SMALL, count):
            sqlite = f"sqlite://{Path(folder) / f'{size}.sqlite3'}"
            url = sqlite if dialect == "sqlite" else await postgres.create(server)
            found[size] = await measured(url, size)
            if dialect == "postgres":
                await postgres.drop(server, url)
    table = Table(f"{dialect}, ms", *(f"{size:,}" for size in found))
    for name in found[SMALL]:
        table.add_row(name, *(f"{one[name]:.1f}" for one in found.values()))
    out.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dialect", nargs="?", choices=["sqlite", "postgres"])
    parser.add_argument("--tickets", type=int, default=1_200_000)
    asked = parser.parse_args()
    for dialect in [asked.dialect] if asked.dialect else ["sqlite", "postgres"]:
        asyncio.run(_both_sizes(dialect, asked.tickets))
