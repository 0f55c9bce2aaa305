"""Expected trouble ends a command with a sentence that names the remedy, never with a traceback."""

import os
import sys
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from models.errors import InvalidInput
from server import reasons
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
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except (Unable, Unsettled) as trouble:
            _tell(str(trouble))
        except BrokenPipeError:
            # Whoever reads along has had enough, such as `| head`.
            _write_nowhere()
        except Exception as trouble:
            if reasons.known(trouble):
                _tell(reasons.of(trouble))
            elif isinstance(trouble, OSError):
                _write_nowhere()
                _tell(_of_file(trouble))
            else:
                raise
        raise typer.Exit(1)


def _of_file(trouble: OSError) -> str:
    named = trouble.filename if isinstance(trouble.filename, str | Path) else "What is written"
    return f"{named}: {trouble.strerror or type(trouble).__name__}."


def _write_nowhere() -> None:
    # What is still buffered would be written, and complained of, when the program ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _tell(text: str) -> None:
    for line in text.splitlines():
        _err.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
