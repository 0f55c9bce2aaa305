"""People who come at a fixed rate, whatever becomes of those before them.

A time is counted from the moment at which a step was to begin: for the first step of a visit, from
when its turn was, so that a server that falls behind shows.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

from models import clock
from models.second_factor import totp
from tests.benchmarks import enrolled
from tests.benchmarks.load.asking import Asker
from tests.support.operations import operation

Visit = Callable[["_Steps", str], Awaitable[None]]


@dataclass
class Diary:
    """What came of it: milliseconds by step, and what went wrong, by what was said."""

    taken: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[str] = field(default_factory=Counter)

    def at(self, step: str, share: float) -> float:
        """The time within which so great a share of these steps was done."""
        times = sorted(self.taken[step])
        return times[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


class People:
    """Each account comes once, to the servers in turn."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._askers = [Asker(port) for port in ports]
        self._turns = cycle(self._askers)
        self._accounts = count()

    async def come(self, tickets: float, sign_ins: float, seconds: float) -> Diary:
        """So many a second who have lost the phone, and so many who sign in."""
        diary = Diary()
        begin = time.perf_counter() + 0.1
        await asyncio.gather(
            self._pace(diary, self._ask_for_reset, tickets, begin, seconds),
            # Between those: two that begin at once would only wait for each other.
            self._pace(diary, self._sign_in, sign_ins, begin + 0.5 / sign_ins, seconds),
        )
        return diary

    def leave(self) -> None:
        """Close all connections."""
        for one in self._askers:
            one.close()

    async def _pace(
        self, diary: Diary, visit: Visit, rate: float, begin: float, seconds: float
    ) -> None:
        visits = []
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            visits.append(asyncio.create_task(self._visit(diary, visit, due)))
        await asyncio.gather(*visits)

    async def _visit(self, diary: Diary, visit: Visit, due: float) -> None:
        steps = _Steps(diary, next(self._turns), due)
        try:
            await visit(steps, enrolled.address(next(self._accounts)))
        except (OSError, RuntimeError, TimeoutError) as wrong:
            diary.failed[f"{type(wrong).__name__}: {wrong}"] += 1

    async def _sign_in(self, steps: "_Steps", email: str) -> None:
        token = await _challenge(steps, "login", email)
        code = totp.code_at(enrolled.SECRET, totp.step_at(clock.now()))
        await steps.take("verifyCode", "VerifyCode", "SignedIn", challenge=token, code=code)

    async def _ask_for_reset(self, steps: "_Steps", email: str) -> None:
        token = await _challenge(steps, "login", email)
        wanted = {"challenge": token, "reason": "PHONE_LOST", "message": "It fell into a duct."}
        await steps.take("requestReset", "RequestReset", "ResetRequested", **wanted)


class _Steps:
    """Of one visit, one after the other."""

    def __init__(self, diary: Diary, asker: Asker, due: float) -> None:
        self._diary = diary
        self._asker = asker
        self._due = due

    async def take(self, step: str, name: str, wanted: str, **fields: str) -> Any:
        """What the operation says, which must be of this type."""
        asked = operation(name)
        said = (await self._asker.ask(asked.payload(dict(fields))))[asked.field]
        now = time.perf_counter()
        if said["__typename"] != wanted:
            raise RuntimeError(f"{step}: {said['__typename']}")
        self._diary.taken[step].append((now - self._due) * 1e3)
        self._due = now
        return said


async def _challenge(steps: _Steps, step: str, email: str) -> str:
    given = {"email": email, "password": enrolled.PASSWORD, "delivery": "BEARER"}
    said = await steps.take(step, "Login", "CodeRequired", **given)
    return str(said["challenge"]["token"])
