"""`sparekey demo`: serve with people to try things out with."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from models.accounts import account
from models.second_factor import two_factor
from server import demo, readiness, settings
from server.commands.migrate import bring_up_to_date, connected
from server.commands.serve import run, settings_at
from server.commands.trouble import Unable, out
from server.policy import build_policy
from server.settings import Settings

_HOST = "127.0.0.1"
app = typer.Typer(help="Serve with people to try things out with (development only).")


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Bring the database up to date, make demo people, tell about them, then serve."""
    if context.invoked_subcommand is None:
        found = settings_at(_HOST, port)
        _require_development(found)
        readiness.require(found)
        asyncio.run(_prepare(found))
        _tell(found)
        run(found, _HOST, port, workers=1)


@app.command()
def code(email: str) -> None:
    """Print the six-digit code that this person's authenticator app would show, now or next."""
    found = settings.read()
    _require_development(found)
    typer.echo(asyncio.run(_code(found, email)))


def _require_development(settings: Settings) -> None:
    if settings.mode != "development":
        raise Unable("Demo people are for development; SPAREKEY_MODE says otherwise.")


async def _prepare(settings: Settings) -> None:
    await bring_up_to_date(settings.database_url.get_secret_value())
    policy = build_policy(settings)
    async with connected(settings):
        try:
            await demo.make(policy)
        finally:
            policy.passwords.close()


async def _code(settings: Settings, email: str) -> str:
    policy = build_policy(settings)
    async with connected(settings):
        found = await account.find(email)
        code = await two_factor.current_code(policy, found) if found else None
    if code is None:
        raise Unable(f"{email} has no authenticator app here.")
    return code


def _tell(settings: Settings) -> None:
    table = Table("address", "role", "state", title="People to try things out with")
    for person in demo.PEOPLE:
        table.add_row(person.email, person.role.lower(), person.state)
    out.print(table)
    out.print(f"Password of all of them   {demo.PASSWORD}")
    out.print("A current code            .venv/bin/sparekey demo code otto@example.com")
    out.print(f"Their mails               {settings.mail}")
    out.print(f"Customers' app            {settings.public_url}/")
    out.print(f"Support desk              {settings.public_url}/support")
    out.print(f"GraphiQL                  {settings.public_url}/graphql")
    out.print("Stop with Ctrl-C; the next start finds everything as it was.\n")
