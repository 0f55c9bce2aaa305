"""`sparekey accounts list` and `show`: looked up for an operator; nothing here signs in."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Column, Table

from models.accounts import people
from models.accounts.account import Account, Role
from models.accounts.people import Dossier
from models.second_factor.two_factor import Authenticator
from server import settings
from server.commands import change
from server.commands.migrate import connected
from server.commands.trouble import out
from server.settings import Settings

_NEVER = "–"
_COLUMNS = ("address", "role", "second factor", "registered", "last sign-in", "disabled")


def list_(
    start: Annotated[str, typer.Argument(help="How the address begins.")] = "",
    role: Annotated[Role | None, typer.Option(case_sensitive=False)] = None,
    disabled: Annotated[
        bool | None, typer.Option("--disabled/--enabled", help="Only these.")
    ] = None,
    most: Annotated[int, typer.Option("--first", help="How many at most.", min=1)] = 100,
) -> None:
    """List accounts by their addresses."""
    rows = asyncio.run(_list(settings.read(), start, role, disabled, most))
    table = Table(*(Column(name, overflow="fold") for name in _COLUMNS))
    for found, factor in rows:
        table.add_row(*_line(found, factor))
    out.print(table if rows else "No account is like that.")


def show(named: Annotated[str, typer.Argument(metavar="EMAIL")]) -> None:
    """Show all about one account, but nothing that signs in."""
    found = asyncio.run(change.account(settings.read(), named, people.dossier))
    table = Table(show_header=False)
    for name, value in _facts(found):
        table.add_row(name, value)
    out.print(table)


async def _list(
    settings: Settings, start: str, role: Role | None, disabled: bool | None, most: int
) -> list[tuple[Account, Authenticator | None]]:
    async with connected(settings):
        return [one async for one in people.matching(start, role, disabled, most)]


def _line(found: Account, factor: Authenticator | None) -> Iterator[str]:
    yield found.email
    yield found.role.value.lower()
    yield people.state_of(factor)
    yield _day(found.registered_at)
    yield _day(found.last_sign_in_at)
    yield _day(found.disabled_at)


def _facts(found: Dossier) -> Iterator[tuple[str, str]]:
    account, factor = found.account, found.factor
    yield "address", account.email
    yield "id", f"account_{account.id.hex}"
    yield "role", account.role.value.lower()
    yield "language", account.locale
    yield "registered", _at(account.registered_at)
    yield "last sign-in", _at(account.last_sign_in_at)
    yield "password changed", _at(account.password_changed_at)
    yield "disabled", _at(account.disabled_at)
    yield "second factor", people.state_of(factor)
    yield "set up", _at(factor.enrolled_at if factor else None)
    yield "last used", _at(factor.last_used_at if factor else None)
    yield "reset granted until", _at(found.grant.expires_at if found.grant else None)
    yield "open request", found.ticket.reference if found.ticket else _NEVER
    yield "units", ", ".join(one.serial_number for one in found.devices) or _NEVER
    yield "sessions", str(len(found.sessions))


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else _NEVER


def _at(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else _NEVER
