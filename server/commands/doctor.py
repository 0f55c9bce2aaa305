"""`sparekey doctor`: is everything in place?"""

import asyncio
from contextlib import aclosing
from typing import Annotated

import typer

from server import doctor, settings
from server.commands.trouble import Unable, out

TimeServer = Annotated[
    str | None, typer.Option("--time-server", help="A host to compare the clock with, by SNTP.")
]
# Further lines of a finding stand below its first.
_BELOW = "\n" + " " * len("wrong database     ")


def examine(time_server: TimeServer = None) -> None:
    """Look at settings, database, keys, mail, clocks and pages; status 1 where one is wrong."""
    wrong = asyncio.run(_examine(settings.read(), time_server))
    if wrong:
        raise Unable(f"Not in order: {', '.join(wrong)}")


async def _examine(found: settings.Settings, time_server: str | None) -> list[str]:
    wrong = []
    # Closed here, in time, where whoever reads along has had enough.
    async with aclosing(doctor.examine(found, time_server)) as findings:
        async for finding in findings:
            mark = "[green]ok   [/]" if finding.ok else "[red]wrong[/]"
            out.print(f"{mark} {finding.what:<12}", end=" ")
            text = finding.text.replace("\n", _BELOW)
            out.print(text, markup=False, highlight=False, soft_wrap=True)
            if not finding.ok:
                wrong.append(finding.what)
    return wrong
