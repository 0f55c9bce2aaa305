"""Expected trouble ends a command with a sentence that names the remedy, never with a traceback."""

import os
import sys
from typing import Any

import asyncpg
import typer
from rich.console import Console
from tortoise.exceptions import DBConnectionError, OperationalError
from typer.core import TyperGroup

from models.errors import InvalidInput
from server.settings import Unsettled

# Whoever reads along by a pipe wants whole lines.
_PIPED = 200
out = Console(width=None if sys.stdout.isatty() else _PIPED)
_err = Console(stderr=True)


class Unable(Exception):
    """Raised when a command cannot do what was asked; its text names the remedy."""


def refused(fault: InvalidInput, named: str | None = None) -> Unable:
    """The trouble with a value, by the name under which it was given."""
    return Unable(f"{named or fault.field}: {fault.reason.value % fault.params}")


class Explaining(TyperGroup):
    """The commands, whose expected failures are told in a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; status 1 where it could not."""
        try:
            return super().invoke(ctx)
        except (Unable, Unsettled) as trouble:
            _tell(str(trouble))
        except BrokenPipeError:
            # Whoever reads along has had enough, such as `| head`.
            _write_nowhere()
            raise typer.Exit(1) from None
        except (DBConnectionError, OperationalError, asyncpg.PostgresError, OSError) as trouble:
            # Its own words may quote the address of the database, with the password.
            kind = type(trouble).__name__
            _tell(f"The database does not answer ({kind}). Check SPAREKEY_DATABASE_URL.")
        raise typer.Exit(1)


def _write_nowhere() -> None:
    # What is still buffered would be written, and complained of, when the program ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _tell(text: str) -> None:
    for line in text.splitlines():
        _err.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
