"""A copy of a database that is in use, and a copy put in its place; SQLite only.

PostgreSQL brings both along (`pg_dump`, `pg_restore`); what is to be done after a restore is the
same on both, see `restored`.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_COUNTED = ("account", "recovery_ticket", "queue_event", "audit_entry", "outbox_mail")
_BESIDE = ("-wal", "-shm")
# Of SQLite's own instructions, between two looks at how far it is: some milliseconds.
_LOOK_EVERY = 100_000
Progress = Callable[[float], object]
"""Told how much is done, from 0.0 to 1.0."""


class Unusable(Exception):
    """Raised for a file that is no whole copy of a Sparekey database; its text says why."""


class InUse(Exception):
    """Raised where another process holds the database open."""


@dataclass(frozen=True)
class Content:
    """How many rows a database holds, by table."""

    rows: dict[str, int]

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.rows.items())


def take(source: Path, target: Path, progress: Progress = lambda done: None) -> Content:
    """Copy a database as it is at one moment, while others write; returns what the copy holds.

    The copy appears whole under its name, readable by its owner alone, or not at all. Raises
    sqlite3.Error and OSError.
    """
    with _aside(target) as part:
        _copy(source, part, progress)
        content = examined(part)
        _to_disk(part)
        part.rename(target)
    _to_disk(target.parent)
    return content


def examined(file: Path) -> Content:
    """What a database holds, after all of it was read. Raises Unusable."""
    try:
        with closing(sqlite3.connect(_only_read(file), uri=True)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise Unusable("it is damaged")
            return Content(dict(_counts(connection)))
    except sqlite3.OperationalError as error:
        raise Unusable("it is not a database of Sparekey") from error
    except sqlite3.DatabaseError as error:
        raise Unusable("it is damaged, or not a database") from error


@contextmanager
def prepared(file: Path, database: Path, progress: Progress = lambda done: None) -> Iterator[Path]:
    """A copy of `file` beside `database`, to be worked on; gone in the end, unless it was put."""
    with _aside(database) as part:
        _copy(file, part, progress)
        yield part


def put(part: Path, database: Path, at: datetime) -> Path | None:
    """Put a prepared copy in the place of a database; returns where the old one is kept.

    Raises InUse where another process has it open.
    """
    _take_in_log(part)
    kept = None
    if database.exists():
        _take_in_log(database)
        kept = database.with_name(f"{database.name}.until-{at:%Y%m%dT%H%M%S}")
        os.link(database, kept)
    _to_disk(part)
    part.rename(database)
    _to_disk(database.parent)
    return kept


def _copy(source: Path, part: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(_only_read(source), uri=True)) as connection:
        size = _size(connection)

        def look() -> None:
            progress(min(part.stat().st_size / size, 1.0))

        connection.set_progress_handler(look, _LOOK_EVERY)
        connection.execute("VACUUM INTO ?", [str(part)])
    progress(1.0)


def _size(connection: sqlite3.Connection) -> int:
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int(max(pages - free, 1) * size)


def _take_in_log(database: Path) -> None:
    # Alone, the log is taken into the file and goes away when the connection does.
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as busy:
            raise InUse from busy


def _counts(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    for table in _COUNTED:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        yield table, count


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    # Made by SQLite itself it could be read by everybody on the machine; it takes an empty file.
    part.touch(mode=0o600)
    try:
        yield part
    finally:
        for beside in ("", *_BESIDE):
            with suppress(FileNotFoundError):
                Path(f"{part}{beside}").unlink()


def _only_read(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro"


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
