"""`python -m tests.protocols`: try every row on a started server, and print what came of it.

Ends with 1 where a row failed, or the server logged a crash.
"""

import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from models.keys.keyring import Keyring
from models.storage import database
from server.policy import build_policy
from server.settings import PREFIX, Settings
from tests.protocols.row import Place
from tests.protocols.tables import SETTINGS, TABLES, Tried, try_all
from tests.support import databases, rows
from tests.support.process import Process, process

_PATIENCE = 30.0
out = Console()


async def main() -> int:
    """Start, try, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = databases.sqlite_copy(await databases.sqlite_template(folder), folder)
        keys = Keyring.generate_text()
        async with process(url, folder, keys, timedelta(), **SETTINGS) as served:
            place = await _place(served)
            failed = [await _table(title, place) for title in TABLES]
            crashed = served.log.read_text().count('"crash')
    out.print(f"{crashed} crashes in the server's log")
    return 1 if sum(failed) or crashed else 0


async def _place(served: Process) -> Place:
    given = {name.removeprefix(PREFIX).lower(): value for name, value in served.variables.items()}
    settings = Settings.model_validate(given)
    policy = build_policy(settings)
    async with database.connect(settings.database_url.get_secret_value()):
        _, token = await rows.staff(policy)
    policy.passwords.close()
    at = urlsplit(served.url)
    return Place(at.hostname or "", at.port or 0, token, _PATIENCE)


async def _table(title: str, place: Place) -> int:
    began = time.perf_counter()
    tried = await try_all(TABLES[title], place)
    seconds = time.perf_counter() - began
    failed = [one for one in tried if one.fault]
    if "--all" in sys.argv or failed:
        out.print(_printed(title, tried if "--all" in sys.argv else failed))
    passed = len(tried) - len(failed)
    out.print(
        f"{title}: {len(tried)} tried, {passed} passed, {len(failed)} failed, {seconds:.0f} s"
    )
    return len(failed)


def _printed(title: str, tried: list[Tried]) -> Table:
    table = Table("", "what is tried", "what must hold", "what came instead", title=title)
    for one in tried:
        table.add_row("-" if one.fault else "+", one.row.id, one.row.rule, one.fault or "")
    return table


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
