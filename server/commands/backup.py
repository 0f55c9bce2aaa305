"""`sparekey backup` and `restore`: a copy of everything, and everything from a copy."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from models import clock
from models.storage import backup, database, restored
from models.storage.backup import Content, InUse, Unusable
from models.storage.restored import Ended
from server import keys, settings
from server.commands.bars import bar
from server.commands.migrate import bring_up_to_date, opened
from server.commands.trouble import Unable
from server.settings import Settings

_BY_POSTGRES = (
    "PostgreSQL makes its own backups, while servers run:\n"
    "  pg_dump --format=custom --file=sparekey.dump NAME"
)
_FROM_POSTGRES = (
    "PostgreSQL restores its own backups. Stop all servers, then:\n"
    "  pg_restore --clean --if-exists --exit-on-error --dbname=NAME sparekey.dump\n"
    "  sparekey restore --after-pg-restore"
)


def take(file: Path) -> None:
    """Copy the database to FILE, while servers run. Keep the secret keys elsewhere, and keep them.

    The copy holds addresses and password hashes in the clear: FILE is as precious as the database.
    """
    found = settings.read()
    if not found.embedded:
        raise Unable(_BY_POSTGRES)
    if file.exists():
        raise Unable(f"{file} is there already. Choose another name.")
    try:
        with _shown("Copying") as progress:
            content = backup.take(_path(found), file, progress)
    except (sqlite3.Error, OSError, Unusable) as trouble:
        raise Unable(f"No backup was made: {_said(trouble)}") from None
    typer.echo(f"{file}: {content}")


def restore(
    file: Annotated[Path | None, typer.Argument(help="What `sparekey backup` made.")] = None,
    after_pg_restore: Annotated[
        bool, typer.Option("--after-pg-restore", help="On PostgreSQL, once pg_restore is done.")
    ] = False,
) -> None:
    """Put a backup in the place of the database. Servers must be stopped.

    All sessions, release codes and mailed links of the backup end: people sign in again. On SQLite
    the old database is kept beside the new one.
    """
    found = settings.read()
    if not found.embedded:
        if file is not None or not after_pg_restore:
            raise Unable(_FROM_POSTGRES)
        ended = asyncio.run(_after_pg_restore(found))
    elif file is None or after_pg_restore:
        raise Unable("Name the file that `sparekey backup` made.")
    elif not file.is_file():
        raise Unable(f"There is no file {file}.")
    else:
        ended = _put(found, file)
    typer.echo(
        f"Ended: {ended.sessions} sessions, {ended.grants} release codes, {ended.links} mailed "
        "links. Mails that waited in the backup go out, once more where they had gone before."
    )


def _put(found: Settings, file: Path) -> Ended:
    target = _path(found)
    try:
        content = backup.examined(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _copied(file, target) as part:
            _hand_over(part, target)
            ended = asyncio.run(_settle(found, f"sqlite://{part.absolute()}", f"{file}"))
            kept = backup.put(part, target, clock.now())
    except InUse:
        raise Unable(f"{target} is in use. Stop all servers first.") from None
    except (sqlite3.Error, OSError, Unusable) as trouble:
        raise Unable(f"{file} was not restored: {_said(trouble)}") from None
    _tell(content, target, kept)
    return ended


@contextmanager
def _copied(file: Path, target: Path) -> Iterator[Path]:
    with _shown("Copying") as progress, backup.prepared(file, target, progress) as part:
        yield part


@contextmanager
def _shown(title: str) -> Iterator[backup.Progress]:
    with bar() as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda done: progress.update(task, completed=done)


def _hand_over(part: Path, target: Path) -> None:
    """Let whoever had the database have the copy: root restores what another user serves."""
    if os.geteuid() == 0:
        owned = (target if target.exists() else target.parent).stat()
        os.chown(part, owned.st_uid, owned.st_gid)


def _tell(content: Content, target: Path, kept: Path | None) -> None:
    typer.echo(f"{target}: {content}")
    if kept is not None:
        typer.echo(f"What was there before: {kept}")


async def _settle(found: Settings, url: str, named: str) -> Ended:
    keyring = keys.keyring(found)
    await bring_up_to_date(url, named)
    async with opened(url):
        await keys.require(keyring)
        return await restored.settle(keyring)


async def _after_pg_restore(found: Settings) -> Ended:
    url = found.database_url.get_secret_value()
    async with opened(url):
        if others := await database.others():
            raise Unable(f"{others} other connections are open. Stop all servers first.")
    return await _settle(found, url, "The database")


def _path(found: Settings) -> Path:
    return database.file_of(found.database_url.get_secret_value())


def _said(trouble: Exception) -> str:
    return f"{trouble}." if isinstance(trouble, Unusable | sqlite3.Error) else _reason(trouble)


def _reason(trouble: Exception) -> str:
    # Its strerror names no more than what went wrong and the file.
    return f"{getattr(trouble, 'strerror', None) or type(trouble).__name__}."
