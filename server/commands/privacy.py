"""`sparekey accounts export` and `erase`: what is kept of one person (GDPR Art. 15 and 17)."""

import asyncio
import json
from functools import partial
from typing import Annotated, Any

import typer

from models import text
from models.accounts import disclosure, erasure
from models.accounts.account import Account
from models.accounts.operator_reset import LONGEST_REASON
from models.errors import InvalidInput
from models.policy import Policy
from server import settings
from server.commands import change
from server.commands.trouble import refused


def export(named: Annotated[str, typer.Argument(metavar="EMAIL")]) -> None:
    """Write all that is kept of a person to standard output, as JSON for them to read."""
    told = asyncio.run(change.account(settings.read(), named, _told))
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False))


def erase(
    named: Annotated[str, typer.Argument(metavar="EMAIL")],
    reason: Annotated[
        str, typer.Option(help="Why; kept in the record for good, so name nobody in it.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take away all that is kept of a person, for good. A closed account is named by its id.

    Its requests stay in the figures, empty. Backups and logs are not touched.
    """
    try:
        why = text.required("reason", reason, LONGEST_REASON)
    except InvalidInput as fault:
        raise refused(fault, "--reason") from None
    if not yes:
        typer.confirm(f"Erase {named} for good?", abort=True)
    asyncio.run(change.account(settings.read(), named, partial(_erase, reason=why)))
    typer.echo(f"Erased: {named}.")


async def _told(policy: Policy, found: Account) -> dict[str, Any]:
    return await disclosure.about(found)


async def _erase(policy: Policy, found: Account, reason: str) -> None:
    await erasure.erase(policy, found, reason)
