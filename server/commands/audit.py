"""`sparekey audit`: the record, and whether it is as it was written."""

import asyncio
import json

import typer
from rich.progress import Progress, TaskID

from models.keys.keyring import Keyring
from models.record import verifying
from models.record.audit import AuditEntry
from models.record.verifying import Fault, Tampering
from server import keys, settings
from server.commands.bars import bar
from server.commands.migrate import connected
from server.commands.trouble import Unable, out
from server.settings import Settings

app = typer.Typer(help="The record of who did what.", no_args_is_help=True)
_MOST_TOLD = 100
_UNREADABLE = (
    "The record cannot be verified. First: {}.\nPut that key back, at the end of the ring; where "
    "there never was one of that name, the entry was changed."
)
_PAGE = 1000


@app.command()
def verify() -> None:
    """Say whether the record is as it was written; status 1, and the rows, where it is not."""
    entries, faults = asyncio.run(_verify(settings.read()))
    if faults and {fault.kind for fault in faults} == {Tampering.KEY_MISSING}:
        raise Unable(_UNREADABLE.format(_told(faults[0])))
    for fault in faults:
        out.print(_told(fault), markup=False)
    if faults:
        raise Unable(f"The record is not as it was written. First: {_told(faults[0])}")
    out.print(f"{entries} entries are as they were written.")


@app.command()
def export() -> None:
    """Write the whole record to standard output: JSON lines, oldest first."""
    asyncio.run(_export(settings.read()))


async def _verify(settings: Settings) -> tuple[int, list[Fault]]:
    keyring = keys.keyring(settings)
    async with connected(settings):
        await keys.compare(keyring)
        total = await AuditEntry.all().count()
        with bar() as progress:
            task = progress.add_task("Verifying", total=total)
            return total, await _faults(keyring, progress, task)


async def _faults(keyring: Keyring, progress: Progress, task: TaskID) -> list[Fault]:
    found: list[Fault] = []

    def look(done: int) -> None:
        progress.update(task, completed=done)

    async for fault in verifying.verify(keyring, look):
        found.append(fault)
        if len(found) == _MOST_TOLD:
            break
    return found


async def _export(settings: Settings) -> None:
    async with connected(settings):
        last = 0
        while entries := await AuditEntry.filter(id__gt=last).order_by("id").limit(_PAGE):
            for entry in entries:
                typer.echo(json.dumps(_line(entry)))
            last = entries[-1].id


def _line(entry: AuditEntry) -> dict[str, object]:
    people = {"actor": entry.actor_id, "account": entry.account_id, "ticket": entry.ticket_id}
    return {
        "row": entry.id,
        "sequence": entry.sequence,
        "uid": str(entry.uid),
        "at": entry.at.isoformat(),
        "action": entry.action,
        **{name: str(key) if key else None for name, key in people.items()},
        "named": entry.named,
        "detail": entry.detail,
        "mark": entry.mark,
        "seal": entry.seal,
    }


def _told(fault: Fault) -> str:
    place = f"entry {fault.sequence}" if fault.sequence else "an unsealed entry"
    row = f" (row {fault.row})" if fault.row else ""
    return f"{place}{row}: {fault.kind}"
