"""One run: people come, things break, all comes to rest, and is judged."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from models.accounts import account as accounts
from models.accounts.account import Role
from models.mail import OutboxMail
from models.storage import database
from models.stream import feed
from tests.faults import judging, layout
from tests.faults.caller import Caller
from tests.faults.desks import Desk
from tests.faults.judging import Judgement
from tests.faults.layout import Layout
from tests.faults.ledger import Ledger
from tests.faults.people import Agent, Customer
from tests.faults.troubles import Troubles
from tests.support.people import PASSWORD

AGENTS = 4
DESKS = 12
CUSTOMERS = 60
_PAUSE_SECONDS = 2.0
_AT_WORK_SECONDS = 0.5
_REST_WITHIN = 60.0
_LOOK_EVERY = 0.25
_LOOKS = 20
_RETRY = timedelta(minutes=15)


@dataclass
class Outcome:
    """What was done, and what came of it."""

    seconds: float
    troubles: Counter[str]
    ledger: Ledger
    judgement: Judgement
    sockets: int
    audit: str
    hosts: str


async def run(seconds: float, seed: int, folder: Path) -> Outcome:
    """Load and troubles for so long; `folder` keeps the logs of the servers."""
    begun, chance, ledger = time.monotonic(), random.Random(seed), Ledger()
    async with layout.running(folder) as town, _calling(town, ledger) as caller:
        agents = await _agents(town, caller, chance)
        async with database.connect(town.database_url):
            start = await feed.head()
        desks = [Desk(town.url, agents[n % AGENTS].token, start, ledger) for n in range(DESKS)]
        troubles = Troubles(town, chance, ledger)
        async with _busy([desk.watch() for desk in desks]):
            customers = [Customer(caller, number, chance) for number in range(CUSTOMERS)]
            work = [one.live(_AT_WORK_SECONDS) for one in agents]
            async with _busy(work + [one.live(_PAUSE_SECONDS) for one in customers]):
                await troubles.go_on(seconds)
            await _rest(town, desks)
        async with database.connect(town.database_url):
            judgement = await judging.judge(ledger, desks, town.relay)
        audit = await town.servers[0].command("audit", "verify")
        hosts = "network namespaces" if town.hosts else "processes on loopback"
        return Outcome(time.monotonic() - begun, troubles.made, ledger, judgement,
                       sum(desk.opened for desk in desks), audit, hosts)  # fmt: skip


@asynccontextmanager
async def _calling(town: Layout, ledger: Ledger) -> AsyncIterator[Caller]:
    caller = Caller(town.url, ledger, town.relay)
    try:
        yield caller
    finally:
        await caller.close()


async def _agents(town: Layout, caller: Caller, chance: random.Random) -> list[Agent]:
    agents = [Agent(caller, f"agent{number}@example.com", chance) for number in range(AGENTS)]
    policy = town.policy()
    async with database.connect(town.database_url):
        for agent in agents:
            await accounts.add(policy, agent.email, PASSWORD, Role.SUPPORT)
    policy.passwords.close()
    for agent in agents:
        await agent.sign_in()
        assert agent.token, f"{agent.email} could not sign in: {caller.ledger}"
    return agents


async def _rest(town: Layout, desks: list[Desk]) -> None:
    """Wait until every desk has seen everything, and every mail has been delivered."""
    await town.ready()
    async with database.connect(town.database_url), asyncio.timeout(_REST_WITHIN):
        while await _waiting(desks):
            await town.clock.travel(_RETRY)
            for _ in range(_LOOKS):
                await asyncio.sleep(_LOOK_EVERY)
                if not await _waiting(desks):
                    break


async def _waiting(desks: list[Desk]) -> bool:
    last = (await feed.head()).number
    behind = any(desk.position < last for desk in desks)
    return behind or await OutboxMail.filter(delivered_at=None).exists()


@asynccontextmanager
async def _busy(lives: list[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """They go on until the block ends; what they began is not finished. Fails if one has failed."""
    tasks = [asyncio.create_task(life) for life in lives]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
