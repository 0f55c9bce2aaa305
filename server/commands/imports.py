"""`sparekey accounts import`: people from another system, with their passwords as hashes."""

import asyncio
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from models.accounts import import_file
from models.accounts import imports as importing
from models.accounts.import_file import Form, NotReadable
from models.accounts.imports import Step
from server import keys, settings
from server.commands.migrate import connected
from server.commands.trouble import Unable
from server.settings import Settings

_FORMS = {".csv": Form.CSV, ".jsonl": Form.JSONL, ".ndjson": Form.JSONL}


@dataclass
class _Totals:
    imported: int = 0
    before: int = 0
    refused: int = 0

    def add(self, step: Step) -> None:
        self.imported += step.imported
        self.before += step.before
        self.refused += len(step.refused)


def take_over(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    form: Annotated[
        Form | None, typer.Option("--format", help="By default, as the file is called.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Where to tell of refused lines; else on the terminal."),
    ] = None,
) -> None:
    """Make accounts of the lines of a CSV file with a header, or of JSON lines. Nobody is mailed.

    Columns or keys: email, passwordHash (bcrypt, PBKDF2, scrypt or Argon2); where there is one,
    totpSecret (base32), locale, registeredAt, role (CUSTOMER). Units: serialNumber, deviceName,
    serialNumber2, deviceName2 … in CSV; a list `devices` of serialNumber and name in JSON.

    If it is stopped, begin again: what is there stays. Status 1 where lines were refused.
    """
    form = form or _FORMS.get(file.suffix.lower())
    if form is None:
        raise Unable("Say how the file is written, with --format csv or --format jsonl.")
    with ExitStack() as stack:
        source = stack.enter_context(file.open("rb"))
        told = stack.enter_context(_opened(report, file)) if report else None
        totals = asyncio.run(_import(settings.read(), source, form, dry_run, told))
    _conclude(totals, dry_run)


def _opened(report: Path, file: Path) -> TextIO:
    if report.exists() and report.samefile(file):
        raise Unable("The report would overwrite the file that is imported.")
    try:
        return report.open("w", encoding="utf-8")
    except OSError:
        raise Unable("The report cannot be written there.") from None


async def _import(
    settings: Settings, source: BinaryIO, form: Form, dry_run: bool, told: TextIO | None
) -> _Totals:
    keyring = keys.keyring(settings)
    totals = _Totals()
    async with connected(settings):
        await (keys.compare(keyring) if dry_run else keys.require(keyring))
        entries = import_file.entries(source, form)
        try:
            with _progress() as bars:
                bar = bars.add_task("Importing", total=os.fstat(source.fileno()).st_size or None)
                async for step in importing.run(keyring, entries, dry_run):
                    _tell(step, told)
                    totals.add(step)
                    bars.update(bar, completed=step.position)
        except NotReadable as fault:
            raise Unable(str(fault)) from None
    return totals


def _progress() -> Progress:
    terminal = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=terminal,
        disable=not terminal.is_terminal,
        transient=True,
        # What is told into a file is not for the terminal.
        redirect_stdout=sys.stdout.isatty(),
    )


def _tell(step: Step, told: TextIO | None) -> None:
    for line, refused in step.refused:
        typer.echo(f"line {line}: {refused.field}: {refused.why}", file=told)


def _conclude(totals: _Totals, dry_run: bool) -> None:
    verb = "Would be imported" if dry_run else "Imported"
    typer.echo(f"{verb}: {totals.imported}. There before: {totals.before}.")
    if totals.refused:
        raise Unable(f"Lines refused: {totals.refused}.")
