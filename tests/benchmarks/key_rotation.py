"""`python -m tests.benchmarks.key_rotation [--accounts N]`: keys are exchanged under sign-ins.

On each database: N accounts with second factors under an old key, customers who sign in all the
time by password and code, and beside them `sparekey keys rotate`, killed by kill -9 in the middle
and begun again. Status 1 where a sign-in failed or a secret stayed behind.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console

from models import clock
from models.calendar import WorkingCalendar
from models.keys import rotation
from models.keys.keyring import Keyring
from models.origin import Origin
from models.policy import Policy
from models.second_factor import totp
from models.second_factor.two_factor import Authenticator
from models.signing_in import sign_in
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Delivery
from models.signing_in.sign_in import CodeRequired
from models.storage import database
from tests.benchmarks import enrolled
from tests.benchmarks.enrolled import PASSWORD, SECRET
from tests.support import databases, postgres
from tests.support.environment import environment

CUSTOMERS_AT_ONCE = 4
UNDISTURBED = 5.0  # seconds
_LOOK_EVERY = 0.1
_OLD, _NEW = Keyring.generate_text(), Keyring.generate_text()
_RING = f"{_NEW},{_OLD}"

out = Console()


@dataclass
class Tally:
    """What became of the sign-ins: seconds of those that worked, kinds of errors of the others."""

    seconds: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        worst = quantiles(self.seconds, n=100)[98]
        return (
            f"{len(self.seconds)} sign-ins, {self.failed.total()} failed {dict(self.failed)}; "
            f"median {median(self.seconds) * 1e3:.0f} ms, 99 % within {worst * 1e3:.0f} ms, "
            f"longest {max(self.seconds) * 1e3:.0f} ms"
        )


async def measure(url: str, count: int, folder: Path) -> bool:
    """Print the figures of one database; whether all went well."""
    await databases.migrate(url)
    variables = environment(url, folder, "http://127.0.0.1:1", _RING)
    async with database.connect(url):
        out.print(f"[bold]{database.dialect()}[/], {count} accounts with second factors")
        with _policy() as policy:
            customers = iter(await _fill(policy, count))
            alone = await _signing_in(policy, customers, asyncio.sleep(UNDISTURBED))
            out.print(f"  without: {alone}")
            beside = await _signing_in(policy, customers, _exchange(variables, count))
            out.print(f"  beside:  {beside}")
        left = await _left_behind()
        out.print(f"  secrets that the new key alone does not open: {left}")
    return not (alone.failed or beside.failed or left)


async def _exchange(variables: dict[str, str], count: int) -> None:
    started = time.perf_counter()
    first = await _rotate(variables)
    while (waiting := await rotation.waiting(Keyring.parse(_RING))) > count / 2:
        assert first.returncode is None, "It was done before it could be killed."
        await asyncio.sleep(_LOOK_EVERY)
    first.send_signal(signal.SIGKILL)
    assert await first.wait() == -signal.SIGKILL
    killed = time.perf_counter()
    out.print(f"  killed after {killed - started:.1f} s, about {waiting} secrets to go")
    assert await (await _rotate(variables)).wait() == 0
    out.print(f"  begun again, done in {time.perf_counter() - killed:.1f} s more")


async def _rotate(variables: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "keys", "rotate",
        env=os.environ | variables, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def _signing_in(
    policy: Policy, customers: Iterator[str], meanwhile: Awaitable[None]
) -> Tally:
    tally = Tally()
    crowd = [
        asyncio.create_task(_one_after_another(policy, customers, tally))
        for _ in range(CUSTOMERS_AT_ONCE)
    ]
    try:
        await meanwhile
    finally:
        for task in crowd:
            task.cancel()
        await asyncio.wait(crowd)
    return tally


async def _one_after_another(policy: Policy, customers: Iterator[str], tally: Tally) -> None:
    for number, email in enumerate(customers):
        origin = Origin(ip=f"192.0.2.{number % 250}", user_agent="a benchmark")
        started = time.perf_counter()
        try:
            await _sign_in(policy, origin, email)
        except Exception as error:
            tally.failed[type(error).__name__] += 1
        else:
            tally.seconds.append(time.perf_counter() - started)


async def _sign_in(policy: Policy, origin: Origin, email: str) -> None:
    half = await sign_in.login(policy, origin, email, PASSWORD, Delivery.BEARER)
    assert isinstance(half, CodeRequired), half
    code = totp.code_at(SECRET, totp.step_at(clock.now()))
    await sign_in.verify_code(policy, origin, half.token, code)


async def _fill(policy: Policy, count: int) -> list[str]:
    await enrolled.enrol(Keyring.parse(_OLD), count, await policy.passwords.hash(PASSWORD))
    emails = [enrolled.address(number) for number in range(count)]
    random.shuffle(emails)
    return emails


async def _left_behind() -> int:
    newest, left = Keyring.parse(_NEW), 0
    for key, secret in await Authenticator.all().values_list("account_id", "secret"):
        try:
            left += newest.decrypt(str(secret), f"authenticator:{key}") != SECRET
        except KeyError:
            left += 1
    return left


@contextmanager
def _policy() -> Iterator[Policy]:
    passwords = Passwords(memory_kib=64, time_cost=1)
    try:
        yield Policy(
            keyring=Keyring.parse(_RING),
            passwords=passwords,
            calendar=WorkingCalendar("Europe/Berlin", "DE"),
            network=NetworkLimits(failed_logins="1000000/hour"),
        )
    finally:
        passwords.close()


async def _all(count: int) -> bool:
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        place = Path(folder)
        urls = [f"sqlite://{place / 'sparekey.sqlite3'}", await postgres.create(server)]
        return all([await measure(url, count, place) for url in urls])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    sys.exit(not asyncio.run(_all(parser.parse_args().accounts)))
