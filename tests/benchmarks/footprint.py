"""`python -m tests.benchmarks.footprint [--accounts N] [--flows N]`: what one customer costs.

On PostgreSQL: the bytes that an enrolled account with one unit takes, and what one sign-in (login,
code, one question signed in; hashing left out) takes of the server, of the database, of its log and
of the disk. One Argon2id hash, as it is set by default, stands beside it.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from models.accounts.account import Account, Device
from models.keys.keyring import Keyring
from models.storage import database
from tests.benchmarks import compared, enrolled, machine, serving, signing_in
from tests.benchmarks.serving import Data
from tests.benchmarks.yardsticks.argon2_loop import HASHER
from tests.support import postgres

# What grows with accounts, and what with sign-ins.
OF_ACCOUNTS = ("account", "authenticator", "device")
OF_SIGN_INS = ("session", "sign_in", "audit_entry", "throttle")
HASHES = 20

out = Console()


class House:
    """A database of accounts, looked at from outside."""

    def __init__(self, url: str) -> None:
        self.url = url

    def asked(self, sql: str) -> int:
        """One whole number of the database."""
        return int(asyncio.run(_asked(self.url, sql)))

    def size(self, tables: tuple[str, ...]) -> int:
        """The bytes that tables take, with their indexes."""
        return sum(self.asked(f"SELECT pg_total_relation_size('{one}')") for one in tables)

    def log_position(self) -> int:
        """How many bytes of changes it has ever logged."""
        return self.asked("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")

    def cpu_seconds(self) -> float:
        """The processor time of all its processes."""
        folder = asyncio.run(_asked(self.url, "SHOW data_directory"))
        pid = int((Path(folder) / "postmaster.pid").read_text().split()[0])
        return machine.cpu_seconds(pid)


def measure(accounts: int, flows: int) -> Iterator[tuple[str, str]]:
    """What is measured, and how much of it."""
    with _filled(accounts) as (house, data, empty):
        yield (
            "an enrolled account with one unit",
            f"{(house.size(OF_ACCOUNTS) - empty) / accounts:,.0f} bytes",
        )
        with serving.ours(data, hook=compared.__name__) as place:
            signing_in.load("sparekey", place.url, 0, flows)
            kept, logged = house.size(OF_SIGN_INS), house.log_position()
            base, ours = house.cpu_seconds(), place.cpu_seconds()
            signing_in.load("sparekey", place.url, flows, flows)
            yield "a sign-in: server", _each((place.cpu_seconds() - ours) * 1e3, flows, "ms CPU")
            yield "a sign-in: database", _each((house.cpu_seconds() - base) * 1e3, flows, "ms CPU")
            yield "a sign-in: logged", _each(house.log_position() - logged, flows, "bytes")
            yield "a sign-in: kept", _each(house.size(OF_SIGN_INS) - kept, flows, "bytes")
    yield "a hash", f"{_hash_ms():.1f} ms CPU"


@contextmanager
def _filled(accounts: int) -> Iterator[tuple[House, Data, int]]:
    keys = Keyring.generate_text()
    with postgres.server() as server, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        house = House(asyncio.run(postgres.create(server)))
        hashed = compared.kept(enrolled.PASSWORD)
        asyncio.run(enrolled.fill(house.url, keys, 0, hashed))
        empty = house.size(OF_ACCOUNTS)
        asyncio.run(_fill(house.url, keys, accounts, hashed))
        yield house, Data(house.url, keys, Path(folder)), empty


async def _fill(url: str, keys: str, accounts: int, hashed: str) -> None:
    async with database.connect(url):
        await enrolled.enrol(Keyring.parse(keys), accounts, hashed)
        owners = await Account.all().values_list("id", "registered_at")
        units = [
            Device(
                account_id=key,
                serial_number=f"AHU-{n}",
                serial_key=f"AHU-{n}",
                name="Ground floor",
                registered_at=at,
            )
            for n, (key, at) in enumerate(owners)
        ]
        await Device.bulk_create(units, batch_size=1_000)


async def _asked(url: str, sql: str) -> Any:
    async with postgres.connected(url) as connection:
        return await connection.fetchval(sql)


def _each(total: float, flows: int, unit: str) -> str:
    return f"{total / flows:,.2f} {unit}" if "CPU" in unit else f"{total / flows:,.0f} {unit}"


def _hash_ms() -> float:
    taken = []
    for _ in range(HASHES):
        before = time.process_time()
        HASHER.hash(enrolled.PASSWORD)
        taken.append(time.process_time() - before)
    return median(taken) * 1e3


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--flows", type=int, default=1_500)
    given = parser.parse_args()
    table = Table("what", "takes")
    for row in measure(given.accounts, given.flows):
        table.add_row(*row)
    out.print(table)
