"""A queue of 1,000,000 past and 200,000 open tickets against one of 800 and 200.

What the desk asks for, what it does, and what customers do to it; milliseconds, by the verbs that
requests call. On both databases, each in turn; they are filled before.
"""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

from rich.console import Console

from models.accounts.account import Account
from models.calendar import WorkingCalendar
from models.dashboard import days, figures, queue
from models.dashboard.positions import Position
from models.dashboard.queue import Filter
from models.keys.keyring import Keyring
from models.policy import Policy
from models.reset import decision, desk
from models.reset.ticket import OPEN, RecoveryTicket
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Session
from models.storage import database
from tests.benchmarks import queue_filling
from tests.benchmarks.frame import Figure
from tests.support import databases, postgres, rows

LARGE, SMALL = (1_000_000, 200_000), (800, 200)
_PAGE = 50
_ASKED = 20
_DONE = 10
_AT_MOST = 2.0
_YEAR = "queueHistory of 366 days"
_WANTED = ("first page", "deepest page", "first page, newest first", "deepest page, newest first")

Seconds = dict[str, float]
Question = Callable[[], Awaitable[object]]
out = Console()


def run(rounds: int) -> list[Figure]:
    """Milliseconds of each question and each deed, among many tickets and among few."""
    return asyncio.run(_run(rounds))


async def _run(rounds: int) -> list[Figure]:
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        for dialect in ("sqlite", "postgres"):
            urls = [f"sqlite://{Path(folder) / f'{size[0]}.sqlite3'}" for size in (LARGE, SMALL)]
            if dialect == "postgres":
                urls = [await postgres.create(server) for _ in (LARGE, SMALL)]
            for url, size in zip(urls, (LARGE, SMALL), strict=True):
                await _fill(url, *size)
            found += await _compared(dialect, urls[0], urls[1], rounds)
    return found


async def _fill(url: str, past: int, still_open: int) -> None:
    await databases.migrate(url)
    async with database.connect(url):
        begun = time.perf_counter()
        await queue_filling.fill(past, still_open)
        taken = time.perf_counter() - begun
        out.print(f"{database.dialect()}: {past} past, {still_open} open, filled in {taken:.0f} s")


async def _compared(dialect: str, large: str, small: str, rounds: int) -> list[Figure]:
    among: dict[str, dict[str, list[float]]] = {
        large: defaultdict(list),
        small: defaultdict(list),
    }
    for _ in range(rounds):
        for url, found in among.items():
            for name, milliseconds in (await _round(url)).items():
                found[name].append(milliseconds)
    return [
        Figure(
            what=f"{name}, 1,000,000 past and 200,000 open tickets, {dialect}",
            yardstick="800 and 200",
            ours=values,
            theirs=among[small][name],
            unit="ms",
            target=_AT_MOST if name in _WANTED else None,
            at_most=True,
        )
        for name, values in among[large].items()
    ]


async def _round(url: str) -> Seconds:
    async with database.connect(url):
        policy = _policy()
        try:
            agent, _ = await rows.signed_in(policy, await _agent())
            year = {f"{_YEAR}, first time": await _milliseconds(lambda: days.history(policy, 366))}
            await figures.keep_overdue()
            questions = await _questions(policy, agent)
            asked = year | {name: await _asked(ask) for name, ask in questions.items()}
            return asked | await _deeds(policy, agent)
        finally:
            policy.passwords.close()


async def _agent() -> Account:
    if found := await Account.get_or_none(email_key="sam0@example.com"):
        return found
    await rows.accounts(_DONE, name="owner")
    return (await rows.staff(_policy()))[0].account


async def _questions(policy: Policy, agent: Session) -> dict[str, Question]:
    open_ = RecoveryTicket.filter(state__in=OPEN)
    due_last = await open_.order_by("-due_at", "-id").offset(_PAGE // 2).first()
    oldest = await open_.order_by("submitted_at", "id").offset(_PAGE // 2).first()
    assert due_last and oldest
    deepest = str(Position(due_last.due_at, due_last.id))
    deepest_newest = str(Position(oldest.submitted_at, oldest.id))

    def page(newest_first: bool = False, after: str | None = None) -> Question:
        return lambda: queue.page(agent, Filter(), newest_first, _PAGE, after)

    async def total() -> int:
        return await (await queue.page(agent, Filter(), False, 1)).count()

    return {
        "first page": page(),
        "deepest page": page(after=deepest),
        "first page, newest first": page(newest_first=True),
        "deepest page, newest first": page(newest_first=True, after=deepest_newest),
        "a page of one with totalCount": total,
        "queueStatus": figures.status,
        "queueHistory of 30 days": lambda: days.history(policy, 30),
        _YEAR: lambda: days.history(policy, 366),
    }


async def _asked(ask: Question) -> float:
    await ask()
    return median([await _milliseconds(ask) for _ in range(_ASKED)])


async def _deeds(policy: Policy, agent: Session) -> Seconds:
    """A ticket submitted, claimed and rejected, by each of some owners who have none."""
    taken: dict[str, list[float]] = defaultdict(list)
    for owner in await Account.filter(email_key__in=_owners()):
        # Else they would have had three in seven days.
        long_ago = owner.registered_at - timedelta(days=30)
        await RecoveryTicket.filter(account_id=owner.id).update(submitted_at=long_ago)
        for name, deed in _deeds_on(policy, agent, owner).items():
            taken[name].append(await _milliseconds(deed))
    return {name: median(values) for name, values in taken.items()}


def _deeds_on(policy: Policy, agent: Session, owner: Account) -> dict[str, Question]:
    async def ticket_id() -> UUID:
        return (await RecoveryTicket.get(account_id=owner.id, state__in=OPEN)).id

    async def claim() -> None:
        await desk.claim(policy, agent, await ticket_id())

    async def reject() -> None:
        await decision.reject(policy, agent, await ticket_id(), "Nobody answers.")

    return {
        "submitting": lambda: rows.submit(policy, owner),
        "claiming": claim,
        "deciding": reject,
    }


def _owners() -> list[str]:
    return [f"owner{number}@example.com" for number in range(_DONE)]


async def _milliseconds(ask: Question) -> float:
    begun = time.perf_counter()
    await ask()
    return (time.perf_counter() - begun) * 1e3


def _policy() -> Policy:
    return Policy(
        keyring=Keyring.parse(Keyring.generate_text()),
        passwords=Passwords(memory_kib=64, time_cost=1),
        calendar=WorkingCalendar("Europe/Berlin", "DE"),
        network=NetworkLimits(resets="1000000/hour"),
    )
