"""`python -m tests.benchmarks.addresses [--logins N]`: are known and unknown addresses told apart?

Wrong passwords for addresses that have an account and for others, in turns, against a started
server with the usual cost of a hash. Prints medians and 95th percentiles of both, and whether the
answers differ in status, headers or body.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx
from rich.console import Console
from rich.table import Table

from models.keys.keyring import Keyring
from tests.support import databases, people
from tests.support.operations import operation
from tests.support.process import Process, process

_PER_ADDRESS = 5
_OWN = ("x-request-id", "date")
out = Console()


async def measure(logins: int) -> bool:
    """Print the figures; whether all answers were of one shape."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'sparekey.sqlite3'}"
        await databases.migrate(url)
        costs = {"ARGON2_MEMORY_KIB": "19456", "ARGON2_TIME": "2"}
        keys = Keyring.generate_text()
        async with process(url, Path(folder), keys, timedelta(), **costs) as place:
            known = [f"known{n}@example.com" for n in range(logins // _PER_ADDRESS)]
            unknown = [f"other{n}@example.com" for n in range(logins // _PER_ADDRESS)]
            for email in known:
                await people.Person(place, None, email, place.program()).register()  # type: ignore[arg-type]
            return await _compare(place, known, unknown)


async def _compare(place: Process, known: list[str], unknown: list[str]) -> bool:
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    shapes: dict[str, set[str]] = {"known": set(), "unknown": set()}
    async with httpx.AsyncClient(base_url=place.url, trust_env=False, timeout=60) as http:
        for _ in range(_PER_ADDRESS):
            for pair in zip(known, unknown, strict=True):
                for kind, email in zip(("known", "unknown"), pair, strict=True):
                    begun = time.perf_counter()
                    response = await _log_in(http, email)
                    seconds[kind].append(time.perf_counter() - begun)
                    shapes[kind].add(_shape(response))
    _tell(seconds)
    alike = shapes["known"] == shapes["unknown"] and len(shapes["known"]) == 1
    out.print("All answers are alike." if alike else f"The answers differ: {shapes}")
    return alike


async def _log_in(http: httpx.AsyncClient, email: str) -> httpx.Response:
    fields = {"email": email, "password": "another windy morning"}
    return await http.post("/graphql", json=operation("Login").payload(fields))


def _shape(response: httpx.Response) -> str:
    headers = {name: value for name, value in response.headers.items() if name not in _OWN}
    return f"{response.status_code} {headers} {response.text}"


def _tell(seconds: dict[str, list[float]]) -> None:
    table = Table("address", "logins", "median, ms", "95th percentile, ms")
    for kind, taken in seconds.items():
        worst = quantiles(taken, n=20)[18]
        table.add_row(kind, str(len(taken)), f"{median(taken) * 1e3:.2f}", f"{worst * 1e3:.2f}")
    out.print(table)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logins", type=int, default=500)
    return 0 if asyncio.run(measure(parser.parse_args().logins)) else 1


if __name__ == "__main__":
    sys.exit(main())
