"""`sparekey accounts`: people who do not register themselves, such as support staff."""

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import typer

from models import account
from models.account import Role
from models.errors import AddressTaken, InvalidInput
from server import settings
from server.commands.migrate import connected
from server.commands.trouble import Unable, out
from server.policy import build_policy
from server.settings import Settings

app = typer.Typer(help="Accounts that are made by an operator.", no_args_is_help=True)


class RoleName(StrEnum):
    """Roles as they are typed."""

    customer = "customer"
    support = "support"
    supervisor = "supervisor"


@app.callback()
def _group() -> None:
    """Accounts that are made by an operator."""


@app.command()
def add(
    email: str,
    role: Annotated[RoleName, typer.Option(help="What the account may do.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    device: Annotated[str | None, typer.Option(help="Serial number of a first unit.")] = None,
) -> None:
    """Make an account. It sets up its second step at its first sign-in."""
    if not password_stdin:
        raise Unable("Give the password on standard input, with --password-stdin.")
    password = sys.stdin.readline().rstrip("\r\n")
    asyncio.run(_add(settings.read(), email, password, Role[role.name.upper()], device))
    out.print(f"Made: {email} ({role})")


async def _add(
    settings: Settings, email: str, password: str, role: Role, device: str | None
) -> None:
    policy = build_policy(settings)
    async with connected(settings):
        try:
            await account.add(policy, email, password, role, serial_number=device)
        except AddressTaken:
            raise Unable(f"There is an account with the address {email} already.") from None
        except InvalidInput as refused:
            raise Unable(f"{refused.field}: {refused.reason.value % refused.params}") from None
        finally:
            policy.passwords.close()
