"""`sparekey accounts`: people who do not register themselves, and who may sign in no more."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer

from models.accounts import account, closing, operator_reset
from models.accounts.account import Account, Role
from models.accounts.closing import Ended
from models.errors import AddressTaken, InvalidInput, NothingToReset
from models.policy import Policy
from models.reset.grant import ResetGrant
from server import settings
from server.commands import change, imports, people, privacy
from server.commands.migrate import connected
from server.commands.trouble import Unable, out, refused
from server.policy import build_policy
from server.settings import Settings

app = typer.Typer(help="Accounts that are made or ended by an operator.", no_args_is_help=True)
app.command("import")(imports.take_over)
app.command("list")(people.list_)
app.command("show")(people.show)
app.command("export")(privacy.export)
app.command("erase")(privacy.erase)


Reason = Annotated[
    str, typer.Option(help="Why; kept in the record for good, so name nobody in it.")
]


@app.callback()
def _group() -> None:
    """Accounts that are made or ended by an operator."""


@app.command()
def add(
    email: str,
    role: Annotated[Role, typer.Option(help="What the account may do.", case_sensitive=False)],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    device: Annotated[str | None, typer.Option(help="Serial number of a first unit.")] = None,
) -> None:
    """Make an account. It sets up its second step at its first sign-in."""
    if not password_stdin:
        raise Unable("Give the password on standard input, with --password-stdin.")
    password = sys.stdin.readline().rstrip("\r\n")
    asyncio.run(_add(settings.read(), email, password, role, device))
    out.print(f"Made: {email} ({role.value.lower()})")


@app.command()
def disable(email: str, reason: Reason) -> None:
    """Let nobody sign in to an account any more, and end its sessions. Its owner is mailed."""
    ended = asyncio.run(change.account(settings.read(), email, partial(_disable, reason=reason)))
    if ended is None:
        typer.echo(f"Nothing to do: {email} is disabled already.")
        return
    reset = "A reset of the second step was called off. " if ended.reset else ""
    typer.echo(
        f"Disabled: {email}. Sessions ended: {ended.sessions}. {reset}The owner is told by mail."
    )


@app.command()
def enable(email: str, reason: Reason) -> None:
    """Let the owner of a disabled account sign in again, by password and second step."""
    if asyncio.run(change.account(settings.read(), email, partial(_enable, reason=reason))):
        typer.echo(
            f"Enabled: {email}. Nothing that had ended came back. The owner is told by mail."
        )
    else:
        typer.echo(f"Nothing to do: {email} is not disabled.")


@app.command("reset-second-factor")
def reset_second_factor(email: str, reason: Reason) -> None:
    """Mail the owner a release code for a new authenticator app. The second step stays on."""
    granted = asyncio.run(change.account(settings.read(), email, partial(_grant, reason=reason)))
    typer.echo(
        f"Granted: {granted.reference}. {email} has a release code by mail, good until "
        f"{granted.expires_at:%Y-%m-%d %H:%M} UTC. Until it is used, the old phone still signs in."
    )


async def _grant(policy: Policy, found: Account, reason: str) -> ResetGrant:
    try:
        with _reasoned():
            return await operator_reset.give(policy, found, reason)
    except NothingToReset:
        raise Unable(
            "There is nothing to reset: the account has no second factor, or is disabled."
        ) from None


async def _disable(policy: Policy, found: Account, reason: str) -> Ended | None:
    """What ended; None where it was disabled before."""
    if found.disabled_at is not None:
        return None
    with _reasoned():
        return await closing.disable(policy, found, reason)


async def _enable(policy: Policy, found: Account, reason: str) -> bool:
    with _reasoned():
        return await closing.enable(policy, found, reason)


@contextmanager
def _reasoned() -> Iterator[None]:
    try:
        yield
    except InvalidInput as fault:
        raise refused(fault, "--reason") from None


async def _add(
    settings: Settings, email: str, password: str, role: Role, device: str | None
) -> None:
    policy = build_policy(settings)
    async with connected(settings):
        try:
            await account.add(policy, email, password, role, serial_number=device)
        except AddressTaken:
            raise Unable(f"There is an account with the address {email} already.") from None
        except InvalidInput as fault:
            raise refused(fault) from None
        finally:
            policy.passwords.close()
